"""Reads the trial tables and the judgements on them; every fault at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.reading import read_rows, read_toml
from lenitive.knowledge.schema.base import KnowledgeModel
from lenitive.knowledge.schema.judgement import CertaintyLines
from lenitive.knowledge.schema.trials import (
    ArmRow,
    BiasJudgements,
    CertaintyRows,
    ContrastRow,
    Judgements,
    MissingTrials,
    NonDrugPools,
    PeopleOfTrials,
    PublishedPools,
    TransitivityNotes,
    TrialBase,
)

__all__ = ["load_trials"]

Row = TypeVar("Row", bound=KnowledgeModel)


def load_trials(files: Files) -> TrialBase:
    """The trial base of a knowledge folder; its tables lie in the folder ``trials``.

    Raises:
        KnowledgeError: With every fault of every table and judgement.
    """
    faults: list[Fault] = []
    judgements = read_toml(files, "trials/judgements.toml", Judgements, faults)
    missing = read_toml(files, "trials/missing.toml", MissingTrials, faults)
    published = read_toml(files, "trials/published_pools.toml", PublishedPools, faults)
    transitivity = read_toml(files, "trials/transitivity.toml", TransitivityNotes, faults)
    bias = read_toml(files, "trials/bias.toml", BiasJudgements, faults)
    certainty = read_toml(files, "judgement/certainty.toml", CertaintyLines, faults)
    people = read_toml(files, "trials/people.toml", PeopleOfTrials, faults)
    certainties = read_toml(files, "trials/certainties.toml", CertaintyRows, faults)
    nondrug = read_toml(files, "trials/nondrug.toml", NonDrugPools, faults)

    def fault(file: str, key: str, what: str, remedy: str) -> None:
        faults.append(Fault(file=f"trials/{file}", key=key, what=what, remedy=remedy))

    arms = _rows(files, "trials/arms.csv", ArmRow, faults)
    contrasts = _rows(files, "trials/contrasts.csv", ContrastRow, faults)
    if judgements is not None:
        _check(files, arms, contrasts, judgements, fault)
    if bias is not None:
        _check_bias(bias, arms, contrasts, fault)
    if people is not None:
        known = {a.study_id for a in arms} | {c.study_id for c in contrasts}
        for study in (p.study for p in people.trial if p.study not in known):
            fault("people.toml", "study", f"no study is called {study!r}", "Spell it as in the tables")
    if (
        judgements is None
        or bias is None
        or certainty is None
        or certainties is None
        or people is None
        or missing is None
        or nondrug is None
        or published is None
        or transitivity is None
        or faults
    ):
        raise KnowledgeError(faults)
    return TrialBase(
        arms=arms,
        contrasts=contrasts,
        judgements=judgements,
        missing=missing.trial,
        nondrug=nondrug,
        published=published.pool,
        transitivity=transitivity.note,
        bias=bias,
        certainty=certainty,
        certainties=certainties.certainty,
        people=people.trial,
    )


def _check_bias(
    bias: BiasJudgements,
    arms: tuple[ArmRow, ...],
    contrasts: tuple[ContrastRow, ...],
    fault: Callable[[str, str, str, str], None],
) -> None:
    """Judgements of trials that there are, each trial once and each domain once."""
    studies = {a.study_id for a in arms} | {c.study_id for c in contrasts}
    seen: set[str] = set()
    for study in (*(t.study for t in bias.trial), *(p.study for p in bias.people)):
        if study not in studies:
            fault("bias.toml", "study", f"no study is called {study!r}", "Spell it as in the tables")
    for trial in bias.trial:
        if trial.study in seen:
            fault("bias.toml", "trial", f"{trial.study!r} is judged twice", "Keep one judgement")
        seen.add(trial.study)
        domains = [d.domain for d in trial.domain]
        if len(set(domains)) < len(domains):
            fault("bias.toml", trial.study, "a domain is judged twice", "Keep one judgement")


def _rows(files: Files, name: str, model: type[Row], faults: list[Fault]) -> tuple[Row, ...]:
    rows = []
    for line, cells in enumerate((cells for _, cells in read_rows(files, name, faults)), start=2):
        try:
            rows.append(model.model_validate(cells))
        except ValidationError as error:
            faults.extend(
                Fault(
                    file=name,
                    key=f"row {line}, {'.'.join(map(str, one['loc']))}",
                    what=one["msg"],
                    remedy="Correct the cell, or leave it empty",
                )
                for one in error.errors(include_url=False, include_input=False)
            )
    return tuple(rows)


def _check(
    files: Files,
    arms: tuple[ArmRow, ...],
    contrasts: tuple[ContrastRow, ...],
    judgements: Judgements,
    fault: Callable[[str, str, str, str], None],
) -> None:
    """What single cells cannot show: hashes, counts in order, judgements that meet nothing."""
    for name in ("arms.csv", "contrasts.csv"):
        found = hashlib.sha256(files.content.get(f"trials/{name}", b"")).hexdigest()
        if judgements.sha256.get(name) != found:
            fault(
                "judgements.toml",
                f"sha256.{name}",
                "the table is not the one that was judged",
                f"Judge the change, then write {found}",
            )
    for line, arm in enumerate(arms, start=2):
        if arm.events is not None and (arm.n_analysed is None or arm.events > arm.n_analysed):
            fault("arms.csv", f"row {line}, events", "more events than people analysed", "Look at the source")
        if (
            arm.n_analysed is not None
            and arm.n_randomised is not None
            and arm.n_analysed > arm.n_randomised + 1
        ):
            fault(
                "arms.csv",
                f"row {line}, n_analysed",
                "more people analysed than randomised",
                "Look at the source",
            )
    studies = {a.study_id for a in arms} | {c.study_id for c in contrasts}
    outcomes = {o.id for o in judgements.outcome}
    for key, found_study, found_outcomes in (
        *(("dose", d.study, ()) for d in judgements.dose),
        *(("choice", c.study, (c.outcome,)) for c in judgements.choice),
        *(("standard_error", s.study, (s.outcome,)) for s in judgements.standard_error),
        *(("people", n.study, (n.outcome,)) for n in judgements.people),
        *(("exclusion", e.study, e.outcomes) for e in judgements.exclusion),
        *(("scale", "", (s.outcome,)) for s in judgements.scale),
    ):
        if found_study and found_study not in studies:
            fault("judgements.toml", key, f"no study is called {found_study!r}", "Spell it as in the tables")
        for outcome in found_outcomes:
            if outcome not in outcomes:
                fault(
                    "judgements.toml",
                    key,
                    f"no outcome is called {outcome!r}",
                    "Use one of the outcomes' ids",
                )
    addresses = [*(a.source_url for a in arms), *(c.source_url for c in contrasts)]
    for address in dict.fromkeys(addresses):
        host = address.split("/")[2] if "//" in address else address
        if not any(host.endswith(known) for known in judgements.grade_by_host):
            fault("judgements.toml", "grade_by_host", f"no grade for {host}", "Grade it")
