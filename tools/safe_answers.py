"""Counts that no answer is unsafe to follow, over many hostile records and plans. The whole count takes a while; it can be resumed.

    .venv/bin/python tools/safe_answers.py --workers 2

A worker takes numbers in blocks and writes each block's result to one line of ``--kept``; started again with the same code, what is
written there is not counted again. The result goes to ``docs/reports/safe-answers.json`` with the digests of code and knowledge.
What is counted, and how a record is made from its number: ``tests/properties/hostile.py``. The day and the machine enter nothing.

Exit status 1 when anything is wrong; the faults are in the result, with the numbers that show them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROPERTIES = ROOT / "tests" / "properties"
REPORT = ROOT / "docs" / "reports" / "safe-answers.json"
BLOCK = {"review": 20, "plan": 250}

Block = tuple[str, int]


def _code() -> str:
    """The digest of everything that the counts depend on: the program, and how records are made."""
    from lenitive.program import review_code

    made = (PROPERTIES / "hostile.py").read_bytes()
    return hashlib.sha256(review_code().encode() + made).hexdigest()


def _one_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = "1"
    sys.path.insert(0, str(PROPERTIES))


def count(block: Block) -> dict[str, Any]:
    """The result of one block: how many came to what, and what is wrong."""
    _one_thread()
    import hostile

    kind, first = block
    seen: Counter[str] = Counter()
    offered: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(first, first + BLOCK[kind]):
        if kind == "review":
            came_to, faults, actions = hostile.review_result(number)
            offered.update(actions)
        else:
            came_to, faults = hostile.pair_faults(hostile.pair(number))
        seen[came_to] += 1
        wrong += [f"{kind} {number}: {fault}" for fault in faults]
    return {
        "kind": kind,
        "first": first,
        "seen": dict(seen),
        "offered": dict(offered),
        "wrong": wrong,
    }


def _kept(path: Path, code: str) -> dict[Block, dict[str, Any]]:
    """Blocks counted before by the same code."""
    found: dict[Block, dict[str, Any]] = {}
    if not path.exists():
        return found
    for line in path.read_text("utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue  # cut short when the count was stopped
        if row["code"] == code:
            found[row["kind"], row["first"]] = row
    return found


def blocks(reviews: int, plans: int) -> list[Block]:
    """Every block; a count that is no multiple of a block is rounded up."""
    return [
        *(("review", i) for i in range(0, reviews, BLOCK["review"])),
        *(("plan", i) for i in range(0, plans, BLOCK["plan"])),
    ]


def _report(rows: list[dict[str, Any]], code: str) -> dict[str, Any]:
    from lenitive.knowledge import load

    seen: dict[str, Counter[str]] = {"review": Counter(), "plan": Counter()}
    offered: Counter[str] = Counter()
    wrong: list[str] = []
    for row in sorted(rows, key=lambda r: (r["kind"], r["first"])):
        seen[row["kind"]].update(row["seen"])
        offered.update(row["offered"])
        wrong += row["wrong"]
    plans, reviews = seen["plan"], seen["review"]
    return {
        "what": "Hostile records and plans, drawn by number; what a violation is stands in tests/properties/hostile.py",
        "code": code,
        "knowledge": load().version,
        "reviews": {"counted": reviews.total(), **dict(sorted(reviews.items()))},
        "offered_when_bound": dict(sorted(offered.items())),
        "plans": {
            "pairs": plans.total(),
            "pairs_with_a_plan": plans["offered"] + plans["withheld"],
            **dict(sorted(plans.items())),
        },
        "violations": wrong,
    }


def main() -> int:
    """Counts what is left, and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--reviews", type=int, default=2000)
    parser.add_argument("--plans", type=int, default=40_000, help="pairs drawn; half of them have a plan")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, default=ROOT / "build" / "safe-answers.jsonl")
    parser.add_argument("--out", type=Path, default=REPORT)
    options = parser.parse_args()
    _one_thread()
    code = _code()
    done = _kept(options.kept, code)
    every = blocks(options.reviews, options.plans)
    left = [b for b in every if b not in done]
    options.kept.parent.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(options.workers, mp_context=context) as pool, options.kept.open("a") as kept:
        running = {pool.submit(count, block): block for block in left}
        for n, future in enumerate(as_completed(running), 1):
            row = {"code": code, **future.result()}
            done[running[future]] = row
            kept.write(json.dumps(row, ensure_ascii=False) + "\n")
            kept.flush()
            faults = sum(len(r["wrong"]) for r in done.values())
            print(f"\r{n} of {len(left)} blocks, {faults} faults", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    report = _report([done[b] for b in every], code)
    options.out.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if report["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
