"""A network of trials: each study's contrasts against its first arm, with their full covariance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from lenitive.evidence.labels import as_one
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = [
    "Network",
    "Study",
    "from_arm_counts",
    "from_arm_means",
    "from_arm_rates",
    "from_contrasts",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study: its arms, and the contrasts of all arms but the first against the first.

    Attributes:
        name: The study's name.
        treatments: Its arms' treatments, all different.
        y: Contrasts against the first arm, shape ``(arm - 1,)``.
        v: Their covariance.
        n: People in it, where known.
    """

    name: str
    treatments: tuple[str, ...]
    y: Floats
    v: Floats
    n: int | None = None

    @property
    def design(self) -> tuple[str, ...]:
        """Its set of treatments."""
        return tuple(sorted(self.treatments))

    def contrast(self, a: str, b: str) -> tuple[float, float]:
        """Estimate and variance of b against a within the study."""
        i, j = self.treatments.index(a), self.treatments.index(b)
        pick = np.zeros(len(self.treatments))
        pick[j] += 1
        pick[i] -= 1
        w = pick[1:]
        return float(w @ self.y), float(w @ self.v @ w)


@dataclass(frozen=True, kw_only=True)
class Network:
    """Studies that compare treatments.

    Attributes:
        studies: The studies, each with at least two arms.
        measure: What the contrasts are; ratios are logs.
        notes: Caveats of the input.
    """

    studies: tuple[Study, ...]
    measure: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.studies:
            raise NotEstimable("no_studies", "there is no study with two arms", "Give at least one")

    @cached_property
    def treatments(self) -> tuple[str, ...]:
        """All treatments, in alphabetical order."""
        return tuple(sorted({t for s in self.studies for t in s.treatments}))

    @cached_property
    def designs(self) -> tuple[tuple[str, ...], ...]:
        """The different sets of treatments compared."""
        return tuple(sorted({s.design for s in self.studies}))

    @cached_property
    def components(self) -> tuple[tuple[str, ...], ...]:
        """The connected parts, largest first; more than one cannot be compared with one another."""
        parent = {t: t for t in self.treatments}

        def root(t: str) -> str:
            while parent[t] != t:
                parent[t] = parent[parent[t]]
                t = parent[t]
            return t

        for s in self.studies:
            for t in s.treatments[1:]:
                parent[root(t)] = root(s.treatments[0])
        parts: dict[str, list[str]] = {}
        for t in self.treatments:
            parts.setdefault(root(t), []).append(t)
        return tuple(tuple(p) for p in sorted(parts.values(), key=lambda p: (-len(p), p)))

    def part(self, treatment: str) -> Network:
        """The connected part that holds a treatment."""
        for component in self.components:
            if treatment in component:
                return Network(
                    studies=tuple(s for s in self.studies if s.treatments[0] in component),
                    measure=self.measure,
                    notes=self.notes,
                )
        raise NotEstimable(
            "unknown_treatment", f"{treatment!r} is not in the network", "Use a treatment of it"
        )

    def edges(self) -> dict[tuple[str, str], tuple[int, int | None]]:
        """For each pair compared directly: studies, and people where every study says."""
        out: dict[tuple[str, str], list[int | None]] = {}
        for s in self.studies:
            for i, a in enumerate(s.design):
                for b in s.design[i + 1 :]:
                    out.setdefault((a, b), []).append(s.n)
        return {
            pair: (len(ns), None if any(n is None for n in ns) else sum(n for n in ns if n is not None))
            for pair, ns in sorted(out.items())
        }


def _named(names: Sequence[object], kind: str) -> tuple[list[str], list[str]]:
    """Names in one spelling each, and a note on spellings that were joined."""
    one, joined = as_one(names)
    blank = next((i for i, n in enumerate(one) if not n), None)
    if blank is not None:
        raise NotEstimable("missing_value", f"the {kind} of row {blank + 1} is empty", "Name it")
    return one, [f"read as one {kind}: {'; '.join(joined)}"] if joined else []


def _grouped(study: Sequence[str], treatment: Sequence[str]) -> dict[str, list[int]]:
    if len(study) != len(treatment):
        raise NotEstimable(
            "lengths_differ", "studies and treatments are not equally many", "Give one of each a row"
        )
    rows: dict[str, list[int]] = {}
    for i, name in enumerate(study):
        rows.setdefault(name, []).append(i)
    for name, at in rows.items():
        labels = [treatment[i] for i in at]
        if len(set(labels)) < len(labels):
            raise NotEstimable(
                "duplicated_arm",
                f"{name} has a treatment twice",
                "Add the arms together, or name the doses as treatments",
            )
    return rows


def _column(name: str, values: ArrayLike) -> Floats:
    try:
        array = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        raise NotEstimable(
            "not_a_number", f"{name} holds something that is not a number", "Give numbers"
        ) from None
    if not np.all(np.isfinite(array)):
        row = int(np.flatnonzero(~np.isfinite(array))[0]) + 1
        raise NotEstimable(
            "missing_value", f"{name} is missing or not finite in row {row}", "Leave the arm out"
        )
    return array


def _from_arm_values(
    rows: dict[str, list[int]],
    treatment: Sequence[str],
    y: Floats,
    v: Floats,
    n: Floats,
    measure: str,
    notes: list[str],
) -> Network:
    studies, single = [], 0
    for name, at in rows.items():
        if len(at) < 2:
            single += 1
            continue
        first, rest = at[0], at[1:]
        if np.any(v[at] <= 0):
            raise NotEstimable(
                "zero_variance", f"an arm of {name} has no variance", "Find its standard error"
            )
        studies.append(
            Study(
                name=name,
                treatments=tuple(treatment[i] for i in at),
                y=y[rest] - y[first],
                v=np.diag(v[rest]) + v[first],
                n=int(n[at].sum()) if np.all(np.isfinite(n[at])) else None,
            )
        )
    if single:
        notes.append(f"{single} studies with one arm left out")
    return Network(studies=tuple(studies), measure=measure, notes=tuple(notes))


def from_arm_counts(
    study: Sequence[object],
    treatment: Sequence[object],
    events: ArrayLike,
    n: ArrayLike,
    *,
    measure: str = "OR",
    add: float = 0.5,
) -> Network:
    """A network of log odds ratios, log risk ratios or risk differences from counts, one row an arm.

    A study with an empty cell gets ``add`` in every cell. Studies without (or with only) events say nothing about a
    ratio and are left out, with a note.

    Raises:
        NotEstimable: ``impossible_counts``, ``empty_group``, ``duplicated_arm``, ``missing_value``, ``unknown_measure``,
            ``no_studies``.
    """
    study, notes = _named(study, "study")
    treatment, joined = _named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    r, k = _column("events", events), _column("n", n)
    if r.size != len(study) or k.size != len(study):
        raise NotEstimable(
            "lengths_differ", "counts and studies are not equally many", "Give one of each a row"
        )
    if np.any(k == 0):
        raise NotEstimable(
            "empty_group",
            f"row {int(np.argmax(k == 0)) + 1} is a group of nobody",
            "Leave the arm out, or find how many people were in it",
        )
    if np.any((r < 0) | (r > k) | (k < 1)):
        row = int(np.argmax((r < 0) | (r > k) | (k < 1))) + 1
        raise NotEstimable(
            "impossible_counts", f"row {row} has more events than people", "Look at the source"
        )
    if measure not in {"OR", "RR", "RD"}:
        raise NotEstimable("unknown_measure", f"{measure!r} is not a measure of counts", "Use OR, RR or RD")
    a, b = r.copy(), k - r
    corrected = silent = 0
    for name, at in list(rows.items()):
        if np.any((r[at] == 0) | (r[at] == k[at])):
            if measure != "RD" and (r[at].sum() == 0 or (r[at] == k[at]).all()):
                del rows[name]
                silent += 1
                continue
            corrected += 1
            a[at] += add
            b[at] += add
    if corrected:
        notes.append(f"{add:g} added to the cells of {corrected} studies with an empty cell")
    if silent:
        notes.append(f"{silent} studies without (or with only) events in every arm left out")
    total = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "OR":
            y, v = np.log(a / b), 1 / a + 1 / b
        elif measure == "RR":
            y, v = np.log(a / total), 1 / a - 1 / total
        else:
            y, v = a / total, a * b / total**3
    return _from_arm_values(rows, treatment, y, v, k, measure, notes)


def from_arm_rates(
    study: Sequence[object],
    treatment: Sequence[object],
    events: ArrayLike,
    time: ArrayLike,
    *,
    add: float = 0.5,
) -> Network:
    """A network of log incidence rate ratios from events and time at risk, one row an arm.

    A study with an arm without events gets ``add`` events in every arm; studies without events are left out, with a note.

    Raises:
        NotEstimable: ``impossible_counts``, ``no_time``, ``duplicated_arm``, ``missing_value``, ``no_studies``.
    """
    study, notes = _named(study, "study")
    treatment, joined = _named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    r, t = _column("events", events), _column("time", time)
    if r.size != len(study) or t.size != len(study):
        raise NotEstimable(
            "lengths_differ", "events and studies are not equally many", "Give one of each a row"
        )
    if np.any(r < 0):
        raise NotEstimable(
            "impossible_counts", f"row {int(np.argmax(r < 0)) + 1} has a negative count", "Look at the source"
        )
    if np.any(t <= 0):
        raise NotEstimable(
            "no_time", f"row {int(np.argmax(t <= 0)) + 1} has no time at risk", "Give the arm's person-time"
        )
    corrected = silent = 0
    r = r.copy()
    for name, at in list(rows.items()):
        if r[at].sum() == 0:
            del rows[name]
            silent += 1
        elif np.any(r[at] == 0):
            r[at] += add
            corrected += 1
    if corrected:
        notes.append(f"{add:g} added to the events of {corrected} studies with an arm without any")
    if silent:
        notes.append(f"{silent} studies without events in any arm left out")
    if not rows:
        raise NotEstimable("no_events", "no study has events", "There is nothing to compare")
    with np.errstate(divide="ignore"):
        y, v = np.log(r / t), 1 / r
    unknown = np.full(r.size, np.nan)
    return _from_arm_values(rows, treatment, y, v, unknown, "IRR", notes)


def from_arm_means(
    study: Sequence[object],
    treatment: Sequence[object],
    mean: ArrayLike,
    sd: ArrayLike,
    n: ArrayLike,
    *,
    measure: str = "MD",
) -> Network:
    """A network of mean differences, or of standardised ones, from arms' means, one row an arm.

    The standardised difference divides by the study's pooled standard deviation with Hedges' correction; the covariance
    of two of them with the same control is that of Gleser and Olkin.

    Source: Gleser and Olkin 2009, in Handbook of Research Synthesis and Meta-Analysis (2nd edition), chapter 19.

    Raises:
        NotEstimable: ``zero_sd``, ``duplicated_arm``, ``missing_value``, ``unknown_measure``, ``no_studies``.
    """
    study, notes = _named(study, "study")
    treatment, joined = _named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    m, s, k = _column("mean", mean), _column("sd", sd), _column("n", n)
    if {m.size, s.size, k.size} != {len(study)}:
        raise NotEstimable(
            "lengths_differ", "means and studies are not equally many", "Give one of each a row"
        )
    if np.any(s <= 0):
        raise NotEstimable(
            "zero_sd",
            f"the standard deviation of row {int(np.argmax(s <= 0)) + 1} is not above zero",
            "Look at the source",
        )
    if np.any(k < 2):
        raise NotEstimable(
            "too_few_people", f"row {int(np.argmax(k < 2)) + 1} has fewer than two people", "Leave it out"
        )
    if measure == "MD":
        return _from_arm_values(rows, treatment, m, s**2 / k, k, measure, notes)
    if measure != "SMD":
        raise NotEstimable("unknown_measure", f"{measure!r} is not a measure of means", "Use MD or SMD")
    studies = []
    for name, at in rows.items():
        if len(at) < 2:
            continue
        first, rest = at[0], at[1:]
        df = float((k[at] - 1).sum())
        pooled = np.sqrt(((k[at] - 1) * s[at] ** 2).sum() / df)
        j = float(np.exp(special.gammaln(df / 2) - 0.5 * np.log(df / 2) - special.gammaln((df - 1) / 2)))
        g = j * (m[rest] - m[first]) / pooled
        v = np.diag(1 / k[rest]) + 1 / k[first] + np.outer(g, g) / (2 * k[at].sum())
        studies.append(
            Study(name=name, treatments=tuple(treatment[i] for i in at), y=g, v=v, n=int(k[at].sum()))
        )
    return Network(studies=tuple(studies), measure=measure, notes=tuple(notes))


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
    study, said = _named(study, "study")
    both, joined = _named([*treat1, *treat2], "treatment")
    treat1, treat2 = both[: len(treat1)], both[len(treat1) :]
    y, s = _column("te", te), _column("se", se)
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


def subset(network: Network, keep: Iterable[Study]) -> Network:
    """The same network with some of its studies."""
    return Network(studies=tuple(keep), measure=network.measure, notes=network.notes)
