"""Trials of the tables that say nothing of an outcome: known, run, and without a figure of it that could be pooled.

Whoever counts only the trials that were not found takes a trial whose side effects nobody wrote into the table for one that had
none to report. Such trials are missing results, and weigh as such.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache

from lenitive.evidence.same import SameBase
from lenitive.knowledge import MissingTrial, TrialBase

__all__ = ["silent_trials"]

TreatmentOf = Callable[[TrialBase, str, str], str]


@lru_cache(maxsize=8)
def _trials(base: SameBase, treatment: TreatmentOf) -> tuple[MissingTrial, ...]:
    """Every trial of the tables as if it said nothing, by name; one of printed contrasts alone by its row among the missing."""
    treatments: dict[str, dict[str, None]] = {}
    people: dict[str, dict[tuple[str, float | None, str], int]] = {}
    about: dict[str, tuple[str, str]] = {}
    for arm in base.value.arms:
        treatments.setdefault(arm.study_id, {})[treatment(base.value, arm.drug, arm.formulation)] = None
        about.setdefault(arm.study_id, (arm.design, arm.source_url))
        size = arm.n_randomised or arm.n_analysed
        if size is not None:
            one = (arm.drug, arm.dose_mg_per_day, arm.dose_note)
            mine = people.setdefault(arm.study_id, {})
            mine[one] = max(size, mine.get(one, 0))
    named = {m.study: m for m in base.value.missing}
    for row in base.value.contrasts:
        if row.study_id not in treatments and row.study_id in named:
            m = named[row.study_id]
            treatments[row.study_id] = dict.fromkeys(m.treatments)
            about[row.study_id] = (m.design, row.source_url)

    def size_of(study: str) -> int | None:
        if study in named:
            return named[study].randomised
        return sum(people[study].values()) if study in people else None

    return tuple(
        MissingTrial(
            study=study,
            treatments=tuple(treatments[study]),
            randomised=size_of(study),
            design=about[study][0],
            status="other_outcomes_only",
            known="Its figures of other outcomes are in the tables; none of this one that can be pooled was read.",
            source=about[study][1],
        )
        for study in sorted(treatments)
    )


def silent_trials(
    base: TrialBase, outcome: str, *, speaking: Collection[str], treatment: TreatmentOf
) -> tuple[MissingTrial, ...]:
    """The trials of the tables without a usable figure of an outcome, by name.

    Args:
        base: The trial base.
        outcome: The outcome.
        speaking: Trials that are pooled, or that are named as missing already.
        treatment: The treatment of a drug in a formulation.
    """
    never = {e.study for e in base.judgements.exclusion if not e.outcomes or outcome in e.outcomes}
    return tuple(
        t for t in _trials(SameBase(base), treatment) if t.study not in speaking and t.study not in never
    )
