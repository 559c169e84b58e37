"""The picture of doses and symptoms: what is drawn, what is said, and what is never joined."""

from __future__ import annotations

import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from time_lines import CLEAR, LINES, OPEN, START, day, due, panels

from lenitive.render.pictures import PAGE, PAPER, DoseStep, Flag, Lane, TimeLine, draw
from lenitive.render.pictures.svg import width_of
from lenitive.render.tokens import COLOURS

SVG = "{http://www.w3.org/2000/svg}"
SIZES = ("wide", "narrow", "paper")


def drawn(line: TimeLine, size: str = "wide", label: str = "what it shows") -> ET.Element:
    text = draw(line, PAPER if size == "paper" else PAGE, label=label, narrow=size == "narrow")
    return ET.fromstring(text)


def said(root: ET.Element) -> list[str]:
    return ["".join(t.itertext()) for t in root.iter(f"{SVG}text")]


def boxes(root: ET.Element) -> list[tuple[str, float, float, float, float]]:
    """Each text with about the room that it takes; letters reach three quarters of their size above the line."""
    found = []
    for t in root.iter(f"{SVG}text"):
        words, size = "".join(t.itertext()), float(t.get("font-size"))
        # What the layout allows for is rather more than what faces take; the browser test measures those.
        parts = [(p.text, float(p.get("font-size", size))) for p in t.iter(f"{SVG}tspan")] or [(words, size)]
        room = 0.9 * sum(width_of(*part) for part in parts)
        x, y = float(t.get("x")), float(t.get("y"))
        left = x - {"end": room, "middle": room / 2}.get(t.get("text-anchor"), 0)
        found.append((words, left, y - 0.72 * size, left + room, y))
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LINES)
def test_no_words_touch_and_none_leave_the_picture(name, size):
    root = drawn(LINES[name], size)
    _, _, width, height = map(float, root.get("viewBox").split())
    found = boxes(root)
    assert len(found) > 5
    for i, (one, ax0, ay0, ax1, ay1) in enumerate(found):
        assert ax0 >= -1, one
        assert ax1 <= width + 1, one
        assert ay0 >= 0, one
        assert ay1 <= height, one
        for other, bx0, by0, bx1, by1 in found[i + 1 :]:
            apart = ax1 <= bx0 or bx1 <= ax0 or ay1 <= by0 or by1 <= ay0
            assert apart, f"{one!r} lies on {other!r}"


@pytest.mark.parametrize("size", SIZES)
def test_it_is_one_image_with_its_finding_as_label(size):
    root = drawn(LINES["half a year"], size, label='due to it −1.4, "better" < worse & so on')
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'due to it −1.4, "better" < worse & so on'
    assert root.get("direction") == "ltr"
    assert root.find(f"{SVG}title").text == "Doses and symptoms"
    assert "no entries" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize("name", LINES)
def test_nothing_that_a_strict_policy_would_block_and_no_id_that_two_pictures_would_share(name):
    for size in SIZES:
        for one in drawn(LINES[name], size).iter():
            assert one.tag.removeprefix(SVG) in {
                "svg",
                "title",
                "desc",
                "g",
                "rect",
                "path",
                "line",
                "text",
                "tspan",
            }
            assert not {"style", "id", "href"} & set(one.attrib)
            assert not any(a.startswith("on") for a in one.attrib)
            assert not any("url(" in v for v in one.attrib.values())


def test_colours_are_variables_on_a_page_and_colours_of_the_table_on_paper():
    page = draw(LINES["half a year"], PAGE, label="x")
    paper = draw(LINES["half a year"], PAPER, label="x")
    assert "#" not in page
    assert set(re.findall(r"var\(--([a-z]+)\)", page)) <= set(COLOURS)
    assert "var(" not in paper
    assert set(re.findall(r"#[0-9a-f]{6}", paper)) <= {c.paper for c in COLOURS.values()}
    assert 'font-family="Libertinus Serif"' in paper


def test_hostile_words_stay_words():
    words = '</text><script>alert("1")</script>&\ufffe\u202e'
    line = replace(
        LINES["half a year"],
        lanes=(
            Lane(name=words, steps=(DoseStep(first=START, last=day(20), share=1, label=words, short=words),)),
        ),
        flags=(Flag(day=day(5), words=words),),
        panels=panels(176, due=(due(words, -1.0, -2.0, -0.2),)),
    )
    for size in SIZES:
        root = drawn(line, size, label=words)
        assert not list(root.iter(f"{SVG}script"))
        assert any(t.startswith("</te") for t in said(root))


def _estimates(root: ET.Element, token: str) -> list[list[tuple[float, float]]]:
    """The pieces of a score's line."""
    path = next(
        p
        for p in root.iter(f"{SVG}path")
        if p.get("stroke") == f"var(--{token})" and p.get("stroke-width") == "2.4"
    )
    pieces = []
    for piece in path.get("d").split("M")[1:]:
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", piece)]
        pieces.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
    return pieces


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_line_is_broken_at_each_gap_and_never_joined(size):
    line = LINES["three years"]
    root = drawn(line, size)
    card = next(r for r in root.iter(f"{SVG}rect") if r.get("fill") == "var(--card)")
    left, width = float(card.get("x")), float(card.get("width"))
    pieces = _estimates(root, "pain")
    assert len(pieces) == 3
    for a, b in line.panels[1].gaps:
        x0, x1 = (left + width * (d - line.first).days / 1096 for d in (a, b + timedelta(days=1)))
        for piece in pieces:
            xs = [x for x, _ in piece]
            assert max(xs) <= x0 + 0.1 or min(xs) >= x1 - 0.1


def test_a_gap_is_hatched_and_said():
    root = drawn(replace(LINES["half a year"], panels=panels(176, ((110, 134),))))
    hatches = [p for p in root.iter(f"{SVG}path") if p.get("stroke-opacity") == "0.6"]
    assert len(hatches) == 3
    assert said(root).count("no entries") == 1 + 3  # the key, and each panel


def test_the_effect_is_a_bold_number_with_its_range_and_grey_where_it_is_unclear():
    clear = drawn(replace(LINES["half a year"], panels=panels(176, due=(CLEAR,))))
    bold = [t for t in clear.iter(f"{SVG}text") if t.text == "−1.4"]
    assert [t.get("font-weight") for t in bold] == ["700"] * 3
    assert said(clear).count("−2.2 to −0.5") == 3
    assert not any("unclear" in t for t in said(clear))
    unclear = drawn(replace(LINES["half a year"], panels=panels(176, due=(OPEN,))))
    grey = [t for t in unclear.iter(f"{SVG}text") if "".join(t.itertext()) == "−0.5 unclear"]
    assert [t.get("fill") for t in grey] == ["var(--muted)"] * 3
    assert not [one for t in grey for one in t.iter() if one.get("font-weight")]


def test_the_bracket_is_as_long_as_its_number():
    root = drawn(LINES["half a year"])
    brackets = [
        p.get("d") for p in root.iter(f"{SVG}path") if re.fullmatch(r"M7\d\d [\d.]+h5V[\d.]+h-5", p.get("d"))
    ]
    assert len(brackets) == 3
    for d in brackets:
        a, b = map(float, re.fullmatch(r"M\d+ ([\d.]+)h5V([\d.]+)h-5", d).groups())
        assert b - a == pytest.approx(76 * 1.4 / 10, abs=0.11)


def test_a_drug_named_where_it_is_not_the_only_one():
    assert any("due to mirtazapine" in t for t in said(drawn(LINES["half a year"])))
    alone = replace(LINES["half a year"], steady=(), as_needed=())
    assert "due to it" in said(drawn(alone))
    both = said(drawn(LINES["two drugs"]))
    assert both.count("mirtazapine") == 1 + 3
    assert both.count("duloxetine") == 1 + 3


def test_nothing_is_said_of_now_where_the_last_days_hold_no_entry():
    assert not any(t.startswith("now") for t in said(drawn(LINES["entries long ago"], "narrow")))
    assert any(t.startswith("now") for t in said(drawn(LINES["half a year"], "narrow")))
    assert not [
        p for p in drawn(LINES["entries long ago"]).iter(f"{SVG}path") if re.search("h5V.*h-5$", p.get("d"))
    ][1:]


@pytest.mark.parametrize("size", SIZES)
def test_each_panel_runs_from_ten_worst_to_zero_best(size):
    words = said(drawn(LINES["no fit"], size))
    assert words.count("10 worst") == words.count("0 best") == 3


def test_ten_years_stay_small():
    """Entries that fall on one place are drawn once; a day takes less than a point of the picture."""
    assert len(draw(LINES["ten years"], PAGE, label="x")) < 200_000


def test_what_is_not_drawn_is_counted():
    assert "and 22 more, in the figures behind" in said(drawn(LINES["thirty drugs"]))


def test_masked_doses_are_hollow():
    root = drawn(LINES["a taper in weekly steps"])
    hollow = [r for r in root.iter(f"{SVG}rect") if r.get("fill") == "none"]
    assert len(hollow) == 10
    assert all(r.get("stroke-dasharray") == "4 3" for r in hollow)


def test_a_name_that_runs_from_right_to_left_is_kept_apart_also_when_it_is_cut():
    line = LINES["right to left"]
    long = replace(line, lanes=(replace(line.lanes[0], name="ميرتازابين " * 8),))
    cut = next(t for t in said(drawn(long)) if t.endswith("…"))
    assert cut.startswith("\u2068")
    assert cut.count("\u2068") == cut.count("\u2069") == 1


def test_a_line_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="on or after"):
        TimeLine(first=START, last=START - timedelta(days=1), panels=())
