"""From the tables as printed to what is pooled for one outcome: the whole way, with what was left out and why."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from statistics import NormalDist

from lenitive.evidence.same import SameBase
from lenitive.evidence.silent import silent_trials
from lenitive.frozen import dataclass
from lenitive.knowledge import ArmRow, ContrastRow, MissingTrial, OutcomeJudgement, ScaleJudgement, TrialBase
from lenitive.terms import Grade, Source

__all__ = ["LeftOut", "Selected", "UsedArm", "UsedContrast", "select", "treatment_words"]

PLACEBO = "placebo"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedArm:
    """An arm that enters a pooled estimate.

    Attributes:
        study: The study's id.
        treatment: The treatment's id.
        dose_mg_per_day: mg/day; None for placebo or when it is not known.
        n: People analysed.
        events: People with the event, for counts.
        mean: Mean in the outcome's unit, for continuous outcomes.
        se: Its standard error.
        sd: Standard deviation on the printed scale (SE x sqrt n where only the SE is printed).
        flags: What a reader has to know about the figure.
        source: Its address.
        grade: How far the address may be trusted.
    """

    study: str
    treatment: str
    dose_mg_per_day: float | None
    n: int
    events: int | None = None
    mean: float | None = None
    se: float | None = None
    sd: float | None = None
    flags: tuple[str, ...] = ()
    source: Source
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedContrast:
    """A difference against placebo that enters a pooled estimate, in the outcome's unit.

    Attributes:
        study: The study's id.
        treatment: The treatment's id.
        comparator: What it was compared with.
        dose_mg_per_day: mg/day; None when it is not known.
        estimate: Difference, treatment minus comparator.
        se: Its standard error.
        n: People analysed in both arms, where known.
        how: Where estimate and standard error come from.
        flags: What a reader has to know about the figure.
        source: Its address.
        grade: How far the address may be trusted.
    """

    study: str
    treatment: str
    comparator: str
    dose_mg_per_day: float | None
    estimate: float
    se: float
    n: int | None
    how: str
    flags: tuple[str, ...] = ()
    source: Source
    grade: Grade


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Results in the tables that are not pooled, and why."""

    study: str
    treatment: str
    category: str
    why: str
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What enters the analysis of one outcome, and what does not.

    Attributes:
        outcome: The outcome's judgement.
        contrasts: Differences against placebo, for continuous outcomes; several of one study are correlated.
        arms: Arms with counts, or with means for a standardised difference.
        left_out: Results in the tables that are not pooled.
        missing: Trials known to exist whose figures for this outcome were not found, or not read though other figures were.
    """

    outcome: OutcomeJudgement
    contrasts: tuple[UsedContrast, ...]
    arms: tuple[UsedArm, ...]
    left_out: tuple[LeftOut, ...]
    missing: tuple[MissingTrial, ...]

    @property
    def treatments(self) -> tuple[str, ...]:
        """The treatments in it, placebo last."""
        names = {c.treatment for c in self.contrasts} | {a.treatment for a in self.arms}
        return (*sorted(names - {PLACEBO}), PLACEBO)


def treatment_words(base: TrialBase, treatment: str) -> str:
    """What a reader calls a treatment."""
    for one in base.judgements.treatment:
        if one.id == treatment:
            return one.words
    return treatment.replace("_", " ")


def _treatment(base: TrialBase, drug: str, formulation: str) -> str:
    for one in base.judgements.treatment:
        if one.drug == drug and one.form in formulation:
            return one.id
    return drug.replace(" ", "_")


def _grade(base: TrialBase, url: str) -> Grade:
    host = url.split("/")[2] if "//" in url else url
    return next((g for known, g in base.judgements.grade_by_host.items() if host.endswith(known)), Grade.U)


def _dose(base: TrialBase, study: str, treatment: str, printed: float | None) -> float | None:
    if printed is not None or treatment == PLACEBO:
        return printed
    return next(
        (d.mg_per_day for d in base.judgements.dose if d.study == study and d.treatment == treatment), None
    )


@lru_cache(maxsize=64)
def _outcome(base: SameBase, outcome: str) -> Selected:
    return _select(base.value, outcome)


def select(base: TrialBase, outcome: str) -> Selected:
    """What enters the analysis of one outcome, with what does not and why.

    Args:
        base: The trial base.
        outcome: The id of an outcome of ``judgements.toml``.

    Raises:
        ValueError: When there is no such outcome; it names those there are.
    """
    known = [o.id for o in base.judgements.outcome]
    if outcome not in known:
        raise ValueError(f"no outcome is called {outcome!r}; there are {', '.join(known)}")
    return _outcome(SameBase(base), outcome)


def _select(base: TrialBase, outcome: str) -> Selected:
    judgement = next(o for o in base.judgements.outcome if o.id == outcome)
    left_out: list[LeftOut] = []
    rows = [a for a in base.arms if a.outcome in judgement.printed]
    kept: list[ArmRow] = []
    for row in rows:
        excluded = next(
            (
                e
                for e in base.judgements.exclusion
                if e.study == row.study_id and (not e.outcomes or outcome in e.outcomes)
            ),
            None,
        )
        if excluded is None:
            kept.append(row)
        else:
            left_out.append(_left(base, row, excluded.category.value, excluded.why))
    arms = _arms(base, judgement, kept, left_out)
    contrasts = _contrasts(base, judgement, arms, left_out) if judgement.measure == "MD" else ()
    missing = tuple(
        m
        for m in base.missing
        if (not m.outcomes or outcome in m.outcomes) and m.study not in {c.study for c in contrasts}
    )
    pooled = {c.study for c in contrasts} if judgement.measure == "MD" else {a.study for a in arms}
    silent = silent_trials(base, outcome, speaking=pooled | {m.study for m in missing}, treatment=_treatment)
    return Selected(
        outcome=judgement,
        contrasts=contrasts,
        arms=() if judgement.measure == "MD" else arms,
        left_out=tuple(dict.fromkeys(left_out)),
        missing=(*missing, *silent),
    )


def _left(base: TrialBase, row: ArmRow, category: str, why: str) -> LeftOut:
    return LeftOut(
        study=row.study_id,
        treatment=_treatment(base, row.drug, row.formulation),
        category=category,
        why=why,
        source=Source(article=row.source_url),
    )


def _scale(base: TrialBase, outcome: str, printed: str) -> ScaleJudgement | None:
    return next((s for s in base.judgements.scale if s.outcome == outcome and s.printed == printed), None)


def _arms(
    base: TrialBase, judgement: OutcomeJudgement, rows: list[ArmRow], left_out: list[LeftOut]
) -> tuple[UsedArm, ...]:
    used = []
    for row in rows:
        treatment = _treatment(base, row.drug, row.formulation)
        counts = judgement.measure in {"RR", "OR", "RD"}
        if row.n_analysed is None or (row.events if counts else row.mean) is None:
            left_out.append(_left(base, row, "no_figure", row.note or "The table holds no figure."))
            continue
        scale = _scale(base, judgement.id, row.scale)
        factor = 1.0 if scale is None else scale.factor
        flags = [row.derived.replace("_", " ")] if row.derived else []
        if scale is not None and scale.indirect:
            flags.append(scale.indirect)
        se = row.se
        if se is None and row.sd is not None:
            se = row.sd / math.sqrt(row.n_analysed)
        if not counts and se is None:
            left_out.append(_left(base, row, "no_spread", "No standard deviation or error is printed."))
            continue
        used.append(
            UsedArm(
                study=row.study_id,
                treatment=treatment,
                dose_mg_per_day=_dose(base, row.study_id, treatment, row.dose_mg_per_day),
                n=row.n_analysed,
                events=row.events if counts else None,
                mean=None if row.mean is None else row.mean * factor,
                se=None if se is None else se * abs(factor),
                sd=row.sd if row.sd is not None else (None if se is None else se * math.sqrt(row.n_analysed)),
                flags=tuple(flags),
                source=Source(article=row.source_url),
                grade=_grade(base, row.source_url),
            )
        )
    return tuple(used)


def _contrasts(
    base: TrialBase, judgement: OutcomeJudgement, arms: tuple[UsedArm, ...], left_out: list[LeftOut]
) -> tuple[UsedContrast, ...]:
    """Printed contrasts first, differences of arms where a study prints none."""
    printed: dict[str, list[ContrastRow]] = {}
    for row in base.contrasts:
        if row.outcome in judgement.printed and row.measure == "MD" and row.estimate is not None:
            printed.setdefault(row.study_id, []).append(row)
    by_study: dict[str, list[UsedArm]] = {}
    for arm in arms:
        by_study.setdefault(arm.study, []).append(arm)
    out: list[UsedContrast] = []
    for study in sorted({*printed, *by_study}):
        rows = printed.get(study, [])
        choice = next(
            (c for c in base.judgements.choice if c.study == study and c.outcome == judgement.id), None
        )
        if choice is not None:
            for other in rows:
                if other.method != choice.method:
                    left_out.append(
                        LeftOut(
                            study=study,
                            treatment=_drug_of(base, other.treatment),
                            category="second_analysis",
                            why=f"{other.method}: {choice.why}",
                            source=Source(article=other.source_url),
                        )
                    )
            rows = [r for r in rows if r.method == choice.method]
        from_rows = [c for c in (_from_row(base, judgement, r, by_study.get(study, [])) for r in rows) if c]
        out.extend(from_rows or _from_arms(by_study.get(study, [])))
    return tuple(out)


def _drug_of(base: TrialBase, words: str) -> str:
    drug = re.sub(r"\s[\d.\-]+$", "", words)
    return "cyclobenzaprine_sl" if drug == "cyclobenzaprine SL" else _treatment(base, drug, "")


def _from_row(
    base: TrialBase, judgement: OutcomeJudgement, row: ContrastRow, arms: list[UsedArm]
) -> UsedContrast | None:
    assert row.estimate is not None
    factor, flags = 1.0, []
    scale = next(
        (
            s
            for s in base.judgements.scale
            if s.outcome == judgement.id
            and (s.printed == row.note or _same_scale(base, row, judgement, s.printed))
        ),
        None,
    )
    if scale is not None:
        factor = scale.factor
        if scale.indirect:
            flags.append(scale.indirect)
    by_p = next(
        (s for s in base.judgements.standard_error if s.study == row.study_id and s.outcome == judgement.id),
        None,
    )
    if by_p is not None:
        se = abs(row.estimate) / NormalDist().inv_cdf(1 - by_p.p / 2)
        how = f"printed contrast; SE from P = {by_p.p:g}"
        flags.append(by_p.why)
    elif row.ci_low is not None and row.ci_high is not None:
        se = (row.ci_high - row.ci_low) / (2 * NormalDist().inv_cdf(0.975))
        how = f"printed contrast ({row.method}); SE from its interval"
    else:
        return None
    treatment = _drug_of(base, row.treatment)
    number = re.search(r"\s([\d.]+)$", row.treatment)
    printed_dose = float(number.group(1)) if number else None
    own = [a for a in arms if a.treatment == treatment]
    own = own if len(own) == 1 else [a for a in own if a.dose_mg_per_day == printed_dose]
    mine = [*own, *(a for a in arms if a.treatment == PLACEBO)]
    return UsedContrast(
        study=row.study_id,
        treatment=treatment,
        comparator=row.comparator,
        dose_mg_per_day=_dose(base, row.study_id, treatment, printed_dose),
        estimate=row.estimate * factor,
        se=se * abs(factor),
        n=sum(a.n for a in mine) if len(mine) == 2 else _people(base, row.study_id, judgement.id),
        how=how,
        flags=tuple(flags),
        source=Source(article=row.source_url),
        grade=_grade(base, row.source_url),
    )


def _people(base: TrialBase, study: str, outcome: str) -> int | None:
    return next((p.n for p in base.judgements.people if p.study == study and p.outcome == outcome), None)


def _same_scale(base: TrialBase, row: ContrastRow, judgement: OutcomeJudgement, printed: str) -> bool:
    """Whether a contrast is on the scale its study's arms print for this outcome."""
    return any(
        a.study_id == row.study_id and a.outcome == row.outcome and a.scale == printed for a in base.arms
    )


def _from_arms(arms: list[UsedArm]) -> list[UsedContrast]:
    placebo = next((a for a in arms if a.treatment == PLACEBO), None)
    if placebo is None or placebo.mean is None or placebo.se is None:
        return []
    out = []
    for arm in arms:
        if arm.treatment == PLACEBO or arm.mean is None or arm.se is None:
            continue
        out.append(
            UsedContrast(
                study=arm.study,
                treatment=arm.treatment,
                comparator=PLACEBO,
                dose_mg_per_day=arm.dose_mg_per_day,
                estimate=arm.mean - placebo.mean,
                se=math.hypot(arm.se, placebo.se),
                n=arm.n + placebo.n,
                how="difference of the printed arm means",
                flags=arm.flags,
                source=arm.source,
                grade=max(arm.grade, placebo.grade),
            )
        )
    return out
