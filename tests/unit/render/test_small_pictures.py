"""Range marks, small lines, people of a hundred, and levels."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from lenitive.render.pictures import (
    FILE,
    PAGE,
    IconArray,
    IconGroup,
    LevelLine,
    LevelPicture,
    Measured,
    RangeMark,
    RangeRow,
    Ranges,
    Sparkline,
    TargetShare,
    draw,
)
from lenitive.render.pictures.days import DayAxis

SVG = "{http://www.w3.org/2000/svg}"


def root(drawing, **how) -> ET.Element:
    return ET.fromstring(draw(drawing, PAGE, label="what it shows", **how))


def said(one: ET.Element) -> list[str]:
    return ["".join(t.itertext()) for t in one.iter(f"{SVG}text")]


# Range marks


def test_marks_of_one_axis_stand_where_their_figures_say():
    axis = (-2.0, 2.0)
    low, high = (root(RangeMark(mean=m, low=m - 0.5, high=m + 0.5, axis=axis)) for m in (-1.0, 1.0))
    at = [float(r.find(f"{SVG}circle").get("cx")) for r in (low, high)]
    assert at == [28, 76]
    zero = low.find(f"{SVG}line")
    assert zero.get("x1") == zero.get("x2") == "52"


def test_a_range_beyond_the_axis_ends_in_an_arrow_and_a_bare_figure_has_none():
    inside = root(RangeMark(mean=0, low=-1, high=1, axis=(-2, 2))).find(f"{SVG}path").get("d")
    beyond = root(RangeMark(mean=0, low=-3, high=1, axis=(-2, 2))).find(f"{SVG}path").get("d")
    assert "L" not in inside
    assert "L" in beyond
    assert root(RangeMark(mean=0, axis=(-2, 2))).find(f"{SVG}path") is None


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"axis": (1, 1)}, "axis"),
        ({"axis": (0, 1), "low": 0.1}, "both ends"),
        ({"axis": (0, 1), "low": 0.9, "high": 0.1}, "low end"),
    ],
)
def test_a_mark_that_contradicts_itself_is_refused(how, words):
    with pytest.raises(ValueError, match=words):
        RangeMark(mean=0.5, **how)


def _ranges(scale: float = 1.0, shift: float = 0.0) -> Ranges:
    def pair(a: float, b: float) -> tuple[float, float]:
        return shift + a * scale, shift + b * scale

    return Ranges(
        title="Effect",
        rows=(
            RangeRow(
                group="Pain",
                name="Trials alone",
                mark="square",
                token="prior",
                mean=shift,
                wide=pair(-1, 1),
                close=pair(-0.5, 0.5),
            ),
            RangeRow(group="Pain", name="Naive", mark="diamond", token="without", mean=shift + 2 * scale),
        ),
        axis_words="points (left of zero is better)",
        line=-1.0,
    )


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(("scale", "shift"), [(1, 0), (0.001, 0), (9, -4), (1, 8)])
def test_every_figure_of_the_rows_is_on_the_axis_and_zero_is_named(narrow, scale, shift):
    one = root(_ranges(scale, shift), narrow=narrow)
    width = float(one.get("viewBox").split()[2])
    for line in one.iter(f"{SVG}line"):
        assert 0 <= float(line.get("x1")) <= float(line.get("x2")) <= width
    words = said(one)
    assert "0" in words
    assert "points (left of zero is better)" in words
    ticks = [w for w in words if re.fullmatch(r"[+−]?\d+(\.\d)?", w)]
    assert 1 <= len(ticks) <= 11
    assert len(set(ticks)) == len(ticks)


# Small lines


def test_a_small_line_is_broken_where_nothing_was_entered_and_ends_in_its_last_value():
    line = Sparkline(title="pain", token="pain", values=(6, 5, None, None, 4, None, 3, 3.4, None))
    one = root(line)
    assert (one.get("viewBox"), one.get("width"), one.get("height")) == ("0 0 88 24", "88", "24")
    path = one.find(f"{SVG}path").get("d")
    assert path.count("M") == 3
    assert said(one) == ["3.4"]


def test_a_small_line_without_entries_says_so():
    assert said(root(Sparkline(title="pain", token="pain", values=(None,) * 56))) == ["no entries"]
    assert said(root(Sparkline(title="pain", token="pain", values=()))) == ["no entries"]
    with pytest.raises(ValueError, match="0 to 10"):
        Sparkline(title="pain", token="pain", values=(11,))


# People of a hundred


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("count", [0, 1, 37, 100])
def test_a_hundred_dots_are_filled_from_below(narrow, count):
    one = root(
        IconArray(title="Of 100 people", groups=(IconGroup(name="with it", count=count),)), narrow=narrow
    )
    filled, rings = [], []
    for p in one.iter(f"{SVG}path"):
        (filled if p.get("stroke") == "var(--act)" else rings).append(p.get("d"))
    heights = [float(y) for d in filled for y in re.findall(r"M[\d.]+ ([\d.]+)h", d)]
    empty = [float(y) for d in rings[:1] for y in re.findall(r"M[\d.]+ ([\d.]+)h", d)]
    assert (len(heights), len(empty)) == (count, 100 - count)
    if heights and empty:
        assert min(heights) >= max(empty)
    assert f"{count} of 100" in said(one)


def test_more_people_than_a_hundred_are_refused():
    with pytest.raises(ValueError, match="0 to 100"):
        IconGroup(name="x", count=101)


# Levels


def _level(count: int = 600) -> LevelLine:
    moments = tuple(i / 12 for i in range(count))
    typical = tuple(20 + 8 * (i % 12 == 0) for i in range(count))
    low, high = tuple(v - 5 for v in typical), tuple(v + 5 for v in typical)
    first = date(2026, 1, 1)
    return LevelLine(
        title="mirtazapine",
        first=first,
        last=first + timedelta(days=count // 12),
        moments=moments,
        typical=typical,
        bands=((low, high), (low, high)),
        doses=tuple(float(d) for d in range(count // 12)),
        missed=(date(2026, 1, 9),),
        daily=((first, "15 mg"), (first + timedelta(days=20), "30 mg")),
        measured=(Measured(at=10.4, value=31, used=True), Measured(at=0.1, value=9, used=False)),
        known=(30, 80, "depression"),
        shares=(
            TargetShare(title="H1 occupied", typical=(0.9,) * count, low=(0.8,) * count, high=(1.0,) * count),
        ),
    )


@pytest.mark.parametrize("narrow", [False, True])
def test_levels_are_drawn_with_what_was_measured_and_missed(narrow):
    words = said(root(LevelPicture(lines=(_level(),)), narrow=narrow))
    for expected in (
        "mirtazapine",
        "15 mg",
        "30 mg",
        "measured 31",
        "measured 9 (not used)",
        "×",
        "H1 occupied",
    ):
        assert expected in words
    assert any(w.startswith("30 to 80") for w in words)


def test_no_peak_is_lost_on_a_long_axis():
    """Twelve readings a day, one of them the peak: after thinning the line still reaches each."""
    line = replace(_level(12 * 3000), measured=(), shares=(), known=None)
    one = root(LevelPicture(lines=(line,)))
    curve = next(p for p in one.iter(f"{SVG}path") if p.get("stroke-width") == "1.6").get("d")
    heights = {float(y) for y in re.findall(r" (-?[\d.]+)", curve)}
    flat = {float(y) for y in re.findall(r" (-?[\d.]+)", curve.split("L")[-1])}
    assert max(heights) - min(heights) == pytest.approx(170 * 8 / (33 * 1.1), abs=0.3)
    assert flat
    assert len(curve) < 40_000


def test_a_file_of_its_own_brings_its_ground():
    text = draw(LevelPicture(lines=(_level(),)), FILE, label="x")
    assert "var(" not in text
    assert ET.fromstring(text).find(f"{SVG}rect").get("fill") == "#ffffff"


# The time axis


@pytest.mark.parametrize("count", [1, 2, 7, 13, 30, 61, 75, 76, 100, 200, 366, 1100, 3652, 20_000])
@pytest.mark.parametrize("width", [356, 576])
@pytest.mark.parametrize("first", [date(2025, 1, 31), date(2025, 9, 1), date(2024, 2, 29)])
def test_the_axis_names_at_least_one_day_and_no_two_touch(count, width, first):
    days = DayAxis(first=first, last=first + timedelta(days=count - 1), left=1, right=1 + width)
    ticks = [t for t in days.ticks() if t.words]
    assert ticks
    for a, b in pairwise(ticks):
        assert b.x - a.x >= 6 * len(a.words)
    if count > 75:
        assert any(re.search(r"\d{4}", t.words) for t in ticks), "no year is named"


def test_days_of_summer_time_are_as_wide_as_others():
    days = DayAxis(first=date(2026, 3, 1), last=date(2026, 4, 30), left=0, right=610)
    assert {round(days.end(d) - days.start(d), 6) for d in (date(2026, 3, 29), date(2026, 4, 1))} == {10}
    assert days.middle(date(2026, 3, 1)) == 5
