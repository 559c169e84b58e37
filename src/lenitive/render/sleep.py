"""Sleep files in words: nights, hypnograms, agreement and regularity as tables, and the same as a document."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from lenitive.frozen import dataclass
from lenitive.knowledge import CycleRule, SleepDefinition
from lenitive.record import ObjectiveNight
from lenitive.render.blocks import Block, Bullets, Column, Paragraph, Section, Table
from lenitive.sleep import (
    CONSUMER,
    ActivityRhythm,
    Architecture,
    Hypnogram,
    Night,
    Regularity,
    agreement,
    architecture,
    consensus,
    cycles,
    sleep_bouts,
    to_record,
    transitions,
)
from lenitive.terms import Problem

__all__ = ["SCHEMA", "SleepFiles", "sleep_document", "sleep_sections"]

SCHEMA = "lenitive.sleep/1"
_DASH = "\N{EN DASH}"
_TWO_DAYS_H = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class SleepFiles:
    """What a set of sleep files held.

    Attributes:
        definition: How timelines were counted.
        rule: What makes a cycle.
        nights: One night a day.
        hypnograms: File name and scored night, also those without a date.
        regularity: How regular the nights were.
        rhythms: File name and rhythm of rest and activity, of counts of an actigraph.
        problems: Everything found wrong.
        caution: How far a consumer device's stages may be believed.
    """

    definition: SleepDefinition
    rule: CycleRule
    nights: tuple[Night, ...]
    hypnograms: tuple[tuple[str, Hypnogram], ...]
    regularity: Regularity
    rhythms: tuple[tuple[str, ActivityRhythm], ...]
    problems: tuple[Problem, ...]
    caution: str


def _minutes(value: float | None) -> str:
    return _DASH if value is None else f"{value:.0f}"


def _hours(value: float | None) -> str:
    """``7 h 05``."""
    return _DASH if value is None else f"{round(value) // 60} h {round(value) % 60:02d}"


def _one(value: float | None) -> str:
    return _DASH if value is None else f"{value:.1f}"


def _numbers(night: ObjectiveNight) -> tuple[str, ...]:
    light = night.light_min
    if light is None and night.n1_min is not None and night.n2_min is not None:
        light = night.n1_min + night.n2_min
    return (
        _hours(night.tib_min),
        _hours(night.tst_min),
        _minutes(night.sol_min),
        _minutes(night.waso_min),
        _minutes(night.awakenings),
        _minutes(night.se_pct),
        _minutes(light),
        _minutes(night.n3_min),
        _minutes(night.rem_min),
        _minutes(night.nap_min),
    )


_HEADS = ("in bed", "asleep", "to sleep", "awake after", "wakings", "eff. %", "light", "deep", "REM", "naps")


def _nights(files: SleepFiles) -> Section | None:
    if not files.nights:
        return None
    kept = [(n, to_record(n)) for n in files.nights]
    columns = (Column(head="morning"), Column(head="source"), *(Column(head=h, number=True) for h in _HEADS))
    rows = tuple((n.day.isoformat(), k.source, *_numbers(k)) for n, k in kept)
    ids = sorted({k.definition for _, k in kept})
    blocks: list[Block] = [
        Table(
            columns=columns,
            rows=rows,
            caption=f"Minutes unless marked; light is N1 and N2 together; {_DASH} is not measured",
        )
    ]
    items = []
    for one in ids:
        words = (
            files.definition.words
            if one == files.definition.id
            else "As the device itself states; its rules are its own."
        )
        items.append(Paragraph(lead=f"{one}:", text=words))
    if len(ids) > 1:
        items.append(
            Paragraph(
                lead="Not one series:",
                text="numbers of different definitions stand together but are not compared.",
            )
        )
    left = sorted({s for n in files.nights for s in n.others})
    if left:
        items.append(
            Paragraph(
                lead="One source a night.",
                text=f"Also recorded, and not added: {', '.join(left)}.",
            )
        )
    if any(k.device_class in CONSUMER and k.tells_stages for _, k in kept):
        items.append(Paragraph(lead="Caution.", text=files.caution))
    blocks.append(Bullets(items=tuple(items)))
    r = files.regularity
    if r.sri is not None:
        text = f"sleep regularity index {r.sri:.0f} (100 the same every day, 0 as at random), from {r.day_pairs} pairs of days"
        if r.midpoint_sd_min is not None:
            text += f"; the middle of sleep varies by {r.midpoint_sd_min:.0f} min (SD)"
        if r.social_jet_lag_min is not None:
            text += f"; weekend nights lie {r.social_jet_lag_min:.0f} min from the others"
        blocks.append(Paragraph(lead="Regularity:", text=text + "."))
    blocks += [_rhythm(name, one) for name, one in files.rhythms]
    return Section(
        id="nights", title=f"{len(kept)} night{'s' if len(kept) > 1 else ''}", blocks=tuple(blocks)
    )


def _rhythm(name: str, one: ActivityRhythm) -> Paragraph:
    """Stability, variability and amplitude of one recording; a number that it does not give is said to be missing."""

    def told(value: float | None) -> str:
        return _DASH if value is None else f"{value:.2f}"

    text = (
        f"interdaily stability {told(one.stability)} (1 the same every day), intradaily variability {told(one.variability)} "
        f"(about 2 for noise), relative amplitude {told(one.amplitude)} (0 to 1), from {one.hours} hours worn"
    )
    if one.most_active is not None and one.least_active is not None:
        text += f"; the ten most active hours begin at {one.most_active}:00, the five quietest at {one.least_active}:00"
    if one.hours < _TWO_DAYS_H:
        text += "; from less than two days they say little"
    return Paragraph(lead=f"Rest and activity, {name}:", text=text + ".")


_ARCHITECTURE = (
    ("in bed, min", "tib_min"),
    ("asleep, min", "tst_min"),
    ("to sleep onset, min", "sol_min"),
    ("to persistent sleep, min", "lps_min"),
    ("wake after onset, min", "waso_min"),
    ("wakings", "awakenings"),
    ("efficiency, %", "se_pct"),
    ("maintenance, %", "sme_pct"),
    ("steps to wake per h", "sfi_per_h"),
    ("N1, %", "n1_pct"),
    ("N2, %", "n2_pct"),
    ("light (N1 or N2), %", "light_pct"),
    ("N3, %", "n3_pct"),
    ("REM, %", "rem_pct"),
    ("to REM, min", "rem_latency_min"),
    ("to N3, min", "n3_latency_min"),
)
_OF_A_LABORATORY = frozenset({"n1_pct", "n2_pct"})
_OF_STAGES = frozenset({"n3_pct", "rem_pct", "light_pct", "rem_latency_min", "n3_latency_min"})


def _measured(night: Hypnogram, key: str) -> bool:
    """Whether a scoring tells this number: what it cannot tell apart was not measured, and is not nought."""
    if key in _OF_A_LABORATORY:
        return night.tells_stages and night.tells_n1_from_n2
    if key == "light_pct":
        return night.tells_stages and not night.tells_n1_from_n2
    return night.tells_stages or key not in _OF_STAGES


def _pct(key: str) -> str:
    """The share that goes with the minutes of a stage, which is measured when they are."""
    share = key.replace("_min", "_pct")
    return share if share in _OF_A_LABORATORY | _OF_STAGES else key


def _one_number(night: Hypnogram, numbers: Architecture, key: str) -> str:
    value = getattr(numbers, key) if _measured(night, key) else None
    return _minutes(value) if key == "awakenings" else _one(value)


def _hypnograms(files: SleepFiles) -> Section | None:
    if not files.hypnograms:
        return None
    named = [(night.scorer or name, night) for name, night in files.hypnograms]
    found = [architecture(night, files.definition) for _, night in named]
    columns = (Column(head="by " + files.definition.id), *(Column(head=n, number=True) for n, _ in named))
    rows = tuple(
        (
            words,
            *(_one_number(night, a, key) for (_, night), a in zip(named, found, strict=True)),
        )
        for words, key in _ARCHITECTURE
        if key != "light_pct" or any(_measured(night, key) for _, night in named)
    )
    blocks: list[Block] = [
        Table(columns=columns, rows=rows, caption=files.definition.words),
    ]
    for name, night in named:
        made = cycles(night, files.rule)
        slept = sleep_bouts(night)
        if made or slept:
            lengths = ", ".join(f"{c.minutes:.0f}" for c in made)
            cycled = f"cycles of {lengths} min" if made else "no whole cycle"
            longest = (
                f"; longest unbroken sleep {max(slept):.0f} min of {len(slept)} stretches" if slept else ""
            )
            blocks.append(Paragraph(lead=f"{name}:", text=f"{cycled}{longest}."))
    blocks += _agreement(named)
    return Section(id="hypnograms", title="Scored nights", blocks=tuple(blocks))


def _agreement(named: Sequence[tuple[str, Hypnogram]]) -> list[Block]:
    """Kappa of every two scorings of the same epochs."""
    if len(named) < 2 or len({(len(n), n.epoch_s) for _, n in named}) != 1:
        return []
    rows = []
    for (a, one), (b, other) in combinations(named, 2):
        both = agreement(one, other)
        per = {s.words: k for s, k in both.by_stage.items()}
        rows.append(
            (
                f"{a} and {b}",
                _DASH if both.accuracy is None else f"{100 * both.accuracy:.0f} %",
                *(_DASH if k is None else f"{k:.2f}" for k in (both.kappa, *(per.get(s) for s in _KAPPAS))),
            )
        )
    columns = (Column(head="scorers"), *(Column(head=h, number=True) for h in ("agree", "kappa", *_KAPPAS)))
    return [
        Table(
            columns=columns,
            rows=tuple(rows),
            caption="Cohen's kappa over the epochs that both scored, whole and for each stage against all others",
        )
    ]


_KAPPAS = ("wake", "N1", "N2", "N3", "REM")


def sleep_sections(files: SleepFiles) -> tuple[Section, ...]:
    """The files as sections of a report."""
    return tuple(s for s in (_nights(files), _hypnograms(files)) if s is not None)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def sleep_document(files: SleepFiles) -> dict[str, Any]:
    """The files as a document, ``lenitive.sleep/1``; minutes and per cent to four decimals, null where unknown."""
    nights = []
    for night in files.nights:
        kept = to_record(night)
        a = night.architecture
        nights.append(
            {
                **{name: _plain(getattr(kept, name)) for name in ObjectiveNight.__slots__},
                "other_sources": list(night.others),
                "only_naps": night.only_naps,
                "framed_by": night.framed_by,
                "architecture": None if a is None else {k: _plain(v) for k, v in a.items()},
            }
        )
    scored = []
    for name, night_scored in files.hypnograms:
        scored.append(
            {
                "file": name,
                "scorer": night_scored.scorer,
                "epochs": len(night_scored),
                "epoch_s": night_scored.epoch_s,
                "definition": files.definition.id,
                **{
                    k: _plain(v if _measured(night_scored, _pct(k)) else None)
                    for k, v in architecture(night_scored, files.definition).items()
                },
                "cycles": [
                    {
                        "start_min": _plain(c.start_min),
                        "nrem_min": _plain(c.nrem_min),
                        "rem_min": _plain(c.rem_min),
                    }
                    for c in cycles(night_scored, files.rule)
                ],
                "sleep_bouts_min": [_plain(b) for b in sleep_bouts(night_scored)],
                "transitions": [
                    {"from": a.words, "to": b.words, "count": n}
                    for (a, b), n in transitions(night_scored).items()
                ],
            }
        )
    together: dict[str, Any] | None = None
    same = [n for _, n in files.hypnograms]
    if len(same) > 1 and len({(len(n), n.epoch_s) for n in same}) == 1:
        agreed = consensus(same)
        together = {
            "consensus": agreed.codes.tolist(),
            "definition": files.definition.id,
            **{k: _plain(v) for k, v in architecture(agreed, files.definition).items()},
        }
    r = files.regularity
    return {
        "schema": SCHEMA,
        "definition": {
            "id": files.definition.id,
            "words": files.definition.words,
            "source": str(files.definition.source),
        },
        "nights": nights,
        "regularity": {
            "nights": r.nights,
            "day_pairs": r.day_pairs,
            "sri": _plain(r.sri),
            "midpoint_sd_min": _plain(r.midpoint_sd_min),
            "social_jet_lag_min": _plain(r.social_jet_lag_min),
        },
        "rhythms": [
            {
                "file": name,
                "hours": one.hours,
                "stability": _plain(one.stability),
                "variability": _plain(one.variability),
                "amplitude": _plain(one.amplitude),
                "most_active": one.most_active,
                "least_active": one.least_active,
            }
            for name, one in files.rhythms
        ],
        "hypnograms": scored,
        "consensus": together,
        "problems": [str(p) for p in files.problems],
    }
