"""What of a dose history is drawn, and what the picture says in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from lenitive.kinetics import History, IntakeCertainty
from lenitive.render.pictures import FILE, LevelLine, LevelPicture, Measured, TargetShare, draw
from lenitive.render.words import dose, drug_name

__all__ = ["level_line", "levels_alt", "levels_file"]


def level_line(history: History) -> LevelLine:
    """One drug's level by the patient's own clock; bands are 95 % and 80 % of patients like her."""
    moments = [m.replace(tzinfo=None) for m in history.moments()]
    begin = datetime.combine(moments[0].date(), time(0))
    zone = ZoneInfo(history.zone)

    def at(moment: datetime) -> float:
        """Days since the axis began, by the wall clock, so that a dose at 22:00 stands at 22:00 in summer as in winter."""
        return (moment.astimezone(zone).replace(tzinfo=None) - begin) / timedelta(days=1)

    known = history.who.model.range
    band = history.band.tolist()
    return LevelLine(
        title=drug_name(history.drug),
        first=begin.date(),
        last=moments[-1].date(),
        moments=tuple((m - begin) / timedelta(days=1) for m in moments),
        typical=tuple(history.typical.tolist()),
        bands=((tuple(band[0]), tuple(band[3])), (tuple(band[1]), tuple(band[2]))),
        doses=tuple(a for i in history.intakes if (a := at(i.at)) >= 0),
        missed=tuple(d for d in history.missed if d >= begin.date()),
        daily=_daily(history, begin.date()),
        measured=tuple(
            Measured(
                at=at(history.origin + timedelta(hours=level.hours[len(level.hours) // 2])),
                value=level.value,
                used=not level.left_out,
            )
            for level in history.levels
            if level.hours[0] >= history.times_h[0]
        ),
        known=None if known is None or known.low is None else (known.low, known.high, known.purpose),
        shares=tuple(
            TargetShare(
                title=f"{o.words} occupied, grade {o.grade.value}",
                typical=tuple(o.typical.tolist()),
                low=tuple(o.low.tolist()),
                high=tuple(o.high.tolist()),
            )
            for o in history.occupancies
        ),
    )


def _daily(history: History, first: date) -> tuple[tuple[date, str], ...]:
    """The days on which the recorded daily amount changed, from the axis's first day with a dose on."""
    daily: dict[date, float] = {}
    for intake in history.intakes:
        if intake.certainty is IntakeCertainty.RECORDED:
            daily[intake.day] = daily.get(intake.day, 0.0) + intake.amount_mg
    said: list[tuple[date, str]] = []
    before = None
    for day, mg in sorted(daily.items()):
        if day >= first and mg != before:
            said.append((day, dose(mg)))
            before = mg
    return tuple(said)


def levels_file(histories: tuple[History, ...], *, suffix: str) -> bytes:
    """One drawing of several drugs on white, as ``.svg`` or ``.png``.

    Raises:
        ValueError: When the suffix is another.
    """
    svg = draw(
        LevelPicture(lines=tuple(level_line(h) for h in histories)),
        FILE,
        label=" ".join(levels_alt(h) for h in histories),
    )
    if suffix == ".svg":
        return svg.encode()
    if suffix == ".png":
        import vl_convert

        png: bytes = vl_convert.svg_to_png(svg, scale=2)
        return png
    raise ValueError("a plot is written as .svg or .png")


def levels_alt(history: History) -> str:
    """What the chart shows, in a sentence."""
    last = history.times_h > history.times_h[-1] - 24
    level, low, high = (float(np.mean(v[last])) for v in (history.typical, history.band[1], history.band[2]))
    words = (
        f"Expected level of {history.drug} until {history.at.isoformat()}, from {len(history.intakes)} doses: "
        f"on the last day {level:.0f} ng/mL, for most patients like this one {low:.0f} to {high:.0f}."
    )
    for target in history.occupancies:
        words += f" {target.words} occupied: {float(target.typical[-1]):.0%} ({float(target.low[-1]):.0%} to {float(target.high[-1]):.0%})."
    return words
