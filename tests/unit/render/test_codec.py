"""Values to JSON and back by their types: the same value, or an error that says where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenitive.render.codec import CodecError, decoded, encoded


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Point:
    x: float
    y: float | None = None


@dataclass(frozen=True)
class Circle:
    centre: Point
    radius: float

    def __post_init__(self):
        if self.radius < 0:
            raise ValueError("a radius is not negative")


@dataclass(frozen=True, kw_only=True)
class Everything:
    name: str
    yes: bool
    whole: int
    colour: Colour
    shape: Point | Circle | None
    kind: Literal["a", "b"]
    bare: bool | str | float | tuple[str, ...] | None
    pair: tuple[int, str]
    many: tuple[Point, ...]
    days: frozenset[date]
    by_day: Mapping[date, float]
    by_number: Mapping[float, Mapping[Colour, int]]
    moment: datetime
    nothing: None = None
    left_out: object = field(default=None, metadata={"stored": False})


WHOLE = Everything(
    name="a\n\u2028é",
    yes=True,
    whole=3,
    colour=Colour.BLUE,
    shape=Circle(centre=Point(0.1 + 0.2), radius=2),
    kind="b",
    bare=("x", "y"),
    pair=(1, "one"),
    many=(Point(1.0, -0.0), Point(2)),
    days=frozenset({date(2026, 1, 2), date(2025, 12, 31)}),
    by_day={date(2026, 1, 1): 1e-300, date(2025, 1, 1): 5e300},
    by_number={5.0: {Colour.RED: 1}, 2.5: {}},
    moment=datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    left_out="not written",
)


def through(hint, value):
    return decoded(hint, json.loads(json.dumps(encoded(hint, value), allow_nan=False)))


def test_every_kind_of_field_comes_back():
    back = through(Everything, WHOLE)
    assert back.left_out is None
    assert {**vars(back), "left_out": "not written"} == vars(WHOLE)
    assert list(back.by_day) == list(WHOLE.by_day)
    assert isinstance(back.shape.radius, int)
    assert isinstance(back.many[1].x, int)
    assert str(back.many[0].y) == "-0.0"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1, 7, 15, 0, 1),
        datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=-210))),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1),
    ],
)
def test_a_moment_keeps_its_zone_and_its_side_of_the_clock_change(moment):
    back = through(datetime, moment)
    assert (back.replace(tzinfo=None), back.tzinfo, back.utcoffset(), back.fold) == (
        moment.replace(tzinfo=None),
        moment.tzinfo,
        moment.utcoffset(),
        moment.fold,
    )


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back_to_the_last_bit(value):
    assert through(float, value).hex() == value.hex()


@pytest.mark.parametrize("shape", [(0,), (3,), (2, 3), (0, 3), (2, 1, 2)])
def test_an_array_keeps_its_shape_its_bits_and_what_is_missing(shape):
    hint = npt.NDArray[np.float64]
    value = np.random.default_rng(1).normal(size=shape)
    if value.size:
        value.flat[0] = np.nan
    back = through(hint, value[..., ::-1])
    assert back.shape == shape
    assert back.tobytes() == np.ascontiguousarray(value[..., ::-1]).tobytes()


@pytest.mark.parametrize(
    ("hint", "value"),
    [(float, float("nan")), (float, float("inf")), (npt.NDArray[np.float64], np.array([np.inf]))],
)
def test_numerical_failure_is_not_written(hint, value):
    with pytest.raises(ValueError, match="not finite"):
        encoded(hint, value)


def test_a_type_without_a_form_is_refused():
    with pytest.raises(TypeError, match="no form"):
        encoded(complex, 1j)
    with pytest.raises(TypeError, match="no form"):
        encoded(bool | str, object())


BAD = {
    "name": 1,
    "yes": 1,
    "whole": "3",
    "colour": "green",
    "shape": {"is": "Square"},
    "kind": "c",
    "bare": {},
    "pair": [1],
    "many": [{"x": 1, "y": None, "z": 2}],
    "days": ["2026-13-01"],
    "by_day": {"yesterday": 1.0},
    "by_number": {"five": {}},
    "moment": "now",
    "nothing": 0,
}


@pytest.mark.parametrize("name", BAD)
def test_data_of_another_kind_is_refused_with_its_place(name):
    data = encoded(Everything, WHOLE)
    with pytest.raises(CodecError, match=name):
        decoded(Everything, {**data, name: BAD[name]})
    with pytest.raises(CodecError, match=f"lacks {name}"):
        decoded(Everything, {k: v for k, v in data.items() if k != name})


def test_what_a_constructor_refuses_is_refused_with_its_place():
    with pytest.raises(CodecError, match=r"shape.*not negative"):
        decoded(
            Everything,
            {
                **encoded(Everything, WHOLE),
                "shape": {"is": "Circle", "centre": {"x": 0, "y": 0}, "radius": -1},
            },
        )


@pytest.mark.parametrize(
    "data", [{"shape": [2], "float64": "AAAA"}, {"shape": [1]}, {"shape": [1], "float64": "§"}, [1.0]]
)
def test_an_array_that_is_none_is_refused(data):
    with pytest.raises(CodecError):
        decoded(npt.NDArray[np.float64], data)
