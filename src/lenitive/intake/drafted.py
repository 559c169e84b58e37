"""Any table to a record by a mapping drafted from the table itself, as long as the draft leaves no question open."""

from __future__ import annotations

from collections.abc import Mapping

from lenitive.files import Probe, RefusedError
from lenitive.intake.diary_table import Imported, import_table
from lenitive.intake.draft import DraftHints, draft_of
from lenitive.intake.mapping import read_mapping
from lenitive.intake.report import ProblemReport

__all__ = ["import_drafted"]


def import_drafted(
    probe: Probe, hints: DraftHints, *, where: Mapping[str, tuple[str, ...]] | None = None
) -> Imported:
    """The record that a table holds by its own draft; while the draft asks something, its questions and no record.

    Args:
        probe: The table.
        hints: What was said beside it.
        where: Only rows whose column holds one of some words.
    """
    report = ProblemReport(probe.name)
    try:
        draft = draft_of(probe, hints)
    except RefusedError as no:
        report.add(no.line, no.key, no.what, no.remedy)
        return Imported(record=None, problems=tuple(report.gathered()))
    for what, remedy in draft.questions:
        report.add(None, None, what, remedy)
    if draft.questions:
        return Imported(record=None, problems=tuple(report.gathered()), account=draft.guesses)
    checked = read_mapping(report, draft.text.encode())
    if checked is None:
        return Imported(record=None, problems=tuple(report.gathered()), account=draft.guesses)
    if where:
        checked = checked.model_copy(update={"where": dict(where)})
    done = import_table(probe.name, probe, checked)
    return Imported(
        record=done.record,
        problems=done.problems,
        account=(*(f"{line}." for line in draft.guesses), *done.account),
        loud=done.loud,
    )
