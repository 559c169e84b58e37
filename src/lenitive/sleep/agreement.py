"""How far scorers of the same night agree, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["Agreement", "agreement", "consensus", "soft_agreement"]

_SCORED = (Stage.WAKE, Stage.N1, Stage.N2, Stage.N3, Stage.REM, Stage.LIGHT, Stage.ASLEEP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Two scorings of one night, over the epochs that both scored.

    Attributes:
        epochs: Epochs that both scored.
        accuracy: Share of them with the same stage, 0-1, or None when there is none.
        kappa: Cohen's kappa, or None where chance alone would agree wholly.
        by_stage: Kappa of each stage against all others; None as above.
    """

    epochs: int
    accuracy: float | None
    kappa: float | None
    by_stage: Mapping[Stage, float | None]


def _kappa(a: NDArray[np.int8], b: NDArray[np.int8]) -> float | None:
    """Cohen's kappa: (observed - chance) / (1 - chance)."""
    if a.size == 0:
        return None
    observed = float(np.mean(a == b))
    chance = sum(float(np.mean(a == c)) * float(np.mean(b == c)) for c in np.union1d(a, b))
    return None if chance >= 1 else (observed - chance) / (1 - chance)


def _stack(nights: Sequence[Hypnogram]) -> NDArray[np.int8]:
    """Scorings as ``scorer epoch``.

    Raises:
        ValueError: When they do not cover the same epochs.
    """
    if len({(len(n), n.epoch_s) for n in nights}) != 1:
        raise ValueError("scorings are compared over the same epochs: same number, same length")
    return np.stack([n.codes for n in nights])


def agreement(one: Hypnogram, other: Hypnogram) -> Agreement:
    """Agreement of two scorings, epoch by epoch; epochs that either left unscored are left out.

    Raises:
        ValueError: When the two do not cover the same epochs.
    """
    both = _stack([one, other])
    a, b = both[:, (both != Stage.UNSCORED).all(axis=0)]
    present = [s for s in _SCORED if (a == s).any() or (b == s).any()]
    return Agreement(
        epochs=int(a.size),
        accuracy=float(np.mean(a == b)) if a.size else None,
        kappa=_kappa(a, b),
        by_stage={s: _kappa((a == s).astype(np.int8), (b == s).astype(np.int8)) for s in present},
    )


def _votes(codes: NDArray[np.int8]) -> NDArray[np.int64]:
    """How many scorers gave each stage to each epoch, ``stage epoch``; row 0 is unscored."""
    return np.stack([(codes == s).sum(axis=0) for s in range(int(min(Stage)), int(max(Stage)) + 1)])


def soft_agreement(one: Hypnogram, others: Sequence[Hypnogram]) -> float:
    """Mean over epochs of the votes for this scorer's stage among the others, over the votes for their favourite, 0-1.

    Source: Guillot et al. 2020, doi:10.1109/TNSRE.2020.3011181, soft agreement.
    """
    _stack([one, *others])
    votes = _votes(_stack(others))
    mine = votes[one.codes.astype(np.intp) - int(min(Stage)), np.arange(len(one))]
    return float(np.mean(mine / votes.max(axis=0)))


def consensus(nights: Sequence[Hypnogram]) -> Hypnogram:
    """The stage most scorers gave each epoch; where votes tie, that of the scorer who agrees best with the others.

    Args:
        nights: Two or more scorings of one night. Their order settles equal soft agreement only.

    Raises:
        ValueError: With fewer than two scorings, or when they do not cover the same epochs.

    Source: Guillot et al. 2020, doi:10.1109/TNSRE.2020.3011181, consensus.
    """
    if len(nights) < 2:
        raise ValueError("a consensus needs two scorings or more")
    codes = _stack(nights)
    soft = [soft_agreement(n, [m for m in nights if m is not n]) for n in nights]
    best = codes[int(np.argmax(soft))]
    votes = _votes(codes)
    top = votes.max(axis=0)
    tied = (votes == top).sum(axis=0) > 1
    chosen = np.where(tied, best, votes.argmax(axis=0) + int(min(Stage))).astype(np.int8)
    return Hypnogram(codes=chosen, epoch_s=nights[0].epoch_s, start=nights[0].start, scorer="consensus")
