"""What the columns of a table of trials are called: usual names of other programs, and one row a study with several arms.

Names are compared by their letters and digits alone: ``std.dev``, ``Std Dev`` and ``stddev`` are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lenitive.evidence.refusal import NotEstimable

__all__ = ["JUDGED", "LAYOUTS", "by_usual_names", "layout_of", "usual_reference"]

# Layout: the columns it needs, and the measures it can have, its own first.
LAYOUTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "pairwise counts": (("study", "events1", "n1", "events2", "n2"), ("RR", "OR", "RD", "PETO")),
    "pairwise rates": (("study", "events1", "time1", "events2", "time2"), ("IRR",)),
    "pairwise means": (("study", "mean1", "sd1", "n1", "mean2", "sd2", "n2"), ("MD", "SMD")),
    "network contrasts": (
        ("study", "treat1", "treat2", "te", "se"),
        ("MD", "SMD", "OR", "RR", "RD", "HR", "IRR"),
    ),
    "network arm counts": (("study", "treatment", "events", "n"), ("OR", "RR", "RD")),
    "network arm rates": (("study", "treatment", "events", "time"), ("IRR",)),
    "network arm means": (("study", "treatment", "mean", "sd", "n"), ("MD", "SMD")),
    "effects and variances": (("study", "yi", "vi"), ("GEN", "MD", "SMD", "OR", "RR", "RD", "HR", "IRR")),
    "effects and standard errors": (
        ("study", "yi", "se"),
        ("GEN", "MD", "SMD", "OR", "RR", "RD", "HR", "IRR"),
    ),
}

JUDGED = ("bias", "indirectness")
"""Columns beside a layout's own: what was judged of each study, ``low``, ``some`` or ``high`` (L, M, H; 1, 2, 3)."""

# What other programs call a column: metafor, meta and netmeta, gemtc, multinma, MetaInsight, CINeMA, RevMan.
_USUAL: dict[str, tuple[str, ...]] = {
    "study": (
        "study",
        "studlab",
        "studyid",
        "studyname",
        "trial",
        "trialid",
        "author",
        "studyc",
        "id",
        "slab",
    ),
    "treatment": ("treatment", "treat", "trt", "arm", "t", "drug", "intervention", "group", "trtc"),
    "events": ("events", "event", "responders", "r", "xi", "cases"),
    "n": ("n", "samplesize", "ni", "total", "sample", "randomised", "randomized"),
    "time": ("time", "exposure", "e", "persontime", "personyears", "ti", "patientyears"),
    "mean": ("mean", "mi", "m", "y", "average"),
    "sd": ("sd", "sdi", "stddev", "standarddeviation", "std"),
    "treat1": ("treat1", "t1", "trt1", "treatment1"),
    "treat2": ("treat2", "t2", "trt2", "treatment2"),
    "te": (
        "te",
        "effect",
        "diff",
        "estimate",
        "logor",
        "lnor",
        "logrr",
        "lnrr",
        "loghr",
        "lnhr",
        "md",
        "smd",
        "yi",
    ),
    "se": ("se", "sete", "stderr", "standarderror", "sediff", "sei", "selnor", "selogor"),
    "events1": ("events1", "event1", "r1", "ai", "x1i", "evente"),
    "n1": ("n1", "n1i", "ne"),
    "events2": ("events2", "event2", "r2", "ci", "x2i", "eventc"),
    "n2": ("n2", "n2i", "nc"),
    "time1": ("time1", "t1i", "timee"),
    "time2": ("time2", "t2i", "timec"),
    "mean1": ("mean1", "m1i", "meane", "y1"),
    "sd1": ("sd1", "sd1i", "sde"),
    "mean2": ("mean2", "m2i", "meanc", "y2"),
    "sd2": ("sd2", "sd2i", "sdc"),
    "yi": ("yi", "effect", "estimate", "te"),
    "vi": ("vi", "variance", "var"),
    "bias": ("bias", "rob", "riskofbias"),
    "indirectness": ("indirectness", "indirect"),
}
_CONTROLS = (
    "placebo",
    "placebo/control",
    "control",
    "no treatment",
    "no_contact",
    "usual care",
    "standard care",
)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _wide(columns: Mapping[str, list[Any]], beside: Sequence[str]) -> tuple[dict[str, list[Any]], str] | None:
    """One row an arm from one row a study with arms side by side (``t.1, r.1, n.1, t.2, ...``); None for other tables."""
    by = {_plain(c): c for c in columns}

    def called(kind: str, i: int) -> str | None:
        return next((by[f"{u}{i}"] for u in _USUAL[kind] if f"{u}{i}" in by), None)

    study = next((by[u] for u in _USUAL["study"] if u in by), None)
    arms = 0
    while called("treatment", arms + 1) is not None:
        arms += 1
    if arms < 2 or study is None:
        return None
    kinds = next(
        (
            k
            for k in (("events", "n"), ("events", "time"), ("mean", "sd", "n"))
            if all(called(c, i) is not None for c in k for i in (1, 2))
        ),
        None,
    )
    if kinds is None:
        return None
    long: dict[str, list[Any]] = {"study": [], "treatment": [], **{k: [] for k in kinds}}
    whole = {j: next((by[u] for u in _USUAL[j] if u in by), None) for j in JUDGED}
    whole |= {b: b for b in beside if b in columns}
    of_arms = [b for b in beside if b not in columns and f"{_plain(b)}1" in by]
    long |= {j: [] for j, name in whole.items() if name is not None} | {b: [] for b in of_arms}
    for row in range(len(columns[study])):
        for i in range(1, arms + 1):
            name = called("treatment", i)
            assert name is not None
            treatment = columns[name][row]
            if treatment is None or str(treatment).strip() in {"", "NA"}:
                continue
            long["study"].append(columns[study][row])
            long["treatment"].append(treatment)
            for kind in kinds:
                column = called(kind, i)
                long[kind].append(None if column is None else columns[column][row])
            for b in of_arms:
                own = by.get(f"{_plain(b)}{i}")
                long[b].append("" if own is None else columns[own][row])
            for j, name in whole.items():
                if name is not None:
                    long[j].append(columns[name][row])
    return long, f"one row a study with up to {arms} arms was read as one row an arm"


def by_usual_names(
    columns: Mapping[str, list[Any]], *, beside: Sequence[str] = ()
) -> tuple[dict[str, list[Any]], tuple[str, ...]]:
    """The columns under the names of ``LAYOUTS``, and what was read as what.

    A table that has a layout's own names is left as it is.

    Args:
        columns: The table.
        beside: Columns to keep under their own names as well; of arms side by side, ``dose`` is ``dose.1, dose.2, ...``, or one
            for the study.
    """
    own = {str(c).strip(): v for c, v in columns.items()}
    for needed, _ in LAYOUTS.values():
        if set(needed) <= set(own):
            return own | _judged(own), ()
    wide = _wide(own, beside)
    if wide is not None:
        return wide[0], (wide[1],)
    by: dict[str, str] = {}
    for name in own:
        by.setdefault(_plain(name), name)
    for needed, _ in LAYOUTS.values():
        found: dict[str, str] = {}
        for column in needed:
            theirs = next((by[u] for u in _USUAL[column] if u in by and by[u] not in found.values()), None)
            if theirs is not None:
                found[column] = theirs
        if len(found) < len(needed):
            continue
        renamed = [f"{theirs} as {ours}" for ours, theirs in found.items() if ours != theirs]
        out = {ours: own[theirs] for ours, theirs in found.items()} | _judged(own)
        out |= {b: own[b] for b in beside if b in own and b not in out}
        return out, (f"columns read: {', '.join(renamed)}",) if renamed else ()
    return own, ()


def _judged(own: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    by = {_plain(c): c for c in own}
    return {j: own[by[u]] for j in JUDGED for u in reversed(_USUAL[j]) if u in by}


def layout_of(columns: list[str]) -> str:
    """Which layout a table's columns make.

    Raises:
        NotEstimable: ``unknown_columns``, naming the layouts there are.
    """
    have = set(columns)
    for name, (needed, _) in LAYOUTS.items():
        if set(needed) <= have:
            return name
    known = "; ".join(f"{name}: {', '.join(needed)}" for name, (needed, _) in LAYOUTS.items())
    raise NotEstimable(
        "unknown_columns",
        f"the columns {', '.join(sorted(map(str, have))) or '(none)'} make no known layout",
        f"Name them as one of: {known}",
    )


def usual_reference(treatments: tuple[str, ...]) -> str | None:
    """The treatment that others are usually compared with: a placebo or control by name; None without one."""
    by = {t.casefold(): t for t in treatments}
    return next((by[c] for c in _CONTROLS if c in by), None)
