"""From recorded sleeps to one night a day: which source counts, what is a nap, and to which day a night belongs.

The rules are ours, and stated here once; their numbers stand in the knowledge (``judgement/sleep.toml``):

* What one source gives twice is one sleep: of two that overlap by more than half of the shorter, the one that knows sleep
  counts, then the one with a timeline, then the longer. An export in two files, and a night written again as it grew, stay one.
* A night belongs to the local day of the morning on which it ended. A sleep that ends in the evening belongs to the next
  day: it is the evening before that day's night. Where a file gives no local time but the device's own day, that counts.
* One source a night, chosen by what it knows. Polysomnography comes first; then whoever tells sleep from lying in bed; then
  a night before a nap; then devices before what was typed in; then the source that covers most nights, so that nights over time are of one kind.
  Another fills in only where that one is silent. Sources are never added up. ``prefer`` names a source instead; ``union``
  merges what all sources call sleep into one sleep-wake timeline, without stages.
* Stretches of one source that lie close together are one sleep, and so are those of a broken night, which may lie further
  apart; the time between counts as awake.
* The main sleep is the one the device calls so, else the longest; all others of that day are naps. A short sleep of another
  source, at a time of which the night's source is silent, is a nap too.
* A day of which only naps were recorded has no night: its naps are kept, and nothing is said of the night. A nap is what the device
  calls one, or a short sleep that begins in the day.
* Where it is asked for (``frame``), time in bed that another source recorded round a night frames it: what lies before and after the
  sleep counts as awake in bed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from lenitive.frozen import dataclass
from lenitive.knowledge import SleepDefinition, SleepLines
from lenitive.record import NIGHT_NUMBERS, DeviceClass, ObjectiveNight
from lenitive.sleep.session import Session, Span
from lenitive.sleep.stage import Stage
from lenitive.sleep.statistics import Architecture, architectures

__all__ = ["Night", "join", "nights", "sleep_day", "to_record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """The main sleep of one day, its naps, and its numbers.

    Attributes:
        day: The local day of the morning.
        main: The main sleep.
        naps: Other sleeps of that day, from the same source.
        architecture: Its numbers by the asked definition, or None when the file gave totals alone.
        others: Other sources that recorded a sleep for this day and were not used.
        only_naps: Whether no night was recorded, and the main sleep is the longest nap.
        framed_by: The source whose time in bed frames it; empty without.
    """

    day: date
    main: Session
    naps: tuple[Session, ...] = ()
    architecture: Architecture | None = None
    others: tuple[str, ...] = ()
    only_naps: bool = False
    framed_by: str = ""


def sleep_day(end: datetime, evening_hour: float) -> date:
    """The day a sleep belongs to, from when it ended (local) and the hour from which on it is the evening before."""
    return end.date() + timedelta(days=1) if end.hour >= evening_hour else end.date()


def _join_two(a: Session, b: Session) -> Session:
    gap_from = (a.end - a.start).total_seconds()
    shift = gap_from + 60 * _gap_min(a, b)
    between = (Span(start_s=gap_from, end_s=shift, stage=Stage.WAKE),) if shift > gap_from else ()
    later = tuple(replace(s, start_s=s.start_s + shift, end_s=s.end_s + shift) for s in b.spans)
    return replace(
        a, end=b.end, spans=(*a.spans, *between, *later), main=a.main if a.main is not None else b.main
    )


def _overlap_min(a: Session, b: Session) -> float:
    """Minutes that two sleeps share, by the local clock."""
    first = max(_when(a)[0], _when(b)[0])
    last = min(_when(a)[1], _when(b)[1])
    return (last - first).total_seconds() / 60


def _same_sleep(a: Session, b: Session) -> bool:
    """Whether two records of one source are the same sleep, told twice."""
    return _overlap_min(a, b) > min(a.minutes, b.minutes) / 2


def _worth(session: Session) -> tuple[bool, bool, float, int]:
    """Which of two records of one sleep counts: what knows sleep, what has its timeline, the longer, what has more to tell."""
    timed = bool(session.spans) or session.hypnogram is not None
    return session.knows_sleep, timed, session.minutes, len(session.spans) + len(session.totals)


# Sorted by start, a sleep can only be the same as one of the last few: no sleep lasts longer than two days.
_LATELY = 8


def distinct(sessions: Iterable[Session]) -> list[Session]:
    """Each sleep of a source once, in order of start, however often the files give it."""
    kept: dict[str, list[Session]] = defaultdict(list)
    for one in sorted(sessions, key=_when):
        own = kept[one.source]
        same = [i for i in range(max(0, len(own) - _LATELY), len(own)) if _same_sleep(own[i], one)]
        if not same:
            own.append(one)
            continue
        best = max([one, *(own[i] for i in same)], key=_worth)
        for i in reversed(same):
            del own[i]
        own.append(best)
    return sorted((s for own in kept.values() for s in own), key=_when)


def _in_one_night(a: Session, b: Session, lines: SleepLines) -> bool:
    """Whether the silence between two stretches lies within one night: it begins and ends between evening and morning."""
    until, evening = lines.broken_until_hour.value, lines.evening_hour.value

    def at_night(when: datetime) -> bool:
        hour = when.hour + when.minute / 60
        return hour < until or hour >= evening

    return _gap_min(a, b) < lines.broken_min.value and at_night(a.end) and at_night(b.start)


def join(sessions: Iterable[Session], lines: SleepLines) -> list[Session]:
    """Sessions in order of start, with timelines of one source that lie close together, or are one broken night, made one.

    Sleeps with totals alone, hypnograms, and sleeps the device itself marked as main or not are left as they are.
    """
    join_min = lines.join_min.value
    out: list[Session] = []
    last: dict[str, int] = {}
    for one in sorted(sessions, key=_when):
        at = last.get(one.source)
        before = None if at is None else out[at]
        joinable = bool(one.spans) and one.main is None and before is not None and bool(before.spans)
        if (
            joinable
            and at is not None
            and before is not None
            and before.main is None
            and _gap_min(before, one) >= 0
            and (_gap_min(before, one) < join_min or _in_one_night(before, one, lines))
        ):
            out[at] = _join_two(before, one)
        else:
            last[one.source] = len(out)
            out.append(one)
    return out


def _gap_min(a: Session, b: Session) -> float:
    """From the end of one sleep to the start of the next, min; by the local clock when either lacks an offset."""
    end, start = a.end, b.start
    if end.tzinfo is None or start.tzinfo is None:
        end, start = end.replace(tzinfo=None), start.replace(tzinfo=None)
    return (start - end).total_seconds() / 60


def _when(session: Session) -> tuple[datetime, datetime, str]:
    """An order for sleeps with and without an offset: by their local clock."""
    return session.start.replace(tzinfo=None), session.end.replace(tzinfo=None), session.source


def _main(sessions: Sequence[Session]) -> Session:
    """The main sleep of a day: the device's word, else the longest; the earlier of two equal ones."""
    said = [s for s in sessions if s.main] or list(sessions)
    return max(said, key=lambda s: (s.minutes, -_when(s)[0].timestamp()))


def nights(
    sessions: Iterable[Session],
    *,
    definition: SleepDefinition,
    lines: SleepLines,
    policy: Literal["one", "union"] = "one",
    prefer: str = "",
    frame: bool = False,
) -> list[Night]:
    """One night a day, in order of day; the rules are at the head of this module.

    Args:
        sessions: Recorded sleeps of one person, any number of sources.
        definition: How to count those that have a timeline or a hypnogram.
        lines: When an evening begins, and which stretches are one sleep.
        policy: One source a night, or the union of all sources' sleep.
        prefer: Part of a source's name, in any case; where sources of that name slept, they alone are used.
        frame: Whether time in bed that another source recorded frames the nights.
    """
    every = once = distinct(sessions)
    if prefer:
        once = [s for s in once if prefer.casefold() in s.source.casefold()]
    lain = [s for s in every if frame and not s.knows_sleep]
    joined = join(_union(once) if policy == "union" else once, lines)
    by_day: dict[date, dict[str, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for one in joined:
        by_day[one.day or sleep_day(one.end, lines.evening_hour.value)][one.source].append(one)
    covers = Counter(
        source
        for sources in by_day.values()
        for source, own in sources.items()
        if any(s.knows_sleep for s in own)
    )
    chosen: list[Night] = []
    for day in sorted(by_day):
        sources = by_day[day]
        source = min(sources, key=lambda s: (_rank(sources[s], lines), -covers[s], s))
        main = _main(sources[source])
        naps = [s for s in sources[source] if s is not main]
        others = [s for name, own in sorted(sources.items()) if name != source for s in own]
        added = _naps_elsewhere(others, sources[source], lines)
        left = {s.source for s in others if not any(s is nap for nap in added)}
        round_it = _frame_of(main, lain)
        night = Night(
            day=day,
            main=main if round_it is None else _framed(main, round_it),
            naps=(*naps, *added),
            others=tuple(sorted(left)),
            only_naps=all(_is_nap(s, lines) for own in sources.values() for s in own),
            framed_by="" if round_it is None else round_it.source,
        )
        chosen.append(night)
    scored = [(i, h) for i, n in enumerate(chosen) if (h := n.main.scored) is not None]
    for (i, _), numbers in zip(scored, architectures([h for _, h in scored], definition), strict=True):
        chosen[i] = replace(chosen[i], architecture=numbers)
    return chosen


def _is_nap(session: Session, lines: SleepLines) -> bool:
    """Whether a sleep is a nap by the device's word, or short and begun in the day."""
    if session.main is not None:
        return not session.main
    hour = session.start.hour + session.start.minute / 60
    in_the_day = lines.broken_until_hour.value <= hour < lines.evening_hour.value
    return in_the_day and session.minutes <= lines.nap_most_min.value


def _frame_of(main: Session, lain: Sequence[Session]) -> Session | None:
    """The time in bed that another source recorded round a sleep, the shortest of several; None without."""
    if not main.spans:
        return None
    (first, last, _), long = _when(main), timedelta(hours=24)
    around = [
        s
        for s in lain
        if s.source != main.source
        and _when(s)[0] <= first
        and last <= _when(s)[1]
        and s.minutes * timedelta(minutes=1) <= long
    ]
    return min(around, key=lambda s: (s.minutes, s.source), default=None)


def _framed(main: Session, bed: Session) -> Session:
    """A sleep as part of a time in bed, awake before and after."""
    before = (_when(main)[0] - _when(bed)[0]).total_seconds()
    after = (_when(bed)[1] - _when(main)[1]).total_seconds()
    length = (main.end - main.start).total_seconds()
    spans = tuple(replace(s, start_s=s.start_s + before, end_s=s.end_s + before) for s in main.spans)
    if before:
        spans = (Span(start_s=0.0, end_s=before, stage=Stage.WAKE), *spans)
    if after:
        spans = (*spans, Span(start_s=before + length, end_s=before + length + after, stage=Stage.WAKE))
    return replace(
        main,
        start=main.start - timedelta(seconds=before),
        end=main.end + timedelta(seconds=after),
        spans=spans,
    )


def _rank(sessions: Sequence[Session], lines: SleepLines) -> tuple[bool, bool, bool, bool]:
    """Polysomnography first, then what knows sleep, then a night before a nap, then devices before what was typed in."""
    kinds = {s.device_class for s in sessions}
    return (
        DeviceClass.PSG not in kinds,
        not any(s.knows_sleep for s in sessions),
        all(s.minutes <= lines.nap_most_min.value for s in sessions),
        kinds <= {DeviceClass.MANUAL},
    )


def _naps_elsewhere(
    others: Sequence[Session], own: Sequence[Session], lines: SleepLines
) -> tuple[Session, ...]:
    """Short sleeps of other sources at times of which the night's source is silent, each time once."""
    found: list[Session] = []
    for one in sorted(others, key=lambda s: (not s.knows_sleep, _when(s))):
        silent = all(_overlap_min(one, s) <= 0 for s in (*own, *found))
        if silent and one.minutes <= lines.nap_most_min.value:
            found.append(one)
    return tuple(sorted(found, key=_when))


def _union(sessions: list[Session]) -> list[Session]:
    """All sources' sleep as one sleep-wake timeline: asleep where any source says asleep, else awake where any does."""
    timed = [s for s in sessions if s.spans]
    out = [s for s in sessions if not s.spans]
    clusters: list[list[Session]] = []
    for one in sorted(timed, key=_when):
        if clusters and one.start.replace(tzinfo=None) < max(
            s.end.replace(tzinfo=None) for s in clusters[-1]
        ):
            clusters[-1].append(one)
        else:
            clusters.append([one])
    for cluster in clusters:
        first = min(cluster, key=_when)
        if len({s.source for s in cluster}) == 1:
            out.extend(cluster)
            continue
        zero = first.start.replace(tzinfo=None)
        spans: list[Span] = []
        # Written in this order, sleep of any source overwrites wake of another when epochs are cut.
        for asleep in (False, True):
            for s in cluster:
                shift = (s.start.replace(tzinfo=None) - zero).total_seconds()
                spans.extend(
                    Span(
                        start_s=p.start_s + shift,
                        end_s=p.end_s + shift,
                        stage=Stage.ASLEEP if asleep else Stage.WAKE,
                    )
                    for p in s.spans
                    if p.stage.is_sleep == asleep and p.stage != Stage.UNSCORED
                )
        kinds = {s.device_class for s in cluster}
        out.append(
            Session(
                source="union of " + ", ".join(sorted({s.source for s in cluster})),
                device_class=kinds.pop() if len(kinds) == 1 else DeviceClass.UNKNOWN,
                start=first.start,
                end=max(cluster, key=lambda s: s.end.replace(tzinfo=None)).end,
                spans=tuple(spans),
            )
        )
    return out


def _asleep_min(session: Session) -> float | None:
    """Minutes asleep in a nap, or None when its file does not say."""
    if "tst_min" in session.totals:
        return session.totals["tst_min"]
    scored = session.scored
    if scored is None:
        # What a person typed in as a nap has a beginning and an end, and no other word for sleep.
        return session.minutes if session.device_class is DeviceClass.MANUAL else None
    return float((scored.codes >= Stage.N1).sum() * scored.epoch_s / 60)


def to_record(night: Night) -> ObjectiveNight:
    """The night as the record keeps it: from the timeline by its definition, else the device's own totals."""
    session, a = night.main, night.architecture
    naps = (session, *night.naps) if night.only_naps else night.naps
    slept = [m for s in naps if (m := _asleep_min(s)) is not None]
    # Sleeps that a file gives over and over can add up to more than a day holds, and then say nothing of naps.
    napped = sum(slept) if slept and sum(slept) <= NIGHT_NUMBERS["nap_min"] else None
    common = {
        "day": night.day,
        "source": session.source,
        "device_class": session.device_class,
        "nap_min": napped,
    }
    if night.only_naps:
        named = a.definition if a is not None else session.totals_id or "device:times"
        return ObjectiveNight(definition=named, **common)  # type: ignore[arg-type]
    common |= {"start": session.start, "end": session.end}
    if a is None:
        stated = {k: v for k, v in session.totals.items() if k in ObjectiveNight.__slots__}
        if "tib_min" not in stated:
            stated["tib_min"] = session.minutes
        return ObjectiveNight(definition=session.totals_id or "device:times", **common, **stated)  # type: ignore[arg-type]
    scored = session.scored
    staged = scored is not None and scored.tells_stages
    lab = staged and scored is not None and scored.tells_n1_from_n2
    return ObjectiveNight(
        definition=a.definition,
        **common,  # type: ignore[arg-type]
        tib_min=a.tib_min,
        tst_min=a.tst_min,
        sol_min=a.sol_min,
        waso_min=a.waso_min,
        awakenings=a.awakenings,
        se_pct=a.se_pct,
        n1_min=a.n1_min if lab else None,
        n2_min=a.n2_min if lab else None,
        light_min=a.light_min if staged and not lab else None,
        n3_min=a.n3_min if staged else None,
        rem_min=a.rem_min if staged else None,
        rem_latency_min=a.rem_latency_min if staged else None,
    )
