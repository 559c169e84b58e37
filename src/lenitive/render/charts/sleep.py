"""Drawings of sleep: one night's hypnogram, nights as a raster, stage shares over weeks, and when sleep happened.

Nothing is told by colour alone: stages differ by height, shares by their fixed order and a label, free nights by shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from lenitive.frozen import dataclass
from lenitive.record import ObjectiveNight
from lenitive.render.charts.doses import DoseBand, dose_panel
from lenitive.render.charts.palette import TOKENS
from lenitive.sleep import Hypnogram, Night, Stage, WeekShare

__all__ = [
    "NightBar",
    "hypnogram_spec",
    "night_bars",
    "picture",
    "raster_spec",
    "record_bars",
    "shares_spec",
    "times_spec",
]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_ROWS = (
    (Stage.WAKE, "wake"),
    (Stage.REM, "REM"),
    (Stage.N1, "N1"),
    (Stage.N2, "N2"),
    (Stage.LIGHT, "light"),
    (Stage.ASLEEP, "asleep"),
    (Stage.N3, "N3"),
    (Stage.UNSCORED, "not scored"),
)
_EVENING_H = 18
_PAD = {"left": 8, "right": 12, "top": 4, "bottom": 4}


def picture(spec: dict[str, Any], suffix: str) -> bytes:
    """A drawing on white as a file of its own, ``.svg`` or ``.png``.

    Raises:
        ValueError: For any other suffix.
    """
    from lenitive.render.charts.draw import PAPER_FONT, paper_svg

    svg = paper_svg({**spec, "background": TOKENS["ground"], "padding": 12}).replace(PAPER_FONT, "sans-serif")
    if suffix == ".svg":
        return svg.encode()
    if suffix == ".png":
        import vl_convert

        png: bytes = vl_convert.svg_to_png(svg, scale=2)
        return png
    raise ValueError("a picture is written as .svg or .png")


def hypnogram_spec(night: Hypnogram, *, title: str = "", narrow: bool = False) -> dict[str, Any]:
    """One night: stages from wake above to deep sleep below; REM also as a thick bar.

    The time axis shows the clock when the night has a start, else hours from the start.
    """
    words = dict(_ROWS)
    rows = [name for stage, name in _ROWS if (night.codes == stage).any()]
    per_h = night.epoch_s / 3600
    begin = 0.0
    if night.start is not None:
        begin = night.start.hour + night.start.minute / 60 + night.start.second / 3600
    codes = night.codes.tolist()
    values, start = [], 0
    for i in range(1, len(codes) + 1):
        if i == len(codes) or codes[i] != codes[start]:
            values.append(
                {"a": begin + start * per_h, "b": begin + i * per_h, "stage": words[Stage(codes[start])]}
            )
            start = i
    steps = [{"x": one["b"], "from": one["stage"], "to": other["stage"]} for one, other in pairwise(values)]
    clock = night.start is not None
    axis = {
        "title": None if clock else "hours from the start",
        "labelExpr": "format((datum.value % 24), '02') + ':00'" if clock else "datum.label",
        "tickMinStep": 1,
        "grid": False,
    }
    x = {"type": "quantitative", "scale": {"domain": [begin, begin + len(codes) * per_h], "nice": False}}
    y = {"type": "ordinal", "sort": rows, "scale": {"domain": rows}, "axis": {"title": None, "grid": True}}
    return {
        "$schema": _SCHEMA,
        "width": 270 if narrow else 700,
        "height": {"step": 24},
        "padding": _PAD,
        **({"title": title} if title else {}),
        "layer": [
            {
                "data": {"values": steps},
                "mark": {"type": "rule", "color": TOKENS["muted"], "strokeWidth": 1},
                "encoding": {
                    "x": {**x, "field": "x", "axis": axis},
                    "y": {**y, "field": "from"},
                    "y2": {"field": "to"},
                },
            },
            {
                "data": {"values": values},
                "mark": {"type": "rule", "color": TOKENS["sleep"]},
                "encoding": {
                    "x": {**x, "field": "a", "axis": axis},
                    "x2": {"field": "b"},
                    "y": {**y, "field": "stage"},
                    "strokeWidth": {"condition": {"test": "datum.stage == 'REM'", "value": 9}, "value": 4},
                },
            },
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class NightBar:
    """One night on the clock: hours after 18:00 of the evening before.

    Attributes:
        day: The morning's day.
        begin: In bed from.
        end: To.
        asleep: Stretches of sleep, when the source tells them.
        naps: Other sleeps of the day.
    """

    day: date
    begin: float
    end: float
    asleep: tuple[tuple[float, float], ...] = ()
    naps: tuple[tuple[float, float], ...] = ()


def _hours(when: datetime, day: date) -> float:
    zero = datetime(day.year, day.month, day.day) - timedelta(hours=24 - _EVENING_H)
    return (when.replace(tzinfo=None) - zero).total_seconds() / 3600


def night_bars(some: Sequence[Night]) -> tuple[NightBar, ...]:
    """Nights on the clock, from their timelines."""
    out = []
    for night in some:
        begin, end = _hours(night.main.start, night.day), _hours(night.main.end, night.day)
        asleep: list[tuple[float, float]] = []
        scored = night.main.scored
        if scored is not None:
            per = scored.epoch_s / 3600
            sleep, start = (scored.codes >= Stage.N1).tolist(), None
            for i, one in enumerate([*sleep, False]):
                if one and start is None:
                    start = i
                elif not one and start is not None:
                    asleep.append((begin + start * per, begin + i * per))
                    start = None
        naps = tuple((_hours(s.start, night.day), _hours(s.end, night.day)) for s in night.naps)
        out.append(NightBar(day=night.day, begin=begin, end=end, asleep=tuple(asleep), naps=naps))
    return tuple(out)


def record_bars(some: Sequence[ObjectiveNight]) -> tuple[NightBar, ...]:
    """Nights on the clock from a record, which keeps when they began and ended but no timeline."""
    return tuple(
        NightBar(day=n.day, begin=_hours(n.start, n.day), end=_hours(n.end, n.day))
        for n in some
        if n.start is not None and n.end is not None
    )


_CLOCK = "format((datum.value + 18) % 24, '02') + ':00'"


def raster_spec(bars: Sequence[NightBar], *, narrow: bool = False) -> dict[str, Any]:
    """One row a night, evening to evening: a thin line in bed, a thick bar asleep, hollow bars for naps.

    Days without a night keep their empty row, so that gaps are seen.
    """
    first, last = bars[0].day, bars[-1].day
    days = [(first + timedelta(days=i)).isoformat() for i in range((last - first).days + 1)]
    low = min(2.0, *(min(b.begin, *(n[0] for n in b.naps)) if b.naps else b.begin for b in bars))
    high = max(16.0, *(max(b.end, *(n[1] for n in b.naps)) if b.naps else b.end for b in bars))
    x = {
        "type": "quantitative",
        "scale": {"domain": [max(0.0, low // 1), min(24.0, -(-high // 1))], "nice": False},
        "axis": {"title": None, "labelExpr": _CLOCK, "tickMinStep": 2, "orient": "top"},
    }
    every = max(1, round(len(days) / 24))
    y = {
        "type": "ordinal",
        "scale": {"domain": days},
        "axis": {
            "title": None,
            "ticks": False,
            "domain": False,
            "values": days[::every],
            "labelExpr": "utcFormat(utcParse(datum.value, '%Y-%m-%d'), '%-d %b')",
        },
    }
    lain = [{"day": b.day.isoformat(), "a": b.begin, "b": b.end} for b in bars]
    slept = [{"day": b.day.isoformat(), "a": a, "b": e} for b in bars for a, e in b.asleep]
    slept += [{"day": b.day.isoformat(), "a": b.begin, "b": b.end} for b in bars if not b.asleep]
    naps = [{"day": b.day.isoformat(), "a": a, "b": e} for b in bars for a, e in b.naps]
    step = 16 if len(days) <= 31 else 9 if len(days) <= 100 else 5
    thick = max(3, step - 4)
    return {
        "$schema": _SCHEMA,
        "width": 270 if narrow else 700,
        "height": {"step": step},
        "padding": _PAD,
        "layer": [
            {
                "data": {"values": lain},
                "mark": {"type": "rule", "color": TOKENS["muted"], "strokeWidth": 1.5},
                "encoding": {
                    "x": {**x, "field": "a"},
                    "x2": {"field": "b"},
                    "y": {**y, "field": "day"},
                },
            },
            {
                "data": {"values": slept},
                "mark": {"type": "bar", "color": TOKENS["sleep"], "height": thick},
                "encoding": {"x": {**x, "field": "a"}, "x2": {"field": "b"}, "y": {**y, "field": "day"}},
            },
            {
                "data": {"values": naps},
                "mark": {
                    "type": "bar",
                    "filled": False,
                    "stroke": TOKENS["sleep"],
                    "strokeWidth": 1,
                    "height": thick,
                },
                "encoding": {"x": {**x, "field": "a"}, "x2": {"field": "b"}, "y": {**y, "field": "day"}},
            },
        ],
    }


def times_spec(bars: Sequence[NightBar], *, narrow: bool = False) -> dict[str, Any]:
    """When sleep happened: a bar a night from evening below to morning above, its middle as a point.

    Middles of nights that end on a Saturday or Sunday are diamonds.
    """
    values = [
        {
            "day": b.day.isoformat(),
            "a": b.begin,
            "b": b.end,
            "m": (b.begin + b.end) / 2,
            "free": "Saturday or Sunday morning" if b.day.weekday() >= 5 else "other mornings",
        }
        for b in bars
    ]
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {
            "type": "utc",
            "domain": [
                (bars[0].day - timedelta(days=1)).isoformat(),
                (bars[-1].day + timedelta(days=1)).isoformat(),
            ],
        },
        "axis": {"format": "%-d %b", "title": None, "grid": False, "tickCount": 3 if narrow else 7},
    }
    y = {
        "type": "quantitative",
        "scale": {"nice": True, "zero": False},
        "axis": {"title": None, "labelExpr": _CLOCK, "tickMinStep": 1},
    }
    return {
        "$schema": _SCHEMA,
        "width": 250 if narrow else 680,
        "height": 220,
        "padding": _PAD,
        "data": {"values": values},
        "layer": [
            {
                "mark": {
                    "type": "rule",
                    "color": TOKENS["sleep"],
                    "strokeWidth": max(2, min(10, round(400 / (len(bars) + 1)))),
                    "opacity": 0.35,
                },
                "encoding": {"x": x, "y": {**y, "field": "a"}, "y2": {"field": "b"}},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 45, "color": TOKENS["ink"], "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": {**y, "field": "m"},
                    "shape": {
                        "field": "free",
                        "type": "nominal",
                        "scale": {
                            "domain": ["other mornings", "Saturday or Sunday morning"],
                            "range": ["circle", "diamond"],
                        },
                        "legend": {"title": "middle of sleep", "orient": "top"},
                    },
                },
            },
        ],
    }


_OPACITY = {"N3": 0.95, "REM": 0.12, "N2": 0.6, "light": 0.5, "N1": 0.32}


def shares_spec(
    weeks: Sequence[WeekShare], bands: Sequence[DoseBand] = (), *, narrow: bool = False
) -> dict[str, Any]:
    """Shares of sleep by week, deep sleep at the bottom, REM hollow on top, doses above."""
    first, last = weeks[0].monday, weeks[-1].monday + timedelta(days=6)
    width = 265 if narrow else 700
    rows: list[dict[str, Any]] = []
    for week in weeks:
        base = 0.0
        for name, share in week.shares:
            rows.append(
                {
                    "day": week.monday.isoformat(),
                    "end": (week.monday + timedelta(days=7)).isoformat(),
                    "low": 100 * base,
                    "high": 100 * (base + share),
                    "centre": 100 * (base + share / 2),
                    "stage": name,
                    "opacity": _OPACITY[name],
                }
            )
            base += share
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {
            "type": "utc",
            "domain": [first.isoformat(), (last + timedelta(days=1)).isoformat()],
        },
        "axis": {
            "format": "%-d %b",
            "title": None,
            "grid": False,
            "labelOverlap": True,
            "values": [w.monday.isoformat() for w in weeks],
        },
    }
    y = {
        "type": "quantitative",
        "scale": {"domain": [0, 100]},
        "axis": {"title": "% of sleep", "values": [0, 25, 50, 75, 100]},
    }
    ends = [r for r in rows if r["day"] == weeks[-1].monday.isoformat()]
    panel = {
        "width": width - (0 if narrow else 60),
        "height": 200,
        "layer": [
            {
                "data": {"values": rows},
                "mark": {
                    "type": "rect",
                    "color": TOKENS["sleep"],
                    "stroke": TOKENS["ground"],
                    "strokeWidth": 1.5,
                },
                "encoding": {
                    "x": x,
                    "x2": {"field": "end"},
                    "y": {**y, "field": "low"},
                    "y2": {"field": "high"},
                    "fillOpacity": {"field": "opacity", "type": "quantitative", "scale": None},
                },
            },
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "clip": False},
                "encoding": {
                    "x": {**x, "field": "end"},
                    "y": {**y, "field": "centre"},
                    "text": {"field": "stage"},
                    "color": {"value": TOKENS["ink"]},
                },
            },
        ],
    }
    doses = [dose_panel(bands, first, last, width - (0 if narrow else 60))] if bands else []
    return {
        "$schema": _SCHEMA,
        "vconcat": [*doses, panel],
        "padding": {**_PAD, "right": 60},
        "spacing": 14,
        "resolve": {"scale": {"x": "independent"}},
    }
