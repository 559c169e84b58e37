"""The certainty of the fibromyalgia comparisons: what is known of the trials, put to the rules."""

from __future__ import annotations

import math

from lenitive.evidence.certainty.appraisal import Appraised, Reporting, StudyJudgement
from lenitive.evidence.certainty.information import needed_for_events, needed_for_scores
from lenitive.evidence.certainty.levels import INDIRECTNESS, Certainty, Concern, Domain, Risk
from lenitive.evidence.network import NetworkResult
from lenitive.evidence.selection import PLACEBO, Selected
from lenitive.knowledge import MissingTrial, TrialBase
from lenitive.terms import Message

__all__ = ["appraise_outcome", "certainty", "needed_people", "study_judgements"]

_HIDDEN = {"unpublished", "failed_primary"}


def study_judgements(base: TrialBase, chosen: Selected) -> dict[str, StudyJudgement]:
    """What was judged of the trials of an outcome; a trial is as good as its worst domain, and not judged without any."""
    rebuilt = {s.study for s in base.judgements.standard_error if s.outcome == chosen.outcome.id}
    asks = {c.study for c in chosen.contrasts if any(f.startswith("asks") for f in c.flags)}
    narrow = {p.study for p in base.bias.people}
    studies = {c.study for c in chosen.contrasts} | {a.study for a in chosen.arms}
    return {
        study: StudyJudgement(
            bias=_worst(base, study),
            indirectness=Risk.SOME if study in asks or study in narrow else Risk.LOW,
            rebuilt=study in rebuilt,
        )
        for study in studies
    }


def _worst(base: TrialBase, study: str) -> Risk:
    found = next((t for t in base.bias.trial if t.study == study), None)
    if found is None:
        return Risk.NOT_JUDGED
    given = {j.judgement for j in found.domain}
    if "high" in given:
        return Risk.HIGH
    covered = {j.domain for j in found.domain}
    # A trial is at low risk when all of it was judged and found so; what was not judged leaves concerns.
    whole = covered >= {"sequence", "allocation", "blinding", "attrition", "reporting"}
    return Risk.LOW if given == {"low"} and whole else Risk.SOME


def needed_people(base: TrialBase, chosen: Selected) -> float:
    """The people that one trial of an outcome would need, by the stated rule."""
    lines = base.certainty
    alpha, power = lines.information_alpha.value, lines.information_power.value
    if chosen.outcome.measure not in {"RR", "OR", "RD"}:
        return needed_for_scores(lines.information_effect.value, alpha=alpha, power=power)
    control = [a for a in chosen.arms if a.treatment == PLACEBO and a.events is not None]
    people = sum(a.n for a in control)
    risk = sum(a.events or 0 for a in control) / people if people else 0.0
    return needed_for_events(risk, chosen.outcome.important, chosen.outcome.measure, alpha=alpha, power=power)


def _known(missing: list[MissingTrial]) -> int:
    return sum(m.randomised or 0 for m in missing)


def _reporting(base: TrialBase, chosen: Selected, result: NetworkResult, sides: tuple[str, ...]) -> Reporting:
    """What is known of trials of the two sides without figures: their number, people, and which of them were hidden."""
    used = [s for s in result.network.studies if set(sides) & set(s.treatments)]
    people = sum(s.n or 0 for s in used)
    missing = [m for m in chosen.missing if set(m.treatments) & set(sides) and m.status != "not_poolable"]
    hidden = [m for m in missing if m.status in _HIDDEN]
    if not missing:
        return Reporting(
            concern=Concern.SOME,
            reasons=(Message.of("evidence.certainty.none_listed", used=len(used)),),
        )
    lost, out = _known(hidden), _known(missing)
    share = lost / (lost + people) if lost + people else 0.0
    concern = (
        Concern.VERY_SERIOUS
        if share >= base.certainty.hidden_very.value
        else Concern.MAJOR
        if hidden or out > people
        else Concern.SOME
    )
    unsized = sum(m.randomised is None for m in missing)
    beside = {"used": len(used), "people": people}
    reasons = [
        Message.of("evidence.certainty.missing_unsized", count=len(missing), **beside)
        if not out
        else Message.of(
            "evidence.certainty.missing_partly", count=len(missing), out=out, unsized=unsized, **beside
        )
        if unsized
        else Message.of("evidence.certainty.missing", count=len(missing), out=out, **beside)
    ]
    if hidden:
        names = tuple(m.study for m in hidden)
        reasons.append(
            Message.of("evidence.certainty.hidden", names=names, lost=lost)
            if lost
            else Message.of("evidence.certainty.hidden_unsized", names=names)
        )
    return Reporting(concern=concern, reasons=tuple(reasons))


def _indirectness(base: TrialBase, appraised: Appraised, a: str, b: str, *, direct: bool) -> Domain:
    weighed = appraised.shares(a, b, "indirectness")
    apart = weighed[Risk.SOME] + weighed[Risk.HIGH]
    reasons = []
    if not direct:
        reasons.append(Message.of("evidence.certainty.no_direct"))
    studies = appraised.contributions.by_study(a, b)
    unlike = [p for p in base.bias.people if p.study in studies]
    reasons += [Message(id=f"evidence.people.{p.study}", text=p.why) for p in unlike]
    asked = sorted(
        s
        for s in studies
        if appraised.judged(s).indirectness is not Risk.LOW and s not in {p.study for p in unlike}
    )
    if asked:
        reasons.append(Message.of("evidence.certainty.other_question", trials=tuple(asked)))
    some = apart >= base.certainty.bias_some.value
    concern = Concern.MAJOR if not direct and asked else Concern.SOME if not direct or some else Concern.NONE
    return Domain(
        name=INDIRECTNESS,
        concern=concern,
        reasons=tuple(reasons) or (Message.of("evidence.certainty.own_question"),),
    )


def appraise_outcome(base: TrialBase, chosen: Selected, result: NetworkResult) -> Appraised:
    """The network of an outcome with what was judged of its trials."""
    important = chosen.outcome.important
    return Appraised(
        result,
        line=math.log(important) if result.is_ratio else important,
        lines=base.certainty,
        studies=study_judgements(base, chosen),
        needed=needed_people(base, chosen),
    )


def certainty(
    base: TrialBase, chosen: Selected, appraised: Appraised, treatment: str, comparator: str
) -> Certainty:
    """The judgement of one comparison of an outcome's network."""
    sides = tuple(t for t in (treatment, comparator) if t != PLACEBO)
    direct = any(
        treatment in s.treatments and comparator in s.treatments for s in appraised.result.network.studies
    )
    return appraised.certainty(
        treatment,
        comparator,
        reporting=_reporting(base, chosen, appraised.result, sides),
        indirectness=_indirectness(base, appraised, treatment, comparator, direct=direct),
    )
