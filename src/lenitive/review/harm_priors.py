"""From what is known of a drug's harms to priors: the courses of its side effects, its weight, when its benefit may be judged.

Sources give incidences, sometimes a median day of onset or of resolution, sometimes only "fades" or "stays". What they do not give
is filled by the stated assumptions below, and each prior says what it rests on. Facts of grade D or U are not used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from statistics import NormalDist

from lenitive.knowledge import (
    Adverse,
    Drug,
    FactRow,
    HarmCourse,
    Judgement,
    Knowledge,
    SideEffectLines,
    WeightLines,
)
from lenitive.response import CoursePrior, Gate, WeightPrior, unknown_course, unknown_weight
from lenitive.terms import EFFECTS, Grade, Message, Source

__all__ = ["course_priors", "gates", "reference_mg", "weight_priors"]


def course_priors(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[CoursePrior, ...]:
    """A prior for every side effect that a source gives a number or a tendency for."""
    lines = knowledge.judgement.side_effects
    found = []
    for name in drugs:
        if name not in knowledge.drugs:
            continue
        drug = knowledge.drugs[name]
        rates = [a for a in drug.adverse.values() if a.effect in EFFECTS and a.grade.may_decide]
        courses = {c.effect: c for c in drug.course.values() if c.grade.may_decide}
        for effect in sorted({a.effect for a in rates} | set(courses)):
            own = [a for a in rates if a.effect == effect]
            # Fibromyalgia's own trials first; among equals the one that says most.
            rate = min(
                own,
                key=lambda a: (
                    a.setting != "fibromyalgia",
                    a.resolves_days is None,
                    a.placebo_pct is None,
                    a.id,
                ),
                default=None,
            )
            found.append(_course(drug, effect, rate, courses.get(effect), lines))
    return tuple(found)


def _course(
    drug: Drug, effect: str, rate: Adverse | None, course: HarmCourse | None, lines: SideEffectLines
) -> CoursePrior:
    unknown = unknown_course(lines)
    shares = lines.tendency
    placebo = rate.placebo_pct if rate is not None else None
    background = lines.usual_background.value if placebo is None else placebo / 100
    incidence = (
        lines.usual_incidence.value
        if rate is None
        else max(rate.drug_pct / 100 - background, lines.least_incidence.value)
    )
    resolves = rate.resolves_days if rate is not None else None
    if course is not None:
        tendency = course.tendency
    elif resolves is not None:
        tendency = "fades" if resolves <= lines.quick_days.value else "unclear"
    else:
        tendency = "unclear"
    fades, worsens = shares[tendency].fades, shares[tendency].worsens
    if course is None and resolves and lines.quick_days.value < resolves <= lines.slow_days.value:
        fades = (fades + shares["fades"].fades) / 2
    settled = course.settled_by_days if course is not None and course.tendency == "fades" else None
    days = resolves or settled or unknown.resolution_days
    onset = rate.onset_days if rate is not None else None
    facts: list[FactRow] = [f for f in (rate, course) if f is not None]
    return CoursePrior(
        drug=drug.id,
        effect=effect,
        incidence=min(incidence, lines.most_share.value),
        background=min(background, lines.most_share.value),
        fades=fades,
        worsens=worsens,
        onset_days=min(max(onset or unknown.onset_days, 1.0), lines.longest_onset_days.value),
        resolution_days=days,
        resolution_log_sd=lines.known_log_sd.value if resolves or settled else unknown.resolution_log_sd,
        reference_mg=reference_mg(drug),
        stated=tuple(_rests_on(rate, course)),
        sources=_sources(facts),
        grade=_weakest(facts),
    )


_TENDENCY = {
    "fades": Message.of("review.harm_prior.fades"),
    "stays": Message.of("review.harm_prior.stays"),
    "grows": Message.of("review.harm_prior.grows"),
    "unclear": Message.of("review.harm_prior.unclear"),
}


def _rests_on(rate: Adverse | None, course: HarmCourse | None) -> Iterator[Message]:
    """What sources say of a side effect, and that the rest is assumed."""
    if rate is not None:
        yield (
            Message.of("review.harm_prior.rate_without_placebo", drug_pct=rate.drug_pct, setting=rate.setting)
            if rate.placebo_pct is None
            else Message.of(
                "review.harm_prior.rate",
                drug_pct=rate.drug_pct,
                placebo_pct=rate.placebo_pct,
                setting=rate.setting,
            )
        )
    if rate is not None and rate.resolves_days is not None:
        yield Message.of("review.harm_prior.resolves", days=rate.resolves_days)
    if course is not None:
        yield _TENDENCY[course.tendency]
    yield Message.of("review.harm_prior.rest_assumed")


def weight_priors(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[WeightPrior, ...]:
    """A prior of weight for every drug with a number for it."""
    lines = knowledge.judgement.weight
    unknown, usual = unknown_weight(lines), lines.usual_kg.value
    found = []
    for name in drugs:
        if name not in knowledge.drugs:
            continue
        drug = knowledge.drugs[name]
        gains = [
            c
            for c in drug.course.values()
            if c.effect == "weight_gain"
            and c.unit == "kg"
            and isinstance(c.value, float)
            and c.grade.may_decide
        ]
        if not gains:
            continue
        gain = gains[0]
        kg = float(gain.value) if isinstance(gain.value, float) else 0.0
        error = (gain.high - gain.low) / 3.92 if gain.low is not None and gain.high is not None else 0.0
        share, error = _with_label(drug, kg / usual, error / usual, lines)
        label = _label_gain(drug)
        weeks = (
            gain.settled_by_days / (7 * lines.settled_constants.value)
            if gain.settled_by_days
            else unknown.weeks
        )
        found.append(
            WeightPrior(
                drug=name,
                gain=share,
                gain_sd=(error**2 + lines.gain_sd.value**2) ** 0.5,
                weeks=weeks,
                weeks_log_sd=unknown.weeks_log_sd,
                reference_mg=reference_mg(drug),
                stated=(
                    Message(id=f"review.harm_prior.{gain.id}", text=gain.says),
                    *(
                        ()
                        if label is None
                        else (Message.of("review.harm_prior.label_gain", share=label.drug_pct / 100),)
                    ),
                    Message.of("review.harm_prior.spread_assumed"),
                ),
                sources=_sources([gain] if label is None else [gain, label]),
                grade=gain.grade,
            )
        )
    return tuple(found)


def _label_gain(drug: Drug) -> Adverse | None:
    """The share of people who gained the label's 7 %, where it says so."""
    row = drug.adverse.get("weight_7_percent")
    return row if row is not None and row.grade.may_decide and row.excess_pct is not None else None


def _with_label(drug: Drug, gain: float, error: float, lines: WeightLines) -> tuple[float, float]:
    """Mean gain and its error, from a source's mean and from the share of people who gained 7 %: each counts by its precision.

    Where gains differ between people by ``gain_sd``, that share says where their mean lies.
    """
    row = _label_gain(drug)
    if row is None or row.excess_pct is None or not 0 < row.excess_pct < 100 or error <= 0:
        return gain, error
    told = lines.label_gain.value - NormalDist().inv_cdf(1 - row.excess_pct / 100) * lines.gain_sd.value
    own, label = error**-2, lines.label_gain_error.value**-2
    return (own * gain + label * told) / (own + label), (own + label) ** -0.5


def gates(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[Gate, ...]:
    """When the benefit of each drug may be judged at the earliest: where a source says so, by that; else by its onset."""
    found = []
    for name in drugs:
        drug = knowledge.drugs.get(name)
        first = None if drug is None else drug.efficacy.get("first_week")
        if drug is None or first is None or not isinstance(first.value, float) or not first.grade.may_decide:
            found.append(_by_onset(knowledge.judgement, name))
            continue
        found.append(
            Gate(
                drug=name,
                weeks=first.value,
                weeks_taken=first.value * knowledge.judgement.verdict.judged_taken.value,
                at_least_mg=reference_mg(drug),
                stated=first.says,
                sources=_sources([first]),
            )
        )
    return tuple(found)


def _by_onset(judgement: Judgement, drug: str) -> Gate:
    """The gate of a drug of which no source says when its benefit can be judged."""
    lines, priors = judgement.verdict, judgement.response
    row = next((r for name, r in priors.onset.items() if drug in (r.drugs or (name,))), priors.unknown_onset)
    late = row.other_days * math.exp(row.log_sd * NormalDist().inv_cdf(lines.judged_quantile.value))
    weeks = max(math.ceil(lines.judged_onsets.value * late / 7), lines.judged_weeks.value)
    return Gate(
        drug=drug,
        weeks=weeks,
        weeks_taken=weeks * lines.judged_taken.value,
        at_least_mg=None,
        stated=lines.judged_onsets.says,
        sources=lines.judged_onsets.sources,
    )


def reference_mg(drug: Drug) -> float:
    """The dose that the drug's trials are about: the target of its fibromyalgia trial, else of a label, else the start."""
    rows = sorted(drug.dosing.values(), key=lambda d: (d.purpose != "fibromyalgia", not d.default))
    target = next((d.target_mg for d in rows if d.target_mg), None)
    return float(target or next((d.start_mg for d in rows if d.start_mg), 1.0))


def _sources(facts: Sequence[FactRow]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))


def _weakest(facts: Sequence[FactRow]) -> Grade:
    return max((f.grade for f in facts), key=lambda g: g.value, default=Grade.U)
