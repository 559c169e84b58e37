"""One outcome, all treatments: what was pooled, against placebo and against one another, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from lenitive.evidence.belief import merge_doses
from lenitive.evidence.certainty import Appraised, Certainty, Rating, appraise_outcome, overruled
from lenitive.evidence.certainty.trials import certainty
from lenitive.evidence.distributions import normal_quantile
from lenitive.evidence.network import (
    Comparison,
    Network,
    NetworkResult,
    Ranking,
    fit_network,
    from_arm_counts,
    from_arm_means,
    from_contrasts,
    rank,
)
from lenitive.evidence.pairwise import Pooled, generic, peto, pool
from lenitive.evidence.panel import arms_together, event_effect
from lenitive.evidence.selection import Selected, select, treatment_words
from lenitive.frozen import dataclass
from lenitive.knowledge import TrialBase
from lenitive.terms import Message, Source

__all__ = [
    "Absolute",
    "Placed",
    "StudyLine",
    "Synthesis",
    "TreatmentPool",
    "Versus",
    "plane",
    "rated",
    "synthesise",
]

PLACEBO = "placebo"
OTHERS = ("duloxetine", "pregabalin", "milnacipran", "amitriptyline", "cyclobenzaprine_sl")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyLine:
    """A study in a forest plot; ratios are logs."""

    study: str
    treatment: str
    estimate: float
    low: float
    high: float
    weight: float
    people: int | None
    figures: str
    flags: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPool:
    """One treatment against placebo.

    Attributes:
        treatment: The treatment.
        words: What a reader calls it.
        pooled: Its own trials.
        lines: Study by study.
        peto: Beside the pool where events are rare; None otherwise.
        events: For counts: people with the event and people on it, then on placebo, over its trials; None otherwise.
    """

    treatment: str
    words: str
    pooled: Pooled
    lines: tuple[StudyLine, ...]
    peto: Pooled | None
    events: tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Absolute:
    """Of 100 people: how many without and with a treatment.

    Attributes:
        treatment: The treatment.
        without: Of 100 on placebo, in the treatment's own trials.
        with_it: Of 100 on the treatment: the placebo figure and the pooled risk difference.
        low: Lower end of the interval of ``with_it``.
        high: Upper end.
        number_needed: People treated for one more (or one fewer) with the event; None when the interval holds no difference.
        trials: Trials it rests on.
        people: People in their groups on the treatment and on placebo.
        without_figures: Known trials of the treatment without figures for the outcome.
        ratio_leaves_out_none: The network's ratio leaves out no difference. Where ``number_needed`` is None all the same, the two
            disagree: one ratio over all drugs' trials, with the variation among them all, against one difference from this
            drug's own.
    """

    treatment: str
    without: float
    with_it: float
    low: float
    high: float
    number_needed: float | None
    trials: int
    people: int
    without_figures: tuple[str, ...]
    ratio_leaves_out_none: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Versus:
    """Mirtazapine against another treatment.

    Attributes:
        other: The other treatment.
        comparison: Mirtazapine less the other; None when one of them has no figures.
        certainty: How sure one may be; None without a comparison.
        says: ``better``, ``worse``, ``no superiority`` or ``no figures``.
        why: In one clause, as a message.
    """

    other: str
    comparison: Comparison | None
    certainty: Certainty | None
    says: str
    why: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """All that is said about one outcome."""

    selected: Selected
    pools: tuple[TreatmentPool, ...]
    network: NetworkResult | None
    certainties: tuple[Certainty, ...]
    versus: tuple[Versus, ...]
    ranking: Ranking | None
    absolute: tuple[Absolute, ...]
    notes: tuple[Message, ...]
    appraised: Appraised | None = None


def _network(chosen: Selected) -> Network | None:
    if chosen.contrasts:
        rows = merge_doses(chosen.contrasts)
        return from_contrasts(
            [r.study for r in rows],
            [r.treatment for r in rows],
            [r.comparator for r in rows],
            [r.estimate for r in rows],
            [r.se for r in rows],
            measure=chosen.outcome.measure,
            people={r.study: r.n for r in rows if r.n is not None},
        )
    arms = arms_together(chosen.arms)
    if len({a.study for a in arms}) == len(arms):
        return None
    study, treatment = [a.study for a in arms], [a.treatment for a in arms]
    if chosen.outcome.measure == "SMD":
        return from_arm_means(
            study,
            treatment,
            [a.mean or 0.0 for a in arms],
            [a.sd or 0.0 for a in arms],
            [a.n for a in arms],
            measure="SMD",
        )
    return from_arm_counts(
        study, treatment, [a.events or 0 for a in arms], [a.n for a in arms], measure=chosen.outcome.measure
    )


def _pools(base: TrialBase, chosen: Selected, network: Network) -> tuple[TreatmentPool, ...]:
    arms = {(a.study, a.treatment): a for a in arms_together(chosen.arms)}
    rows = {(r.study, r.treatment): r for r in merge_doses(chosen.contrasts)}
    z = normal_quantile(0.975)
    out = []
    for treatment in network.treatments:
        if treatment == PLACEBO:
            continue
        studies = [s for s in network.studies if treatment in s.treatments and PLACEBO in s.treatments]
        if not studies:
            continue
        values = [s.contrast(PLACEBO, treatment) for s in studies]
        pooled = pool(
            generic(
                [e for e, _ in values],
                [v for _, v in values],
                studies=tuple(s.name for s in studies),
                measure=network.measure,
            )
        )
        lines, counts = [], []
        for s, (e, v), w in zip(studies, values, pooled.weights, strict=True):
            key = (s.name, treatment)
            active, control = arms.get(key), arms.get((s.name, PLACEBO))
            figures = ""
            if active is not None and control is not None and active.events is not None:
                figures = f"{active.events}/{active.n} v {control.events}/{control.n}"
                counts.append((active.events, active.n, control.events or 0, control.n))
            origin = rows.get(key) or active
            lines.append(
                StudyLine(
                    study=s.name,
                    treatment=treatment,
                    estimate=e,
                    low=e - z * math.sqrt(v),
                    high=e + z * math.sqrt(v),
                    weight=w,
                    people=s.n,
                    figures=figures,
                    flags=() if origin is None else origin.flags,
                    source=Source(article="") if origin is None else origin.source,
                )
            )
        rare = None
        if counts and chosen.outcome.id == "serious_ae" and any(a + c for a, _, c, _ in counts):
            rare = peto(*map(list, zip(*counts, strict=True)))
        out.append(
            TreatmentPool(
                treatment=treatment,
                words=treatment_words(base, treatment),
                pooled=pooled,
                lines=tuple(lines),
                peto=rare,
                events=_added_up(counts) if len(counts) == len(lines) else None,
            )
        )
    return tuple(out)


def _added_up(counts: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    a, n1, c, n2 = (sum(column) for column in zip(*counts, strict=True))
    return a, n1, c, n2


def _says(chosen: Selected, c: Comparison) -> tuple[str, Message]:
    lower = chosen.outcome.better == "lower"
    if c.low < 0 < c.high:
        return "no superiority", Message.of("evidence.versus.holds")
    better = (c.estimate < 0) == lower
    return ("better" if better else "worse", Message.of("evidence.versus.leaves_out"))


def synthesise(
    base: TrialBase, outcome: str, *, focus: str = "mirtazapine", others: tuple[str, ...] = OTHERS
) -> Synthesis:
    """What the trials say about one outcome.

    Args:
        base: The trial base.
        outcome: An outcome of ``judgements.toml``.
        focus: The treatment the others are compared with.
        others: The treatments it is compared with, indirectly where no trial does.

    Raises:
        ValueError: When there is no such outcome.
    """
    chosen = select(base, outcome)
    network = _network(chosen)
    if network is None:
        return Synthesis(
            selected=chosen,
            pools=(),
            network=None,
            certainties=(),
            versus=(),
            ranking=None,
            absolute=(),
            notes=(Message.of("evidence.synthesis.no_figures"),),
        )
    whole, notes = network, list[Message]()
    if len(network.components) > 1:
        network = network.part(PLACEBO)
        notes.append(Message.of("evidence.synthesis.part"))
    result = fit_network(network, reference=PLACEBO)
    # Caveats of the engine come as they are: it knows nothing of the outcome.
    notes = [
        *(Message(id=f"evidence.engine.{i}", text=n) for i, n in enumerate(result.notes, start=1)),
        *notes,
    ]
    if not any(len(s.treatments) > 1 and PLACEBO not in s.treatments for s in whole.studies):
        notes.append(Message.of("evidence.synthesis.star"))
    pools = _pools(base, chosen, network)
    appraised = appraise_outcome(base, chosen, result)
    active = tuple(t for t in result.treatments if t != PLACEBO)
    versus = []
    for other in others:
        absent = [t for t in (focus, other) if t not in active]
        if absent:
            names = tuple(treatment_words(base, t) for t in absent)
            versus.append(
                Versus(
                    other=other,
                    comparison=None,
                    certainty=None,
                    says="no figures",
                    why=Message.of("evidence.versus.no_figures", treatments=names),
                )
            )
            continue
        c = result.compare(focus, other)
        says, why = _says(chosen, c)
        versus.append(
            Versus(
                other=other,
                comparison=c,
                certainty=certainty(base, chosen, appraised, focus, other),
                says=says,
                why=why,
            )
        )
    return Synthesis(
        selected=chosen,
        pools=pools,
        network=result,
        certainties=tuple(certainty(base, chosen, appraised, t, PLACEBO) for t in active),
        versus=tuple(versus),
        ranking=rank(result, lower_is_better=chosen.outcome.better == "lower", among=active)
        if len(active) > 1
        else None,
        absolute=_absolute(chosen, result) if chosen.outcome.measure in {"RR", "OR"} else (),
        notes=tuple(dict.fromkeys(notes)),
        appraised=appraised,
    )


def _absolute(chosen: Selected, result: NetworkResult) -> tuple[Absolute, ...]:
    """Natural frequencies from each treatment's own trials, by pooled risk differences.

    A risk ratio is not carried over to other trials' placebo groups: with rare events that multiplies an uncertain ratio
    by a risk it was never seen with.
    """
    out = []
    for treatment in sorted(result.treatments):
        found = event_effect(chosen, treatment)
        if found is None:
            continue
        effect, risk, arms = found
        ratio = result.compare(treatment, PLACEBO)
        placebo = {a.study: a.n for a in arms_together(chosen.arms) if a.treatment == PLACEBO}

        def of_100(difference: float, risk: float = risk) -> float:
            return 100 * min(1.0, max(0.0, risk + difference))

        out.append(
            Absolute(
                treatment=treatment,
                without=100 * risk,
                with_it=of_100(effect.estimate),
                low=of_100(effect.low),
                high=of_100(effect.high),
                number_needed=None if effect.low < 0 < effect.high else 1 / abs(effect.estimate),
                trials=len(arms),
                people=sum(a.n + placebo[a.study] for a in arms),
                without_figures=tuple(
                    m.study
                    for m in chosen.missing
                    if treatment in m.treatments and m.status != "not_poolable"
                ),
                ratio_leaves_out_none=not ratio.low < 0 < ratio.high,
            )
        )
    return tuple(out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A treatment between benefit and harm: more people of 100 than on placebo, with intervals."""

    treatment: str
    benefit: float
    benefit_low: float
    benefit_high: float
    harm: float
    harm_low: float
    harm_high: float


def plane(benefit: Synthesis, harm: Synthesis) -> tuple[tuple[Placed, ...], tuple[str, ...]]:
    """Treatments with both figures, and those that cannot be placed."""
    good, bad = {a.treatment: a for a in benefit.absolute}, {a.treatment: a for a in harm.absolute}
    placed = tuple(
        Placed(
            treatment=t,
            benefit=good[t].with_it - good[t].without,
            benefit_low=good[t].low - good[t].without,
            benefit_high=good[t].high - good[t].without,
            harm=bad[t].with_it - bad[t].without,
            harm_low=bad[t].low - bad[t].without,
            harm_high=bad[t].high - bad[t].without,
        )
        for t in sorted(set(good) & set(bad))
    )
    return placed, tuple(sorted(set(good) ^ set(bad)))


def rated(s: Synthesis, ratings: Sequence[Rating]) -> Synthesis:
    """A synthesis with a reader's ratings in its certainties; the computed ones stay beside them."""
    if s.appraised is None or not ratings:
        return s
    lines = s.appraised.lines.some_per_level.whole

    def of(c: Certainty) -> Certainty:
        return overruled(c, ratings, outcome=s.selected.outcome.id, some_per_level=lines)

    return replace(
        s,
        certainties=tuple(of(c) for c in s.certainties),
        versus=tuple(v if v.certainty is None else replace(v, certainty=of(v.certainty)) for v in s.versus),
    )
