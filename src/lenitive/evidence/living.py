"""What changes when trials come in: every effect, certainty and belief before and after."""

from __future__ import annotations

from lenitive.evidence.belief import beliefs, trial_doses
from lenitive.evidence.certainty import CertaintyLevel
from lenitive.evidence.synthesis import Synthesis, synthesise
from lenitive.frozen import dataclass
from lenitive.knowledge import Knowledge
from lenitive.terms import EffectBelief

__all__ = ["BeliefMoved", "DrugStanding", "Living", "Moved", "compare_evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugStanding:
    """What is said of one drug against placebo for one outcome; ratios as a reader sees them."""

    estimate: float
    low: float
    high: float
    trials: int
    certainty: CertaintyLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One conclusion before and after; None where there was none."""

    outcome: str
    words: str
    treatment: str
    before: DrugStanding | None
    after: DrugStanding | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BeliefMoved:
    """What is believed of one person's effect, before her diary is read."""

    before: EffectBelief
    after: EffectBelief


@dataclass(frozen=True, slots=True, kw_only=True)
class Living:
    """What more trials change.

    Attributes:
        before: Every outcome as it stood.
        after: Every outcome as it stands.
        moved: Conclusions that are others, or new.
        stayed: How many are what they were.
        beliefs: Beliefs that are others.
    """

    before: tuple[Synthesis, ...]
    after: tuple[Synthesis, ...]
    moved: tuple[Moved, ...]
    stayed: int
    beliefs: tuple[BeliefMoved, ...]


def _standings(s: Synthesis) -> dict[str, DrugStanding]:
    if s.network is None:
        return {}
    levels = {c.treatment: c.level for c in s.certainties}
    out = {}
    for pool in s.pools:
        c = s.network.compare(pool.treatment, "placebo")
        e, low, high = (s.network.shown(v) for v in (c.estimate, c.low, c.high))
        out[pool.treatment] = DrugStanding(
            estimate=e, low=low, high=high, trials=len(pool.lines), certainty=levels[pool.treatment]
        )
    return out


def compare_evidence(before: Knowledge, after: Knowledge, outcomes: tuple[str, ...]) -> Living:
    """Two snapshots of the knowledge side by side, outcome by outcome and drug by drug.

    Equal means equal to every digit: what the same trials say is the same number.

    Raises:
        ValueError: When there is no such outcome.
    """
    old = tuple(synthesise(before.trials, o) for o in outcomes)
    new = tuple(synthesise(after.trials, o) for o in outcomes)
    moved, stayed = [], 0
    for a, b in zip(old, new, strict=True):
        was, now = _standings(a), _standings(b)
        for treatment in sorted(was.keys() | now.keys()):
            if was.get(treatment) == now.get(treatment):
                stayed += 1
                continue
            moved.append(
                Moved(
                    outcome=b.selected.outcome.id,
                    words=b.selected.outcome.words,
                    treatment=treatment,
                    before=was.get(treatment),
                    after=now.get(treatment),
                )
            )
    doses = trial_doses(before)
    believed = zip(beliefs(before, doses), beliefs(after, doses), strict=True)
    return Living(
        before=old,
        after=new,
        moved=tuple(moved),
        stayed=stayed,
        beliefs=tuple(
            BeliefMoved(before=a, after=b) for a, b in believed if (a.mean, a.sd) != (b.mean, b.sd)
        ),
    )
