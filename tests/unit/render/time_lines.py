"""Time lines of every kind, as values: ordinary ones, and those that a picture meets once a year."""

from __future__ import annotations

import math
from datetime import date, timedelta

from lenitive.render.direction import isolated
from lenitive.render.pictures import (
    DoseStep,
    DueEffect,
    Estimate,
    Flag,
    Lane,
    ScorePanel,
    Steady,
    Ticks,
    TimeLine,
    WeightLine,
)

START = date(2025, 9, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def estimate(count: int, *, drop: float = 1.5) -> Estimate:
    mean = [6 - (drop if i > count // 4 else 0) + math.sin(i / 9) for i in range(count)]
    return Estimate(
        days=tuple(day(i) for i in range(count)),
        mean=tuple(mean),
        low80=tuple(v - 0.5 for v in mean),
        high80=tuple(v + 0.5 for v in mean),
        low95=tuple(v - 0.9 for v in mean),
        high95=tuple(v + 0.9 for v in mean),
        without=tuple(v + (drop if i > count // 4 else 0) for i, v in enumerate(mean)),
    )


def panels(
    count: int,
    gaps: tuple[tuple[int, int], ...] = (),
    *,
    fitted: bool = True,
    due: tuple[DueEffect, ...] = (),
) -> tuple[ScorePanel, ...]:
    entered = [i for i in range(count) if not any(a <= i <= b for a, b in gaps)]
    return tuple(
        ScorePanel(
            title=title,
            token=token,
            entered=tuple((day(i), float(round(5 + 3 * math.sin(i / 7)))) for i in entered),
            gaps=tuple((day(a), day(b)) for a, b in gaps),
            estimate=estimate(count) if fitted else None,
            due=due if fitted else (),
        )
        for title, token in (("Sleep", "sleep"), ("Pain", "pain"), ("Fatigue", "fatigue"))
    )


def step(first: int, last: int, mg: float, top: float, *, masked: bool = False) -> DoseStep:
    return DoseStep(
        first=day(first), last=day(last), share=mg / top, label=f"{mg:g} mg", short=f"{mg:g}", masked=masked
    )


def due(drug: str, mean: float, low: float, high: float) -> DueEffect:
    return DueEffect(drug=drug, mean=mean, low=low, high=high)


CLEAR, OPEN = due("mirtazapine", -1.4, -2.2, -0.5), due("duloxetine", -0.5, -1.4, 0.3)


def _mirtazapine(count: int) -> Lane:
    return Lane(
        name="mirtazapine",
        steps=(step(count // 6, count // 3, 15, 30), step(count // 3 + 1, count - 1, 30, 30)),
        missed=(day(count // 2),),
    )


def _flags(*notes: tuple[int, str]) -> tuple[Flag, ...]:
    return tuple(Flag(day=day(n), words=isolated(words)) for n, words in notes)


def _weights(*kg: tuple[int, float]) -> WeightLine:
    return WeightLine(weighed=tuple((day(n), v) for n, v in kg), limit=78)


LINES: dict[str, TimeLine] = {
    "half a year": TimeLine(
        first=START,
        last=day(175),
        panels=panels(176, ((124, 134),), due=(CLEAR,)),
        lanes=(_mirtazapine(176),),
        steady=(Steady(name="amlodipine 5 mg", spans=((day(0), day(175)),)),),
        as_needed=(Ticks(name="tramadol", days=(day(155), day(156), day(157))),),
        flags=_flags((80, "flu"), (105, "break agreed"), (155, "tooth out")),
        weight=_weights((34, 71.2), (69, 72.6), (104, 74.3), (139, 74.9), (175, 75.6)),
    ),
    "two drugs": TimeLine(
        first=START,
        last=day(175),
        panels=panels(176, due=(CLEAR, OPEN)),
        lanes=(
            _mirtazapine(176),
            Lane(name="duloxetine", steps=(step(100, 119, 30, 60), step(120, 175, 60, 60))),
        ),
    ),
    "a taper in weekly steps": TimeLine(
        first=START,
        last=day(239),
        panels=panels(240, ((0, 9),)),
        lanes=(
            Lane(
                name="venlafaxine",
                steps=tuple(
                    step(30 + 7 * i, 36 + 7 * i, mg, 150, masked=True)
                    for i, mg in enumerate((150, 105, 73, 51, 37, 25, 18, 12, 9, 0))
                ),
            ),
        ),
    ),
    "thirty days": TimeLine(
        first=START,
        last=day(29),
        panels=panels(30, due=(OPEN,)),
        lanes=(_mirtazapine(30),),
        flags=_flags(*((n, f"note of day {n}") for n in range(0, 30, 2))),
    ),
    "three years": TimeLine(
        first=START,
        last=day(1095),
        panels=panels(1096, ((400, 520), (800, 808)), due=(CLEAR,)),
        lanes=(_mirtazapine(1096),),
        weight=_weights(*((n, 70 + n / 200) for n in range(0, 1096, 14))),
    ),
    "ten years": TimeLine(
        first=START,
        last=day(3651),
        panels=panels(3652, due=(CLEAR,)),
        lanes=(_mirtazapine(3652),),
        flags=_flags(*((n, f"week {n // 7}") for n in range(0, 3652, 7))),
    ),
    "thirty drugs": TimeLine(
        first=START,
        last=day(175),
        panels=panels(176),
        lanes=tuple(
            Lane(name=f"a medicine with a long name, number {i}", steps=(step(10 + i, 175, 15, 30),))
            for i in range(4)
        ),
        steady=tuple(
            Steady(name=f"another long name, number {i} 5 mg", spans=((day(0), day(175)),)) for i in range(26)
        ),
        as_needed=tuple(Ticks(name=f"as needed {i}", days=(day(i), day(100 + i))) for i in range(12)),
    ),
    "right to left": TimeLine(
        first=START,
        last=day(119),
        panels=panels(120, due=(due(isolated("ميرتازابين 15"), -1.2, -2.0, -0.4),)),
        lanes=(
            Lane(name=isolated("ميرتازابين 15"), steps=(step(10, 119, 15, 15),)),
            Lane(name=isolated("אמיטריפטילין"), steps=(step(40, 80, 10, 10),)),
        ),
        flags=_flags((30, "שפעת, כאבים 10/10"), (60, "أسنان")),
    ),
    "one day": TimeLine(
        first=START,
        last=START,
        panels=panels(1),
        lanes=(Lane(name="mirtazapine", steps=(step(0, 0, 15, 15),)),),
    ),
    "no entry at all": TimeLine(first=START, last=day(60), panels=panels(61, ((0, 60),), fitted=False)),
    "no fit": TimeLine(first=START, last=day(60), panels=panels(61, fitted=False), lanes=(_mirtazapine(61),)),
    "entries long ago": TimeLine(
        first=START, last=day(120), panels=panels(121, ((60, 120),), due=(CLEAR,)), lanes=(_mirtazapine(121),)
    ),
}
