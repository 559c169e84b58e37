"""A network from its comparisons, one row each; those of one study that contradict one another are refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.network.data import Network, Study, column, named
from lenitive.evidence.refusal import NotEstimable

__all__ = ["from_contrasts"]

Floats = NDArray[np.float64]


def from_contrasts(
    study: Sequence[object],
    treat1: Sequence[object],
    treat2: Sequence[object],
    te: ArrayLike,
    se: ArrayLike,
    *,
    measure: str = "MD",
    people: dict[str, int] | None = None,
) -> Network:
    """A network from contrasts (``treat1`` less ``treat2``), one row a comparison.

    A study of three arms or more gives all its pairs, from which the covariance follows; or only its comparisons with
    one common arm, and then their correlation is taken as 1/2 (arms of equal size), with a note. Pairs beyond those with
    the common arm carry no estimate of their own: they have to agree with it.

    Raises:
        NotEstimable: ``zero_variance``, ``negative_variance`` (pairs that no arms can have), ``contradictory_contrasts``
            (pairs that do not add up), ``incomplete_study``, ``duplicated_arm``, ``missing_value``, ``no_studies``.
    """
    study, said = named(study, "study")
    both, joined = named([*treat1, *treat2], "treatment")
    treat1, treat2 = both[: len(treat1)], both[len(treat1) :]
    y, s = column("te", te), column("se", se)
    if not len(study) == len(treat1) == len(treat2) == y.size == s.size:
        raise NotEstimable("lengths_differ", "columns are not equally long", "Give one of each a row")
    if np.any(s <= 0):
        raise NotEstimable(
            "zero_variance" if np.any(s == 0) else "negative_variance",
            f"the standard error of row {int(np.argmax(s <= 0)) + 1} is not above zero",
            "Look at the source",
        )
    rows: dict[str, list[int]] = {}
    for i, name in enumerate(study):
        if treat1[i] == treat2[i]:
            raise NotEstimable(
                "duplicated_arm", f"row {i + 1} compares a treatment with itself", "Look at the source"
            )
        rows.setdefault(name, []).append(i)
    studies, halved, rounded = [], 0, 0.0
    for name, at in rows.items():
        pairs = {}
        for i in at:
            pair = (treat1[i], treat2[i])
            if pair in pairs or pair[::-1] in pairs:
                raise NotEstimable(
                    "duplicated_arm", f"{name} gives the same comparison twice", "Keep one of them"
                )
            pairs[pair] = (float(y[i]), float(s[i]) ** 2)
        found, was_halved = _study_of_pairs(name, pairs, None if people is None else people.get(name))
        rounded = max(rounded, _gap(name, pairs, found))
        halved += was_halved
        studies.append(found)
    notes = [*said, *joined]
    if halved:
        notes.append(f"{halved} multi-arm studies without all pairs: correlation 1/2 assumed")
    if rounded > 0:
        notes.append(
            f"pairs of a multi-arm study differ from their sum by up to {rounded:.2g}, as rounding does"
        )
    return Network(studies=tuple(studies), measure=measure, notes=tuple(notes))


_ROUNDING = 0.1
"""Pairs of one study may miss their sum by this share of the smallest standard error. Ours: estimates and errors printed to
two figures miss by less; the answer moves by less than a twentieth of its own standard error."""


def _gap(name: str, pairs: dict[tuple[str, str], tuple[float, float]], study: Study) -> float:
    """By how much a study's pairs miss the sum of its contrasts, where it is more than the numbers' own precision.

    Raises:
        NotEstimable: ``contradictory_contrasts`` when rounding cannot explain it.
    """
    worst = 0.0
    for (a, b), (estimate, variance) in pairs.items():
        gap = abs(study.contrast(b, a)[0] - estimate)
        allowed = max(1e-3, _ROUNDING * min(variance, *(v for _, v in pairs.values())) ** 0.5)
        if gap > allowed:
            raise NotEstimable(
                "contradictory_contrasts",
                f"{name} gives {a} against {b} as {estimate:g}, but its other comparisons add up to "
                f"{study.contrast(b, a)[0]:g}",
                "Look at the source: the contrasts of one study have to add up",
            )
        worst = max(worst, gap)
    return worst if worst > 1e-8 else 0.0


def _study_of_pairs(
    name: str, pairs: dict[tuple[str, str], tuple[float, float]], n: int | None
) -> tuple[Study, bool]:
    arms = list(dict.fromkeys(t for pair in pairs for t in (pair[1], pair[0])))
    both = {**pairs, **{(b, a): (-e, v) for (a, b), (e, v) in pairs.items()}}
    base = next(
        (a for a in arms if all((t, a) in both for t in arms if t != a)),
        None,
    )
    if base is None:
        raise NotEstimable(
            "incomplete_study", f"{name} does not compare all its arms with one of them", "Give all its pairs"
        )
    others = [a for a in arms if a != base]
    y = np.array([both[t, base][0] for t in others])
    v = np.diag([both[t, base][1] for t in others])
    halved = False
    for i, a in enumerate(others):
        for j, b in enumerate(others[:i]):
            if (a, b) in both:
                v[i, j] = v[j, i] = 0.5 * (v[i, i] + v[j, j] - both[a, b][1])
            else:
                v[i, j] = v[j, i] = 0.5 * np.sqrt(v[i, i] * v[j, j])
                halved = True
    if np.linalg.eigvalsh(v)[0] <= 0:
        raise NotEstimable(
            "negative_variance", f"the standard errors of {name} contradict one another", "Look at the source"
        )
    return Study(name=name, treatments=(base, *others), y=y, v=v, n=n), halved
