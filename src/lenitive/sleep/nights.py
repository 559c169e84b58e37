"""From recorded sleeps to one night a day: which source counts, what is a nap, and to which day a night belongs.

The rules are ours, and stated here once; their numbers stand in the knowledge (``judgement/sleep.toml``):

* A night belongs to the local day of the morning on which it ended. A sleep that ends in the evening belongs to the next
  day: it is the evening before that day's night.
* One source a night. Polysomnography comes first, then the source that covers most nights, so that nights over time
  are of one kind; another fills in only where that one is silent. Sources are never added up. ``union`` instead merges
  what all sources call sleep into one sleep-wake timeline, without stages.
* Stretches of one source that lie close together are one sleep; the time between counts as awake.
* The main sleep is the one the device calls so, else the longest; all others of that day are naps.
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
    """

    day: date
    main: Session
    naps: tuple[Session, ...] = ()
    architecture: Architecture | None = None
    others: tuple[str, ...] = ()


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


def join(sessions: Iterable[Session], join_min: float) -> list[Session]:
    """Sessions in order of start, with timelines of one source that lie less than so many minutes apart made one.

    Sleeps with totals alone, hypnograms, and sleeps the device itself marked as main or not are left as they are.
    """
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
            and 0 <= _gap_min(before, one) < join_min
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
) -> list[Night]:
    """One night a day, in order of day; the rules are at the head of this module.

    Args:
        sessions: Recorded sleeps of one person, any number of sources.
        definition: How to count those that have a timeline or a hypnogram.
        lines: When an evening begins, and which stretches are one sleep.
        policy: One source a night, or the union of all sources' sleep.
    """
    joined = join(_union(list(sessions)) if policy == "union" else sessions, lines.join_min.value)
    by_day: dict[date, dict[str, list[Session]]] = defaultdict(lambda: defaultdict(list))
    for one in joined:
        by_day[sleep_day(one.end, lines.evening_hour.value)][one.source].append(one)
    covers = Counter(source for sources in by_day.values() for source in sources)
    chosen: list[Night] = []
    for day in sorted(by_day):
        sources = by_day[day]
        source = min(sources, key=lambda s: (_rank(sources[s]), -covers[s], s))
        main = _main(sources[source])
        naps = tuple(s for s in sources[source] if s is not main)
        chosen.append(
            Night(day=day, main=main, naps=naps, others=tuple(sorted(s for s in sources if s != source)))
        )
    scored = [(i, h) for i, n in enumerate(chosen) if (h := n.main.scored) is not None]
    for (i, _), numbers in zip(scored, architectures([h for _, h in scored], definition), strict=True):
        chosen[i] = replace(chosen[i], architecture=numbers)
    return chosen


def _rank(sessions: Sequence[Session]) -> int:
    """Polysomnography before devices, devices before what was typed in."""
    kinds = {s.device_class for s in sessions}
    return 0 if DeviceClass.PSG in kinds else 2 if kinds <= {DeviceClass.MANUAL} else 1


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
        return None
    return float((scored.codes >= Stage.N1).sum() * scored.epoch_s / 60)


def to_record(night: Night) -> ObjectiveNight:
    """The night as the record keeps it: from the timeline by its definition, else the device's own totals."""
    session, a = night.main, night.architecture
    slept = [m for s in night.naps if (m := _asleep_min(s)) is not None]
    # Sleeps that a file gives over and over can add up to more than a day holds, and then say nothing of naps.
    napped = sum(slept) if slept and sum(slept) <= NIGHT_NUMBERS["nap_min"] else None
    common = {
        "day": night.day,
        "source": session.source,
        "device_class": session.device_class,
        "start": session.start,
        "end": session.end,
        "nap_min": napped,
    }
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
