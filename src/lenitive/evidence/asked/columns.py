"""Columns beside a layout's own: one value for each trial, one dose for each arm."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lenitive.evidence.refusal import NotEstimable

__all__ = ["arm_doses", "baseline", "labels_of", "values_of"]

_EMPTY = {"", "na", "nan", "none", "?"}
_RISK = {"low": 0.0, "l": 0.0, "some": 1.0, "some concerns": 1.0, "unclear": 1.0, "high": 2.0, "h": 2.0}


def labels_of(column: str, cells: Sequence[Any], studies: Sequence[str]) -> dict[str, str]:
    """The label of each trial; trials whose cells are empty are not in it.

    Raises:
        NotEstimable: ``two_values``: a trial with two labels.
    """
    out: dict[str, str] = {}
    for study, cell in zip(studies, cells, strict=True):
        label = " ".join(str(cell).split())
        if label.casefold() in _EMPTY:
            continue
        if out.setdefault(study, label).casefold() != label.casefold():
            raise NotEstimable(
                "two_values",
                f"{column} of {study} is {out[study][:40]!r} and {label[:40]!r}",
                "Give each study one value in all of its rows",
            )
    first: dict[str, str] = {}
    return {s: first.setdefault(v.casefold(), v) for s, v in out.items()}


def values_of(
    column: str, cells: Sequence[Any], studies: Sequence[str]
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The number of each trial, and how words were read: two different words are 0 and 1, judgements of risk 0, 1 and 2.

    Raises:
        NotEstimable: ``two_values``; ``not_a_number`` for words that make no number.
    """
    labels = labels_of(column, cells, studies)
    found: dict[str, float] = {}
    for study, label in labels.items():
        try:
            found[study] = float(label)
        except ValueError:
            break
        if not math.isfinite(found[study]):
            raise NotEstimable(
                "not_a_number", f"{column} of {study} is not finite", "Correct the cell, or leave it empty"
            )
    else:
        return found, ()
    words = {label.casefold() for label in labels.values()}
    if words <= set(_RISK):
        return {s: _RISK[label.casefold()] for s, label in labels.items()}, (
            f"{column} was read as low 0, some 1, high 2",
        )
    kinds = sorted(words)
    numbers = sum(map(_is_number, kinds))
    if len(kinds) == 2 and numbers == 0:
        return {s: float(kinds.index(label.casefold())) for s, label in labels.items()}, (
            f"{column} was read as {kinds[0]} 0, {kinds[1]} 1",
        )
    study, label = next((s, v) for s, v in labels.items() if not _is_number(v))
    raise NotEstimable(
        "not_a_number",
        f"{column} of {study} is {label[:40]!r}",
        "Give numbers, or two words; for more words compare groups with --subgroup",
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def baseline(layout: str, data: Mapping[str, Any], control: str | None) -> dict[str, float]:
    """What happened without the treatment, trial by trial: the log odds, log rate or mean of the control's arm.

    Half an event is added to both cells of counts, so that an arm without events has a value.

    Raises:
        NotEstimable: ``no_baseline`` for tables of effects, which do not say it.
    """
    kind = layout.split()[-1]
    if kind not in {"counts", "rates", "means"}:
        raise NotEstimable(
            "no_baseline",
            "a table of effects does not say what happened without the treatment",
            "Give a column with it, or a table of arms",
        )
    pairwise = layout.startswith("pairwise")
    end = "2" if pairwise else ""
    out = {}
    for i, study in enumerate(data["study"]):
        if not pairwise and data["treatment"][i] != control:
            continue
        if kind == "means":
            out[study] = float(data[f"mean{end}"][i])
            continue
        events, of = (
            float(data[f"events{end}"][i]),
            float(data[f"{'n' if kind == 'counts' else 'time'}{end}"][i]),
        )
        without = of - events + 0.5 if kind == "counts" else of
        out[study] = math.log((events + 0.5) / without)
    return out


def arm_doses(column: str, cells: Sequence[Any], data: Mapping[str, Sequence[str]]) -> list[float]:
    """The dose of each arm; an empty cell is 0 for a treatment that has no dose anywhere.

    Raises:
        NotEstimable: ``wrong_dose``.
    """
    out: list[float | None] = []
    for row, cell in enumerate(cells, start=1):
        text = str(cell).strip()
        if text.casefold() in _EMPTY:
            out.append(None)
            continue
        try:
            dose = float(text)
        except ValueError:
            dose = math.nan
        if not 0 <= dose < math.inf:
            raise NotEstimable(
                "wrong_dose", f"{column} of row {row} is {text[:40]!r}", "Give a number, 0 without a drug"
            )
        out.append(dose)
    dosed = {t for t, read in zip(data["treatment"], out, strict=True) if read}
    for row, (t, read) in enumerate(zip(data["treatment"], out, strict=True), start=1):
        if read is None and t in dosed:
            raise NotEstimable(
                "wrong_dose", f"{column} of row {row} ({t}) is empty", "Give the dose, 0 without a drug"
            )
    if not dosed:
        raise NotEstimable("wrong_dose", f"{column} has no dose above 0", "Name the column of the doses")
    return [read or 0.0 for read in out]
