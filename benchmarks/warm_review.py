"""A warm review by part, of the checkout that is on the path: a line of JSON with milliseconds and function calls.

``benchmarks/review.py`` starts it, once for each checkout it compares, in turn. Times are processor time of the process, all threads
together, the shortest of several runs, so that a busy machine shows what an idle one would; function calls, Python's and C's, do not
depend on the machine at all. A part that the checkout does not offer under this name is null.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

PARTS = ("fit", "would_settle", "sensitivity", "bands", "levels", "side effects", "weight")
WHOLE = ("review and document", "findings alone", "HTML", "PDF")


def best(action: Callable[[], object], times: int) -> float:
    """Shortest of several runs, ms of processor time."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        action()
        found.append(time.process_time() - begun)
    return 1e3 * min(found)


def function_calls(action: Callable[[], object]) -> int:
    """Calls of Python and C functions while something is done, those of the garbage collection left out."""
    count = 0

    def seen(frame: object, event: str, arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    collected = gc.isenabled()
    gc.disable()
    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        action()
    finally:
        sys.setprofile(before)
        if collected:
            gc.enable()
    return count - 1  # switching it off again


def year_with_three_drugs() -> Any:
    """A simulated record of 365 days: mirtazapine with a break, duloxetine from day 90, pregabalin from day 200 to 330."""
    from lenitive.record import IntakeTime, MedicinePeriod
    from lenitive.virtual import WORLDS, Design, Phase, simulate

    start = date(2025, 1, 1)
    steps = ((0, 0), (28, 15), (56, 30), (160, 0), (190, 30), (300, 15))
    design = Design(name="a year", days=365, phases=tuple(Phase(*step) for step in steps))
    record = simulate(WORLDS["typical"][1], design, n=1, seed=5, start=start).record(0)
    others = (
        ("duloxetine", 30, 90, 103, ("morning",)),
        ("duloxetine", 60, 104, None, ("morning",)),
        ("pregabalin", 75, 200, 219, ("morning", "bedtime")),
        ("pregabalin", 150, 220, 330, ("morning", "bedtime")),
    )
    added = tuple(
        MedicinePeriod(
            drug=drug,
            dose_mg=mg,
            start=start + timedelta(days=first),
            end=None if last is None else start + timedelta(days=last),
            times=tuple(IntakeTime(t) for t in times),
        )
        for drug, mg, first, last, times in others
    )
    return replace(record, medicines=(*record.medicines, *added))


def whole(record: Any, knowledge: Any, problems: Any) -> dict[str, Callable[[], object]]:
    """What a shell asks for, each from the record on."""
    import lenitive
    from lenitive.render.document import review_json
    from lenitive.render.html import report_html
    from lenitive.render.pdf import report_pdf
    from lenitive.render.report import clinician_report
    from lenitive.review import review
    from lenitive.safety import check

    def made() -> Any:
        return review(record, knowledge, problems=problems)

    def report() -> Any:
        return clinician_report(made(), version=lenitive.__version__)

    last = record.last_day
    return {
        "review and document": lambda: review_json(made()),
        "findings alone": lambda: check(record, knowledge=knowledge, at=last),
        "HTML": lambda: report_html(report()),
        "PDF": lambda: report_pdf(report(), at=last),
    }


def parts(record: Any, knowledge: Any) -> dict[str, Callable[[], object]]:
    """What a review is made of, each alone, from a review that is there."""
    from lenitive import response
    from lenitive.review import review
    from lenitive.review.harm_priors import course_priors, weight_priors
    from lenitive.review.levels import levels

    done = review(record, knowledge)
    made, at, beliefs = done.fit, done.at, done.beliefs
    by_level = {f.drug: f.shares for f in done.followed if f.shares is not None}
    # Checkouts before the lines of the verdict were knowledge have them as their defaults.
    lines = getattr(response, "verdict_settings", None)
    judged = {} if lines is None else {"settings": lines(knowledge.judgement)}
    return {
        "fit": lambda: response.fit(
            record, at=at, seed=1, beliefs=beliefs, exposure=by_level, settings=made.settings
        ),
        "would_settle": lambda: [
            response.would_settle(record, made, i.name, beliefs=beliefs, exposure=by_level, **judged)
            for i in made.inputs
        ],
        "sensitivity": lambda: response.sensitivity(made),
        "bands": lambda: response.bands(made),
        "levels": lambda: levels(record, knowledge, at=at),
        "side effects": lambda: response.side_effect_courses(
            record, at=at, priors=course_priors(knowledge, record.drugs)
        ),
        "weight": lambda: response.weight_trajectory(
            record, at=at, seed=1, priors=weight_priors(knowledge, record.drugs)
        ),
    }


def measured(folder: Path, runs: int) -> dict[str, float | None]:
    """Every part of one record's review, ms, and the function calls of the whole."""
    from lenitive.knowledge import load
    from lenitive.shells.files import open_record

    reading, knowledge = open_record(folder), load()
    record = reading.record
    assert record is not None, folder
    found: dict[str, float | None] = dict.fromkeys((*WHOLE, *PARTS))
    offered = whole(record, knowledge, reading.problems)
    try:
        offered |= parts(record, knowledge)
    except (ImportError, AttributeError) as missing:
        print(f"no parts of this checkout are timed: {missing}", file=sys.stderr)
    for name, action in offered.items():
        action()
        found[name] = best(action, 3 if name in ("HTML", "PDF") else runs)
    found["function calls"] = function_calls(offered["review and document"])
    return found


def main() -> None:
    runs, *folders = sys.argv[1:]
    print(json.dumps({folder: measured(Path(folder), int(runs)) for folder in folders}))


if __name__ == "__main__":
    main()
