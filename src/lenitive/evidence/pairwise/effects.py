r"""Effect sizes of single studies.

Counts: :math:`a` events of :math:`n_1` against :math:`c` of :math:`n_2`, with :math:`b = n_1 - a`, :math:`d = n_2 - c`;
a study with an empty cell gets 1/2 in all four. Ratios are on the log scale.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.labels import label_key
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["MEASURES", "Effects", "from_counts", "from_means", "from_rates", "generic", "repeated"]

Floats = NDArray[np.float64]

MEASURES: dict[str, str] = {
    "MD": "mean difference",
    "SMD": "standardised mean difference (Hedges)",
    "OR": "odds ratio",
    "RR": "risk ratio",
    "RD": "risk difference",
    "PETO": "Peto odds ratio",
    "HR": "hazard ratio",
    "IRR": "incidence rate ratio",
    "GEN": "generic effect",
}
RATIOS = frozenset({"OR", "RR", "PETO", "HR", "IRR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """Effect sizes with their variances; ratios are logs.

    Attributes:
        yi: Effects, shape ``(study,)``.
        vi: Their variances, above zero.
        measure: One of ``MEASURES``.
        studies: The studies' names.
        notes: Caveats, such as a continuity correction.
    """

    yi: Floats
    vi: Floats
    measure: str
    studies: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_ratio(self) -> bool:
        """Whether results are shown after taking the exponential."""
        return self.measure in RATIOS

    def take(self, keep: ArrayLike) -> Effects:
        """Some of the studies, by position or mask."""
        index = np.arange(len(self.studies))[np.asarray(keep)]
        return Effects(
            yi=self.yi[index],
            vi=self.vi[index],
            measure=self.measure,
            studies=tuple(self.studies[i] for i in index),
            notes=self.notes,
        )


def _names(studies: tuple[str, ...] | None, k: int) -> tuple[str, ...]:
    names = tuple(f"study {i + 1}" for i in range(k)) if studies is None else tuple(map(str, studies))
    if len(names) != k:
        raise NotEstimable("lengths_differ", f"{len(names)} names for {k} studies", "Give one name a study")
    return names


def _columns(**columns: ArrayLike) -> list[Floats]:
    out = []
    length: int | None = None
    for name, values in columns.items():
        try:
            array = np.atleast_1d(np.asarray(values, dtype=float))
        except (TypeError, ValueError):
            raise NotEstimable(
                "not_a_number", f"{name} holds something that is not a number", "Give numbers"
            ) from None
        if array.ndim != 1:
            raise NotEstimable("wrong_shape", f"{name} is not a single column", "Give one value a study")
        if length is not None and array.size != length:
            raise NotEstimable(
                "lengths_differ", f"{name} has {array.size} values, others {length}", "Give one value a study"
            )
        length = array.size
        if not np.all(np.isfinite(array)):
            raise NotEstimable(
                "missing_value",
                f"{name} is missing or not finite in row {int(np.flatnonzero(~np.isfinite(array))[0]) + 1}",
                "Leave the study out by name, or find the figure",
            )
        out.append(array)
    if not length:
        raise NotEstimable("no_studies", "there is no study", "Give at least one")
    return out


def generic(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    studies: tuple[str, ...] | None = None,
    measure: str = "GEN",
    notes: tuple[str, ...] = (),
) -> Effects:
    """Effects that are already there, with their variances.

    Raises:
        NotEstimable: ``zero_variance`` or ``negative_variance`` when a variance is not above zero; ``unknown_measure``.
    """
    y, v = _columns(yi=yi, vi=vi)
    names = _names(studies, y.size)
    if measure not in MEASURES:
        raise NotEstimable(
            "unknown_measure", f"{measure!r} is not a measure", f"Use one of {', '.join(MEASURES)}"
        )
    if np.any(v < 0):
        raise NotEstimable(
            "negative_variance",
            f"the variance of {names[int(np.argmax(v < 0))]} is below zero",
            "Look at the source",
        )
    if np.any(v == 0):
        raise NotEstimable(
            "zero_variance",
            f"the variance of {names[int(np.argmax(v == 0))]} is zero, which would give it all the weight",
            "Find its standard error",
        )
    return Effects(yi=y, vi=v, measure=measure, studies=names, notes=(*notes, *repeated(names)))


def repeated(studies: Sequence[str]) -> tuple[str, ...]:
    """A caveat that names the studies on more than one row, which a pool takes for independent; none without any."""
    by: dict[str, int] = {}
    for name in studies:
        key = label_key(name)
        by[key] = by.get(key, 0) + 1
    twice = [n for n in dict.fromkeys(studies) if by[label_key(n)] > 1]
    if not twice:
        return ()
    first = dict.fromkeys(label_key(n) for n in twice)
    shown = [next(n for n in twice if label_key(n) == key) for key in first]
    rest = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return (
        f"{', '.join(shown[:3])}{rest} stand on more than one row: rows are pooled as independent studies, "
        "which makes the interval too narrow when they share people",
    )


def from_means(
    mean1: ArrayLike,
    sd1: ArrayLike,
    n1: ArrayLike,
    mean2: ArrayLike,
    sd2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "MD",
    studies: tuple[str, ...] | None = None,
) -> Effects:
    """Mean differences, or standardised ones with Hedges' exact correction.

    Source: Hedges 1981, J Educ Stat 6:107-28; variances as in metafor's ``escalc`` (``vtype = "LS"``).

    Raises:
        NotEstimable: ``zero_sd`` when a standard deviation is not above zero; ``too_few_people``.
    """
    m1, s1, k1, m2, s2, k2 = _columns(mean1=mean1, sd1=sd1, n1=n1, mean2=mean2, sd2=sd2, n2=n2)
    names = _names(studies, m1.size)
    if np.any(s1 <= 0) or np.any(s2 <= 0):
        at = int(np.argmax((s1 <= 0) | (s2 <= 0)))
        raise NotEstimable(
            "zero_sd", f"a standard deviation of {names[at]} is not above zero", "Look at the source"
        )
    if np.any(k1 < 1) or np.any(k2 < 1) or (measure == "SMD" and np.any(k1 + k2 < 4)):
        raise NotEstimable("too_few_people", "a group is empty or too small", "Leave the study out")
    if measure == "MD":
        return generic(m1 - m2, s1**2 / k1 + s2**2 / k2, studies=names, measure=measure)
    if measure != "SMD":
        raise NotEstimable("unknown_measure", f"{measure!r} is not a measure of means", "Use MD or SMD")
    df = k1 + k2 - 2
    pooled = np.sqrt(((k1 - 1) * s1**2 + (k2 - 1) * s2**2) / df)
    from scipy import special  # here: counts alone need none of it

    correction = np.exp(special.gammaln(df / 2) - 0.5 * np.log(df / 2) - special.gammaln((df - 1) / 2))
    g = correction * (m1 - m2) / pooled
    return generic(g, 1 / k1 + 1 / k2 + g**2 / (2 * (k1 + k2)), studies=names, measure=measure)


def check_counts(
    a: ArrayLike, n1: ArrayLike, c: ArrayLike, n2: ArrayLike, studies: tuple[str, ...] | None
) -> tuple[Floats, Floats, Floats, Floats, tuple[str, ...]]:
    """The four columns as floats, or a refusal."""
    ai, k1, ci, k2 = _columns(events1=a, n1=n1, events2=c, n2=n2)
    names = _names(studies, ai.size)
    nobody = (k1 == 0) | (k2 == 0)
    if np.any(nobody):
        raise NotEstimable(
            "empty_group",
            f"{names[int(np.argmax(nobody))]} has a group of nobody",
            "Leave the study out, or find how many people were in it",
        )
    wrong = (ai < 0) | (ci < 0) | (ai > k1) | (ci > k2) | (k1 < 1) | (k2 < 1)
    if np.any(wrong):
        raise NotEstimable(
            "impossible_counts",
            f"{names[int(np.argmax(wrong))]} has more events than people, or a negative count",
            "Look at the source",
        )
    return ai, k1, ci, k2, names


def from_counts(
    events1: ArrayLike,
    n1: ArrayLike,
    events2: ArrayLike,
    n2: ArrayLike,
    *,
    measure: str = "RR",
    studies: tuple[str, ...] | None = None,
    add: float = 0.5,
) -> Effects:
    """Log ratios, risk differences or Peto's log odds ratios from counts.

    Args:
        events1: People with the event in the first group.
        n1: People in the first group.
        events2: People with the event in the second group.
        n2: People in the second group.
        measure: ``OR``, ``RR``, ``RD`` or ``PETO``.
        studies: Names.
        add: Added to all four cells of a study with an empty cell; never for ``PETO``, which needs nothing added.

    Raises:
        NotEstimable: ``impossible_counts``; ``empty_group``; ``no_events``; ``unknown_measure``.
    """
    a, k1, c, k2, names = check_counts(events1, n1, events2, n2, studies)
    if measure == "PETO":
        return _peto_effects(a, k1, c, k2, names)
    b, d = k1 - a, k2 - c
    empty = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    notes = []
    both = ((a == 0) & (c == 0)) | ((b == 0) & (d == 0))
    if np.any(empty):
        notes.append(
            f"{add:g} added to the cells of {int(empty.sum())} of {a.size} studies with an empty cell"
        )
    if np.any(both):
        notes.append(
            f"{int(both.sum())} studies without (or with only) events in both groups say little about a ratio"
        )
    a, b, c, d = (np.where(empty, x + add, x) for x in (a, b, c, d))
    k1, k2 = a + b, c + d
    if measure == "OR":
        y, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    elif measure == "RR":
        y, v = np.log(a / k1) - np.log(c / k2), 1 / a - 1 / k1 + 1 / c - 1 / k2
    elif measure == "RD":
        y, v = a / k1 - c / k2, a * b / k1**3 + c * d / k2**3
    else:
        raise NotEstimable(
            "unknown_measure", f"{measure!r} is not a measure of counts", "Use OR, RR, RD or PETO"
        )
    return generic(y, v, studies=names, measure=measure, notes=tuple(notes))


def _peto_effects(a: Floats, k1: Floats, c: Floats, k2: Floats, names: tuple[str, ...]) -> Effects:
    """Observed less expected events over their hypergeometric variance; nothing is added to empty cells.

    Source: Yusuf and others 1985, Prog Cardiovasc Dis 27:335-71.
    """
    n, t = k1 + k2, a + c
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.where(n > 1, k1 * k2 * t * (n - t) / (n**2 * np.maximum(n - 1, 1)), 0.0)
    keep = variance > 0
    if not keep.any():
        raise NotEstimable("no_events", "no study has events", "There is nothing to compare")
    silent = int((~keep).sum())
    notes = (
        (f"{silent} studies without (or with only) events in both groups carry no weight and are left out",)
        if silent
        else ()
    )
    expected = (t * k1 / n)[keep]
    return generic(
        (a[keep] - expected) / variance[keep],
        1 / variance[keep],
        studies=tuple(s for s, kept in zip(names, keep, strict=True) if kept),
        measure="PETO",
        notes=notes,
    )


def from_rates(
    events1: ArrayLike,
    time1: ArrayLike,
    events2: ArrayLike,
    time2: ArrayLike,
    *,
    studies: tuple[str, ...] | None = None,
    add: float = 0.5,
) -> Effects:
    """Log incidence rate ratios from events and the time at risk of each group.

    A study with no event in a group gets ``add`` in both; studies without events say nothing and are left out, with a note.

    Source: Rothman, Greenland and Lash 2008, Modern Epidemiology, chapter 14; variances as in metafor's ``escalc``.

    Raises:
        NotEstimable: ``impossible_counts``; ``no_time``; ``no_events``.
    """
    a, t1, c, t2 = _columns(events1=events1, time1=time1, events2=events2, time2=time2)
    names = _names(studies, a.size)
    if np.any((a < 0) | (c < 0)):
        raise NotEstimable(
            "impossible_counts",
            f"{names[int(np.argmax((a < 0) | (c < 0)))]} has a negative count",
            "Look at the source",
        )
    if np.any((t1 <= 0) | (t2 <= 0)):
        raise NotEstimable(
            "no_time",
            f"{names[int(np.argmax((t1 <= 0) | (t2 <= 0)))]} has a group without time at risk",
            "Give the person-time of each group",
        )
    keep = a + c > 0
    if not keep.any():
        raise NotEstimable("no_events", "no study has events", "There is nothing to compare")
    empty = keep & ((a == 0) | (c == 0))
    a, c = np.where(empty, a + add, a), np.where(empty, c + add, c)
    notes = []
    if empty.any():
        notes.append(
            f"{add:g} added to the events of {int(empty.sum())} of {a.size} studies with none in a group"
        )
    if not keep.all():
        notes.append(f"{int((~keep).sum())} studies without events left out")
    a, t1, c, t2 = a[keep], t1[keep], c[keep], t2[keep]
    return generic(
        np.log(a / t1) - np.log(c / t2),
        1 / a + 1 / c,
        studies=tuple(s for s, kept in zip(names, keep, strict=True) if kept),
        measure="IRR",
        notes=tuple(notes),
    )
