"""Doses over days, as a part of a larger chart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lenitive.frozen import dataclass
from lenitive.render.charts.palette import TOKENS

__all__ = ["DoseBand", "dose_panel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBand:
    """A stretch of one drug at one daily dose, both days included."""

    drug: str
    label: str
    first: date
    last: date
    masked: bool


def _x(first: date, last: date) -> dict[str, Any]:
    return {
        "field": "day",
        "type": "temporal",
        # UTC throughout: a date without an hour must not move to its neighbour at another longitude.
        "scale": {"type": "utc", "domain": [first.isoformat(), (last + timedelta(days=1)).isoformat()]},
        "axis": None,
    }


def dose_panel(bands: Sequence[DoseBand], first: date, last: date, width: int) -> dict[str, Any]:
    """Doses over days, one row a drug, as a part of a larger drawing."""
    rows = [
        {
            "drug": b.drug,
            "label": b.label,
            "day": max(b.first, first).isoformat(),
            "end": (min(b.last, last) + timedelta(days=1)).isoformat(),
            "middle": (max(b.first, first) + (min(b.last, last) - max(b.first, first)) / 2).isoformat(),
            "masked": b.masked,
        }
        for b in bands
        if b.first <= last and b.last >= first
    ]
    x = _x(first, last)
    y = {
        "field": "drug",
        "type": "nominal",
        "axis": {"title": None, "domain": False, "ticks": False, "labelLimit": 90},
    }
    return {
        "width": width,
        "height": {"step": 26},
        "title": "Doses a day",
        "data": {"values": rows},
        "layer": [
            {
                "mark": {
                    "type": "bar",
                    "stroke": TOKENS["dose"],
                    "strokeWidth": 1.5,
                    "color": TOKENS["dose"],
                    "height": 18,
                },
                "encoding": {
                    "x": x,
                    "x2": {"field": "end"},
                    "y": y,
                    # A masked period is drawn hollow: neither colour nor hatching is needed to see it.
                    "fillOpacity": {"condition": {"test": "datum.masked", "value": 0.0}, "value": 0.18},
                    "strokeDash": {"condition": {"test": "datum.masked", "value": [4, 3]}, "value": [1, 0]},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11, "color": TOKENS["ink"]},
                "encoding": {"x": {**x, "field": "middle"}, "y": y, "text": {"field": "label"}},
            },
        ],
    }
