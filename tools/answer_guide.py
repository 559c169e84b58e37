"""Writes the figures of docs/guide/answer.md: the table of steps and its picture, from the simulated patient whom the page is about.

.venv/bin/python tools/answer_guide.py
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import escape

from lenitive.knowledge import load
from lenitive.review import Net, Option, Review, review
from lenitive.shells.files import open_record

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "guide" / "answer.md"
PICTURE = ROOT / "docs" / "guide" / "answer-steps.svg"
EXAMPLE = ROOT / "examples" / "improved-not-from-the-drug"
BEGIN, END = "<!-- steps -->", "<!-- end of steps -->"
_MOST = 5
_WAYS = {
    "no_change": "go on with {drug} {dose:g} mg",
    "step_down": "lower {drug} to {dose:g} mg",
    "step_up": "raise {drug} to {dose:g} mg",
    "taper": "taper {drug} off",
    "switch": "switch to {drug} {dose:g} mg",
}
_LEFT, _TOP, _ROW, _SCALE = 250, 30, 34, 420
"""Of the picture: where bars begin, where rows do, how far apart these are, pixels a point."""


def asked() -> Review:
    """The review of the patient whom the page is about."""
    reading = open_record(EXAMPLE)
    assert reading.record is not None
    return review(reading.record, load(), problems=reading.problems)


def steps(made: Review) -> list[tuple[str, Net]]:
    """The first of the steps that have a net, and tapering off, with what they are called."""
    options: tuple[Option, ...] = made.options.options  # type: ignore[union-attr]
    valued = [
        (o, o.expected.net) for o in options if o.rank and o.expected.net is not None and o.action in _WAYS
    ]
    shown = [(o, n) for o, n in valued if o.action != "taper"][:_MOST]
    shown += [(o, n) for o, n in valued if o.action == "taper"]
    return [(_WAYS[o.action].format(drug=o.drug, dose=o.dose_mg or 0.0), n) for o, n in shown]


def table(made: Review) -> str:
    """The steps in the order in which they stand, with the three numbers of each and how sure they are."""
    lines = ["| step | benefit | cost | net | better than none of it |", "|---|---|---|---|---|"]
    lines += [
        f"| {name} | {n.benefit:.2f} | {n.cost:.2f} | {n.mean:.2f} | {100 * n.better_than_none:.0f} in 100 |"
        for name, n in steps(made)
    ]
    return "\n".join(lines)


def picture(made: Review) -> str:
    """Each step as two bars: what it brings, and of that what it costs; the rest is its net."""
    found = steps(made)
    height = _TOP + _ROW * len(found) + 40
    rows = []
    for i, (name, n) in enumerate(found):
        y = _TOP + _ROW * i
        benefit, cost = _SCALE * n.benefit, _SCALE * n.cost
        rows.append(
            f'<text x="{_LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>'
            f'<rect x="{_LEFT}" y="{y + 2}" width="{max(benefit - cost, 0):.1f}" height="18" fill="#2f6f5e"/>'
            f'<rect x="{_LEFT + max(benefit - cost, 0):.1f}" y="{y + 2}" width="{min(cost, benefit):.1f}" height="18" '
            f'fill="#e7c9a9" stroke="#9a6b3a" stroke-dasharray="3 2"/>'
            f'<text x="{_LEFT + benefit + 8:.1f}" y="{y + 15}">{n.mean:.2f}</text>'
        )
    legend = height - 14
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" font-family="sans-serif" font-size="13" role="img">'
        "<title>What each step is expected to bring over half a year, and what of that it costs</title>"
        f'<text x="{_LEFT}" y="18">points a day, mean of the next half year</text>{"".join(rows)}'
        f'<rect x="{_LEFT}" y="{legend - 11}" width="14" height="12" fill="#2f6f5e"/><text x="{_LEFT + 20}" y="{legend}">net</text>'
        f'<rect x="{_LEFT + 70}" y="{legend - 11}" width="14" height="12" fill="#e7c9a9" stroke="#9a6b3a" stroke-dasharray="3 2"/>'
        f'<text x="{_LEFT + 90}" y="{legend}">what it costs of its benefit</text></svg>\n'
    )


def page(text: str, made: Review) -> str:
    """The page with the table of the steps as it is now."""
    before, rest = text.split(BEGIN, 1)
    _, after = rest.split(END, 1)
    return f"{before}{BEGIN}\n\n{table(made)}\n\n{END}{after}"


def main() -> None:
    """Write both."""
    made = asked()
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), made), encoding="utf-8")
    PICTURE.write_text(picture(made), encoding="utf-8")


if __name__ == "__main__":
    main()
