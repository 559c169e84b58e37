"""A warm review by part, of the checkout that is on the path: a line of JSON with milliseconds and function calls.

``benchmarks/review.py`` starts it, once for each checkout it compares, in turn. Times are processor time of the process, all threads
together, the shortest of several runs, so that a busy machine shows what an idle one would; function calls, Python's and C's, do not
depend on the machine at all. A part whose function the checkout has elsewhere is null.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PARTS = {
    "fit": ("lenitive.response.fit", "fit"),
    "would_settle": ("lenitive.response.settle", "would_settle"),
    "sensitivity": ("lenitive.response.sensitivity", "sensitivity"),
    "bands": ("lenitive.response.smooth", "bands"),
    "levels": ("lenitive.review.drug_levels", "levels"),
    "side effects": ("lenitive.response.courses", "side_effect_courses"),
    "weight": ("lenitive.response.weight", "weight_trajectory"),
}
"""Each part's function, where it is defined."""


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
    from lenitive.render.document import review_document, review_json
    from lenitive.render.html import report_html
    from lenitive.render.pdf import report_pdf
    from lenitive.render.report import clinician_report
    from lenitive.review import review

    def made() -> Any:
        return review(record, knowledge, problems=problems)

    def everything() -> object:
        one = made()
        getattr(one, "parts", None)  # those that the document does not hold are made, too
        return review_document(one)

    def report() -> Any:
        return clinician_report(made(), version=lenitive.__version__)

    last, there = record.last_day, made()
    text = review_json(there)
    found = {
        "all parts and document": everything,
        "JSON": lambda: review_json(made()),
        "findings alone": lambda: made().findings,
        "document": lambda: review_json(there),
        "HTML": lambda: report_html(report()),
        "PDF": lambda: report_pdf(report(), at=last),
    }
    if (reading := find_spec("lenitive.render.stored")) is not None:
        stored = importlib.import_module(reading.name)
        found["read back"] = lambda: stored.review_from(text, record)
        found["digest"] = lambda: made().asked.digest
    return found


def by_part(action: Callable[[], object], runs: int) -> dict[str, float | None]:
    """Of each part the shortest time within an action, ms: its function is replaced by one that looks at the clock."""
    spent: dict[str, float] = {}

    def timed(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def inside(*args: object, **named: object) -> object:
            begun = time.process_time()
            try:
                return function(*args, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - begun

        return inside

    for name, (module, attribute) in PARTS.items():
        try:
            function = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError):
            continue
        spent[name] = 0.0
        for user in [m for key, m in sys.modules.items() if key.startswith("lenitive")]:
            for key in [key for key, value in vars(user).items() if value is function]:
                setattr(user, key, timed(name, function))
    rounds = []
    for _ in range(runs):
        spent.update(dict.fromkeys(spent, 0.0))
        action()
        rounds.append(dict(spent))
    return {name: 1e3 * min(r[name] for r in rounds) if name in spent else None for name in PARTS}


def measured(folder: Path, runs: int) -> dict[str, float | None]:
    """Every part of one record's review, ms, and the function calls of the whole."""
    from lenitive.knowledge import load
    from lenitive.shells.files import open_record

    reading, knowledge = open_record(folder), load()
    record = reading.record
    assert record is not None, folder
    offered = whole(record, knowledge, reading.problems)
    found: dict[str, float | None] = {}
    for name, action in offered.items():
        action()
        found[name] = best(action, 3 if name in ("HTML", "PDF") else runs)
    everything = offered["all parts and document"]
    found["function calls"] = function_calls(everything)
    return found | by_part(everything, runs)


def main() -> None:
    runs, folder = sys.argv[1:]
    print(json.dumps(measured(Path(folder), int(runs))))


if __name__ == "__main__":
    main()
