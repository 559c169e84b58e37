"""``lenitive evidence --with``: what more trials would change, with the old and the new kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from lenitive.shells.cli.answers import refuse
from lenitive.shells.cli.trial_table import table_columns

if TYPE_CHECKING:
    from lenitive.evidence import Living
    from lenitive.knowledge import Knowledge

__all__ = ["changed_articles", "keep_both", "with_more"]

_FIGURE = re.compile(r"\{\{\s*([\w.]+)")


def with_more(knowledge: Knowledge, path: Path) -> Knowledge:
    """The knowledge with the trials of a file; or the end of the command with every fault."""
    from lenitive.evidence import certainty_file, synthesise
    from lenitive.knowledge import KnowledgeError, with_file, with_trials

    columns, _ = table_columns(path)
    rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    try:
        found = with_trials(knowledge, rows)
    except KnowledgeError as error:
        refuse("\n".join(f"{path}: {fault}" for fault in error.faults))
    judged = {o.id: synthesise(found.trials, o.id).certainties for o in found.trials.judgements.outcome}
    return with_file(found, "trials/certainties.toml", certainty_file(judged, read=found.trials.bias.read))


def changed_articles(before: Knowledge, after: Knowledge) -> list[tuple[str, str]]:
    """Titles of articles that print another figure, and what follows: printed anew, or to be written anew."""
    from lenitive.library import keeps
    from lenitive.shells.library_figures import figures_of

    old, new = figures_of(before), figures_of(after)
    out = []
    for article in before.articles.values():
        paths = dict.fromkeys((*_FIGURE.findall(article.body), *(e.figure for e in article.head.expects)))
        moved = [
            p
            for p in paths
            if (a := old(p)) != (b := new(p))
            and (a is None or b is None or a.value != b.value or a.low != b.low or a.high != b.high)
        ]
        if not moved:
            continue
        broken = [
            e.figure
            for e in article.head.expects
            if (figure := new(e.figure)) is not None and not keeps(figure, e)
        ]
        what = (
            f"its prose no longer fits {', '.join(broken)} and has to be written again."
            if broken
            else f"{len(moved)} of its figures are printed anew; its prose still fits."
        )
        out.append((article.head.title, what))
    return out


def keep_both(folder: Path, before: Knowledge, after: Knowledge, living: Living, version: str) -> None:
    """Write the evidence as it stood and as it stands, each named by its knowledge, and the tables with the trials in them."""
    from lenitive.render import evidence_json

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for knowledge, syntheses in ((before, living.before), (after, living.after)):
            text = evidence_json(knowledge, syntheses, version=version)
            (folder / f"evidence-{knowledge.version}.json").write_text(text, encoding="utf-8")
        for name in ("trials/arms.csv", "trials/judgements.toml", "trials/certainties.toml"):
            path = folder / f"knowledge-{after.version}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(after.files.content[name])
    except OSError as error:
        refuse(f"--keep: {folder} cannot be written ({error.strerror}). Choose another folder")
