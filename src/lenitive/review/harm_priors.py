"""From what is known of a drug's harms to priors: the courses of its side effects, its weight, when its benefit may be judged.

Sources give incidences, sometimes a median day of onset or of resolution, sometimes only "fades" or "stays". What they do not give
is filled by the stated assumptions below, and each prior says what it rests on. Facts of grade D or U are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lenitive.knowledge import Knowledge
from lenitive.knowledge.schema.drugs import Drug
from lenitive.knowledge.schema.facts import Fact
from lenitive.knowledge.schema.harms import Adverse, Course
from lenitive.response import UNKNOWN_COURSE, UNKNOWN_WEIGHT, CoursePrior, Gate, WeightPrior
from lenitive.terms import EFFECTS, Grade, Message, Source

__all__ = ["course_priors", "gates", "weight_priors"]

_FADES = {"fades": (0.8, 0.03), "stays": (0.2, 0.1), "grows": (0.15, 0.3), "unclear": (0.5, 0.1)}
"""Shares in whom an effect fades and worsens, by what a source says of it. Assumed."""
_QUICK_DAYS, _SLOW_DAYS = 14.0, 60.0
"""Where only a median day of resolution is known: within two weeks it counts as fading, beyond two months as unclear."""
_LONGEST_ONSET_DAYS = 14.0
_USUAL_KG = 70.0
"""The weight that gains in kg are turned into shares with. Assumed; trials seldom state theirs."""
_GAIN_SD = 0.03
"""Spread of the steady gain between people. With a mean near 3 % it gives the label's 7.5 % of people at +7 %."""
_JUDGED_TAKEN = 2 / 3
"""Share of the weeks before judging that must really have been spent at the dose. Assumed."""


def course_priors(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[CoursePrior, ...]:
    """A prior for every side effect that a source gives a number or a tendency for."""
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
            found.append(_course(drug, effect, rate, courses.get(effect)))
    return tuple(found)


def _course(drug: Drug, effect: str, rate: Adverse | None, course: Course | None) -> CoursePrior:
    placebo = rate.placebo_pct if rate is not None else None
    background = 0.1 if placebo is None else placebo / 100
    incidence = 0.1 if rate is None else max(rate.drug_pct / 100 - background, 0.02)
    resolves = rate.resolves_days if rate is not None else None
    if course is not None:
        tendency = course.tendency
    elif resolves is not None:
        tendency = "fades" if resolves <= _QUICK_DAYS else "unclear"
    else:
        tendency = "unclear"
    fades, worsens = _FADES[tendency]
    if course is None and resolves is not None and _QUICK_DAYS < resolves <= _SLOW_DAYS:
        fades = (fades + _FADES["fades"][0]) / 2
    settled = course.settled_by_days if course is not None and course.tendency == "fades" else None
    days = resolves or settled or UNKNOWN_COURSE.resolution_days
    onset = rate.onset_days if rate is not None else None
    facts: list[Fact] = [f for f in (rate, course) if f is not None]
    return CoursePrior(
        drug=drug.id,
        effect=effect,
        incidence=min(incidence, 0.9),
        background=min(background, 0.9),
        fades=fades,
        worsens=worsens,
        onset_days=min(max(onset or UNKNOWN_COURSE.onset_days, 1.0), _LONGEST_ONSET_DAYS),
        resolution_days=days,
        resolution_log_sd=0.7 if resolves or settled else UNKNOWN_COURSE.resolution_log_sd,
        reference_mg=_reference_mg(drug),
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


def _rests_on(rate: Adverse | None, course: Course | None) -> Iterator[Message]:
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
        weeks = gain.settled_by_days / 21 if gain.settled_by_days else UNKNOWN_WEIGHT.weeks
        found.append(
            WeightPrior(
                drug=name,
                gain=kg / _USUAL_KG,
                gain_sd=((error / _USUAL_KG) ** 2 + _GAIN_SD**2) ** 0.5,
                weeks=weeks,
                weeks_log_sd=UNKNOWN_WEIGHT.weeks_log_sd,
                reference_mg=_reference_mg(drug),
                stated=(
                    Message(id=f"review.harm_prior.{gain.id}", text=gain.says),
                    Message.of("review.harm_prior.spread_assumed"),
                ),
                sources=_sources([gain]),
                grade=gain.grade,
            )
        )
    return tuple(found)


def gates(knowledge: Knowledge, drugs: Iterable[str]) -> tuple[Gate, ...]:
    """When the benefit of each drug may be judged at the earliest, where a source says so."""
    found = []
    for name in drugs:
        if name not in knowledge.drugs:
            continue
        drug = knowledge.drugs[name]
        first = drug.efficacy.get("first_week")
        if first is None or not isinstance(first.value, float) or not first.grade.may_decide:
            continue
        found.append(
            Gate(
                drug=name,
                weeks=first.value,
                weeks_taken=first.value * _JUDGED_TAKEN,
                at_least_mg=_reference_mg(drug),
                stated=first.says,
                sources=_sources([first]),
            )
        )
    return tuple(found)


def _reference_mg(drug: Drug) -> float:
    """The dose that the drug's trials are about: the target of its fibromyalgia trial, else of a label, else the start."""
    rows = sorted(drug.dosing.values(), key=lambda d: (d.purpose != "fibromyalgia", not d.default))
    target = next((d.target_mg for d in rows if d.target_mg), None)
    return float(target or next((d.start_mg for d in rows if d.start_mg), 1.0))


def _sources(facts: Sequence[Fact]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for fact in facts for source in fact.sources))


def _weakest(facts: Sequence[Fact]) -> Grade:
    return max((f.grade for f in facts), key=lambda g: g.value, default=Grade.U)
