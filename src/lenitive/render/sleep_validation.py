"""A device against scored nights, in tables."""

from __future__ import annotations

from collections.abc import Sequence

from lenitive.knowledge import SleepDefinition
from lenitive.render.blocks import Block, Column, Paragraph, Section, Table
from lenitive.sleep import EpochAccuracy, Hypnogram, Validation, architectures, bland_altman, validate

__all__ = ["validation_sections"]

_DASH = "\N{EN DASH}"
_FIGURES = (
    ("asleep, min", "tst_min"),
    ("to sleep onset, min", "sol_min"),
    ("wake after onset, min", "waso_min"),
    ("efficiency, %", "se_pct"),
    ("N1, min", "n1_min"),
    ("N2, min", "n2_min"),
    ("light, min", "light_min"),
    ("N3, min", "n3_min"),
    ("REM, min", "rem_min"),
)


def _per_cent(share: float | None) -> str:
    return _DASH if share is None else f"{100 * share:.1f}"


def _row(words: str, one: EpochAccuracy) -> tuple[str, ...]:
    figures = (one.sensitivity, one.specificity, one.positive, one.negative)
    return (words, str(one.epochs), *map(_per_cent, figures))


def _epochs(told: Validation) -> list[Block]:
    stages = list(told.by_stage)
    heads = ("", *(s.words for s in stages))
    confusion = tuple((r.words, *(str(told.confusion[r, c]) for c in stages)) for r in stages)
    rows = (_row("sleep", told.sleep), *(_row(s.words, one) for s, one in told.by_stage.items()))
    names = ("of the reference", "epochs", "sensitivity", "specificity", "pos. pred.", "neg. pred.")
    alike = _DASH if told.accuracy is None else f"{100 * told.accuracy:.1f} %"
    kappa = _DASH if told.kappa is None else f"{told.kappa:.2f}"
    return [
        Paragraph(
            lead="Epochs:", text=f"{told.epochs} that both scored; {alike} alike, Cohen's kappa {kappa}."
        ),
        Table(
            columns=tuple(Column(head=h, number=i > 0) for i, h in enumerate(names)),
            rows=rows,
            caption="Per cent; each stage against all others",
        ),
        Table(
            columns=tuple(Column(head=h, number=i > 0) for i, h in enumerate(heads)),
            rows=confusion,
            caption="Epochs: rows by the reference, columns by the device",
        ),
    ]


def _nights(pairs: Sequence[tuple[Hypnogram, Hypnogram]], definition: SleepDefinition) -> Block | None:
    device = architectures([d for d, _ in pairs], definition)
    reference = architectures([r for _, r in pairs], definition)
    rows = []
    for words, name in _FIGURES:
        both = [
            (a, b)
            for d, r in zip(device, reference, strict=True)
            if (a := getattr(d, name)) is not None and (b := getattr(r, name)) is not None
        ]
        told = bland_altman([a for a, _ in both], [b for _, b in both])
        if told is None or (told.sd == 0 and told.bias == 0):
            continue
        slope = _DASH if told.slope is None else f"{told.slope:.2f}"
        rows.append(
            (
                words,
                str(told.n),
                f"{told.bias:.1f}",
                f"{told.bias_limits[0]:.1f} to {told.bias_limits[1]:.1f}",
                f"{told.lower:.1f} to {told.upper:.1f}",
                slope,
            )
        )
    if not rows:
        return None
    heads = ("device less reference", "nights", "bias", "95 % limits", "limits of agreement", "slope")
    return Table(
        columns=tuple(Column(head=h, number=i > 0) for i, h in enumerate(heads)),
        rows=tuple(rows),
        caption="Bland and Altman; slope: change of the difference for a unit of the reference",
    )


def validation_sections(
    pairs: Sequence[tuple[Hypnogram, Hypnogram]], definition: SleepDefinition
) -> tuple[Section, ...]:
    """The comparison as a section of a report; empty without an epoch that both scored."""
    told = validate(pairs)
    if told is None:
        return ()
    figures = _nights(pairs, definition)
    few = (
        [Paragraph(lead="Limits of agreement", text="need three nights of both.")] if figures is None else []
    )
    blocks = (*_epochs(told), *([figures] if figures is not None else few))
    return (
        Section(
            id="validation",
            title=f"The device against {len(pairs)} scored night{'s' if len(pairs) > 1 else ''}",
            blocks=blocks,
        ),
    )
