"""Where the figures of articles come from: every room that can compute one, asked only when an article needs it.

Paths:

* ``drugs.<drug>.<section>.<key>.<field>``: a fact of a drug's file, such as ``drugs.mirtazapine.adverse.fm_somnolence.drug_pct``;
* ``trials.<study>.<treatment>.<outcome>.<estimate|se|n>``: a difference against placebo as the pooled estimates use it;
* ``evidence.<drug>.<outcome>.<md|trials>``: those differences pooled, one arm a study, nearest the usual dose;
* ``prior.<drug>.<dose>.<outcome>.<mean|sd>``: what the trials let us expect of one person before any diary;
* ``case.<example>[.day-N].<...>``: a review of a shipped simulated patient (as seen on day N), run at build;
* ``library.<articles|works>``: the library about itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from lenitive.knowledge import Knowledge
from lenitive.library import Figure, Figures
from lenitive.terms import Score, Source

if TYPE_CHECKING:
    from lenitive.evidence import UsedContrast
    from lenitive.review import Review

__all__ = ["figures_of"]

_SEED = 1


def figures_of(knowledge: Knowledge) -> Figures:
    """The figures that this knowledge and engine can compute; each is computed once."""
    rooms: dict[str, Callable[[Knowledge, list[str]], Figure | None]] = {
        "drugs": _drug,
        "prior": _prior,
        "trials": _trial,
        "evidence": _evidence,
        "case": _case,
        "library": _library,
    }

    @cache
    def figure(path: str) -> Figure | None:
        room, *rest = path.split(".")
        compute = rooms.get(room)
        return compute(knowledge, rest) if compute else None

    return figure


def _sources(fact: Any) -> tuple[Source, ...]:
    return tuple(s.source for s in fact.source)


def _drug(knowledge: Knowledge, path: list[str]) -> Figure | None:
    if len(path) < 4 or path[0] not in knowledge.drugs:
        return None
    drug, section, *keys, name = path
    held: Any = getattr(knowledge.drugs[drug], section, None)
    for key in keys:
        held = held.get(key) if isinstance(held, dict) else getattr(held, key, None)
    value = getattr(held, name, None)
    if held is None or value is None or isinstance(value, bool | dict | tuple):
        return None
    percent = name.endswith("_pct")
    return Figure(
        path=".".join(["drugs", *path]),
        value=float(value) / 100 if percent else (value if isinstance(value, str) else float(value)),
        low=getattr(held, "low", None) if name == "value" else None,
        high=getattr(held, "high", None) if name == "value" else None,
        unit="share" if percent else getattr(held, "unit", ""),
        basis=f"the file of {drug}: {section} {' '.join(keys)}",
        sources=_sources(held),
    )


def _slug(study: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", study.lower()).strip("-")


def _contrasts(knowledge: Knowledge, outcome: str) -> tuple[UsedContrast, ...]:
    from lenitive.evidence import select

    try:
        return select(knowledge.trials, outcome).contrasts
    except ValueError:  # no such outcome: the figure does not exist
        return ()


def _trial(knowledge: Knowledge, path: list[str]) -> Figure | None:
    if len(path) != 4:
        return None
    study, treatment, outcome, name = path
    for used in _contrasts(knowledge, outcome):
        if (_slug(used.study), used.treatment, used.comparator) == (study, treatment, "placebo"):
            value = getattr(used, name, None)
            if isinstance(value, int | float):
                wide = name == "estimate"
                return Figure(
                    path=".".join(["trials", *path]),
                    value=float(value),
                    low=used.estimate - 1.96 * used.se if wide else None,
                    high=used.estimate + 1.96 * used.se if wide else None,
                    unit="points",
                    basis=f"the table of trials, as used: {used.how}",
                    sources=(used.source,),
                )
    return None


def _evidence(knowledge: Knowledge, path: list[str]) -> Figure | None:
    from lenitive.evidence import generic, pool

    if len(path) != 3 or path[2] not in {"md", "trials"}:
        return None
    drug, outcome, name = path
    arms = [u for u in _contrasts(knowledge, outcome) if (u.treatment, u.comparator) == (drug, "placebo")]
    if not arms:
        return None
    doses = sorted(u.dose_mg_per_day or 0.0 for u in arms)
    usual = doses[len(doses) // 2]
    chosen: dict[str, UsedContrast] = {}
    for arm in sorted(arms, key=lambda u: abs((u.dose_mg_per_day or 0.0) - usual)):
        chosen.setdefault(arm.study, arm)  # arms of one study share a placebo group: one of them counts
    found = list(chosen.values())
    words = f"{len(found)} randomised trial{'s' if len(found) > 1 else ''} of {drug} against placebo"
    sources = tuple(u.source for u in found)
    whole = ".".join(["evidence", *path])
    if name == "trials":
        return Figure(path=whole, value=float(len(found)), unit="trials", basis=words, sources=sources)
    model = "random" if len(found) > 2 else "common"
    pooled = pool(generic([u.estimate for u in found], [u.se**2 for u in found]), model=model).coefficients[0]
    return Figure(
        path=whole,
        value=pooled.estimate,
        low=pooled.low,
        high=pooled.high,
        unit="points",
        basis=f"{words}, pooled ({model} effect{'s, REML' if model == 'random' else ''})",
        sources=sources,
    )


def _prior(knowledge: Knowledge, path: list[str]) -> Figure | None:
    from lenitive.evidence import beliefs

    if len(path) != 4 or path[2] not in {s.value for s in Score}:
        return None
    drug, dose, outcome, name = path
    for belief in beliefs(knowledge, {drug: float(dose)}):
        if belief.outcome == outcome and name in {"mean", "sd"}:
            return Figure(
                path=".".join(["prior", *path]),
                value=getattr(belief, name),
                low=belief.mean - 1.96 * belief.sd if name == "mean" else None,
                high=belief.mean + 1.96 * belief.sd if name == "mean" else None,
                unit="points",
                basis=belief.stated,
                sources=belief.sources,
            )
    return None


@cache
def _reviewed(name: str, day: int | None, version: str) -> Review | None:
    from lenitive.knowledge import load
    from lenitive.review import review
    from lenitive.virtual import EXAMPLES, example

    del version  # only tells the cache that the knowledge is another one
    if name not in EXAMPLES:
        return None
    record = example(name).record(0)
    at = None if day is None else min(e.day for e in record.diary) + timedelta(days=day - 1)
    return review(record, load(), at=at, seed=_SEED)


def _truth(name: str, path: list[str]) -> float | str | None:
    from lenitive.virtual import example

    held: Any = example(name).truth(0).as_json()
    for key in path:
        held = held.get(key) if isinstance(held, dict) else None
    return held if isinstance(held, int | float | str) else None


def _case(knowledge: Knowledge, path: list[str]) -> Figure | None:
    if len(path) < 2:
        return None
    name, *rest = path
    day = None
    if rest[0].startswith("day-") and rest[0][4:].isdigit():
        day, rest = int(rest[0][4:]), rest[1:]
    made = _reviewed(name, day, knowledge.version)
    if made is None or not rest:
        return None
    seen = f"the simulated patient {name}" + (f" up to day {day}" if day else "")
    value, low, high, unit = _told(made, name, rest)
    return (
        None
        if value is None
        else Figure(
            path=".".join(["case", *path]),
            value=value,
            low=low,
            high=high,
            unit=unit,
            basis="laid down when the patient was simulated"
            if rest[0] == "truth"
            else f"a review of {seen}, run when this page was built (seed {_SEED})",
        )
    )


_Told = tuple[float | str | None, float | None, float | None, str]
_NOTHING: _Told = (None, None, None, "")


def _told(made: Review, name: str, rest: list[str]) -> _Told:
    """What a review says under a path: value, interval, unit."""
    from lenitive.review import Absent

    if rest in (["days"], ["entries"]):
        return float(getattr(made.data_quality, rest[0])), None, None, rest[0]
    if rest[0] == "truth":
        return _truth(name, rest[1:]), None, None, "points"
    if rest[0] == "course" and len(rest) == 2:
        found = next((c for c in made.side_effects if c.effect == rest[1]), None)
        return (found.course.value.replace("_", " "), None, None, "") if found else _NOTHING
    if rest[0] == "verdict":
        verdict = next((v for v in made.verdicts if v.drug == "mirtazapine"), None)
        if verdict is None:
            return _NOTHING
        if len(rest) == 1:
            return verdict.verdict.value.replace("_", " "), None, None, ""
        value = getattr(verdict, rest[1], None)
        return (None if value is None else float(value)), None, None, "share"
    if rest[0] == "effect" and len(rest) == 4 and not isinstance(made.fit, Absent):
        for effect in made.fit.effects:
            if (effect.input, effect.estimand.value, effect.outcome.value) == (
                "mirtazapine",
                rest[1],
                rest[2],
            ):
                if rest[3] in effect.probability:
                    return effect.probability[rest[3]], None, None, "share"
                if rest[3] == "mean":
                    return effect.mean, effect.quantiles["0.025"], effect.quantiles["0.975"], "points"
                value = getattr(effect, rest[3], None)
                return (None if value is None else float(value)), None, None, "points"
    return _NOTHING


def _library(knowledge: Knowledge, path: list[str]) -> Figure | None:
    counts = {"articles": len(knowledge.articles), "works": len(knowledge.references)}
    if len(path) != 1 or path[0] not in counts:
        return None
    return Figure(
        path=f"library.{path[0]}", value=float(counts[path[0]]), basis="a count of the library's own files"
    )
