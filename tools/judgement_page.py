"""Writes the numbers that judgements turn on into the documentation. Run it after changing one.

.venv/bin/python tools/judgement_page.py
"""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path

from lenitive.knowledge import load
from lenitive.knowledge.schema.based import BasedRow
from lenitive.knowledge.schema.instruments import Bands, ChangeRow, OveruseGroup
from lenitive.knowledge.schema.judgement import (
    CoefficientRow,
    CourseRow,
    CoursesPrior,
    CurveRow,
    Judgement,
    JudgementFile,
    Listed,
    OnsetRow,
    ParameterRow,
    ResponsePriors,
    Sorted,
    SpreadRow,
    TendencyRow,
    Threshold,
    Values,
    WeightRow,
    Weights,
)
from lenitive.response.priors import priors_of

DOCS = Path(__file__).resolve().parent.parent / "docs"
ALL = DOCS / "reference" / "judgement.md"
MODEL = DOCS / "methods" / "response.md"
BEGIN, END = "<!-- priors: written by tools/judgement_page.py -->", "<!-- end of priors -->"

_BACK = {"atanh": math.tanh, "log": math.exp, "identity": float}


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    cells = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in cells)


def _three(values: tuple[float, ...]) -> str:
    return ", ".join(f"{v:g}" for v in values)


def _value(row: BasedRow) -> str:
    match row:
        case Threshold():
            return f"{row.value:g}" + ("" if row.unit == "1" else f" {row.unit}")
        case Bands():
            return "; ".join(f"{name.replace('_', ' ')} from {low:g}" for name, low in row.lowest.items())
        case ChangeRow():
            return f"{row.value:g}" + ("" if row.unit == "1" else f" {row.unit}")
        case OveruseGroup():
            return f"{row.days} d: {', '.join((*row.classes, *row.drugs))}"
        case Sorted():
            return "; ".join(f"{a}: {b}" for a, b in row.to.items())
        case Listed():
            return ", ".join(row.of)
        case ParameterRow():
            return f"median {row.median:g}, SD {row.sd:g} ({row.scale})"
        case CoefficientRow():
            return f"mean {_three(row.mean)}; SD {_three(row.sd)}"
        case Values():
            return _three(row.of)
        case CurveRow():
            return "; ".join(f"{x:g}: {y:g}" for x, y in zip(row.at, row.points, strict=True))
        case Weights():
            return "; ".join(f"{word}: {weight:g}" for word, weight in row.of.items())
        case CourseRow() | TendencyRow() | WeightRow() | CoursesPrior():
            own = [name for name in type(row).model_fields if name not in BasedRow.model_fields]
            return "; ".join(f"{name}: {getattr(row, name):g}" for name in own)
        case SpreadRow():
            return f"SD times {row.factor:g}, correlation {row.together:g}, weight {row.weight:g}"
        case OnsetRow():
            return f"{row.sleep_days:g} d, {row.other_days:g} d, log SD {row.log_sd:g}" + (
                f": {', '.join(row.drugs)}" if row.drugs else ""
            )
    raise TypeError(f"{type(row).__name__} has no form on the page")


def _sources(row: BasedRow) -> str:
    return "; ".join(row.article)


def all_numbers(judgement: Judgement) -> str:
    """The page of every number."""
    parts = [
        "# Numbers that judgements turn on",
        "Generated from `knowledge/judgement/` by `tools/judgement_page.py`. `ours` is a choice of this project: no source read gives "
        "the number. What it takes for a number to stand here is in [drug knowledge](../methods/drug-knowledge.md).",
    ]
    for part in fields(Judgement):
        file: JudgementFile = getattr(judgement, part.name)
        rows = [
            (f"`{key}`", _value(row), row.says, row.basis, row.grade.value, _sources(row))
            for key, row in file.rows().items()
        ]
        parts += [
            f"## {part.name}",
            _table(("number", "value", "what it is", "basis", "grade", "sources"), rows),
        ]
    return "\n\n".join(parts) + "\n"


def priors(file: ResponsePriors) -> str:
    """The tables of priors for the page on the response model."""
    made = priors_of(file)
    parameters = []
    for p, row in zip(made.parameters, file.parameter.values(), strict=True):
        back = _BACK[p.scale]
        plain = f"{back(p.mean):.2f} ({back(p.mean - p.sd):.2f} to {back(p.mean + p.sd):.2f})"
        parameters.append(
            (f"`{p.name}`", p.scale, f"{p.mean:.3f}", f"{p.sd:g}", plain, row.says, _sources(row))
        )
    linear = [
        *((c.name, row) for c, row in zip(made.coefficients, file.coefficient.values(), strict=True)),
        (made.unknown_drug.name, file.unknown_drug),
        (made.unknown_activity.name, file.unknown_activity),
    ]
    onsets = [
        *file.onset.items(),
        ("any other drug", file.unknown_onset),
        ("an activity (carry-over, fixed)", file.activity_onset),
    ]
    return "\n\n".join(
        (
            _table(
                ("parameter", "scale", "mean", "SD", "in plain units", "what it rests on", "sources"),
                parameters,
            ),
            _table(
                ("coefficient", "mean (sleep, pain, fatigue)", "SD", "what it rests on", "sources"),
                [(name, _three(r.mean), _three(r.sd), r.says, _sources(r)) for name, r in linear],
            ),
            _table(
                (
                    "drug",
                    "sleep, days",
                    "pain and fatigue, days",
                    "SD of the log",
                    "what it rests on",
                    "sources",
                ),
                [
                    (
                        ", ".join(r.drugs) or name,
                        f"{r.sleep_days:g}",
                        f"{r.other_days:g}",
                        f"{r.log_sd:g}",
                        r.says,
                        _sources(r),
                    )
                    for name, r in onsets
                ],
            ),
        )
    )


def model_page(text: str, file: ResponsePriors) -> str:
    """The page on the response model with fresh priors."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{priors(file)}\n\n{END}{after}"


def main() -> None:
    """Write both pages."""
    judgement = load().judgement
    ALL.write_text(all_numbers(judgement), encoding="utf-8")
    MODEL.write_text(model_page(MODEL.read_text(encoding="utf-8"), judgement.response), encoding="utf-8")


if __name__ == "__main__":
    main()
