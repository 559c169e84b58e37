"""A network from its arms: counts, rates or means, one row an arm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from lenitive.evidence.network.data import Network, Study, column, named
from lenitive.evidence.refusal import NotEstimable

__all__ = ["from_arm_counts", "from_arm_means", "from_arm_rates"]

Floats = NDArray[np.float64]


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
    study, notes = named(study, "study")
    treatment, joined = named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    r, k = column("events", events), column("n", n)
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
    study, notes = named(study, "study")
    treatment, joined = named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    r, t = column("events", events), column("time", time)
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
    study, notes = named(study, "study")
    treatment, joined = named(treatment, "treatment")
    notes += joined
    rows = _grouped(study, treatment)
    m, s, k = column("mean", mean), column("sd", sd), column("n", n)
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
