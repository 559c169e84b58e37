"""What a night was made of, by a stated definition.

One calculation serves a single night and ten thousand: rows are nights, columns epochs, shorter nights are padded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import SleepDefinition
from lenitive.sleep.hypnogram import Hypnogram
from lenitive.sleep.stage import Stage

__all__ = ["Architecture", "architecture", "architectures"]

_PAD = np.int8(-2)
_CHUNK = 512  # nights worked on together: the arrays of a chunk stay in a core's cache

Bool = NDArray[np.bool_]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One night's numbers. None means that the night or the definition has no such number.

    Attributes:
        definition: Id of the definition behind every number here.
        tib_min: Time in bed: the whole record, min.
        spt_min: Sleep period: first to last sleep epoch, min.
        tst_min: Total sleep time, min.
        sol_min: Sleep-onset latency, min.
        lps_min: Latency to persistent sleep, min.
        waso_min: Wake after sleep onset, min.
        awakenings: Runs of wake, however short, between sleep onset and the last sleep epoch.
        se_pct: Sleep efficiency: total sleep time over time in bed, %.
        sme_pct: Sleep maintenance efficiency: total sleep time over the sleep period, %.
        sfi_per_h: Fragmentation: steps from sleep to wake, an hour of total sleep time.
        wake_min: Wake in the whole record, min.
        n1_min, n2_min, n3_min, rem_min, light_min, asleep_min: Minutes in each stage.
        unscored_min: Minutes that were not scored.
        n1_pct, n2_pct, n3_pct, rem_pct, light_pct, asleep_pct, wake_pct: Shares, of what the definition says, %;
            the share of wake is always of the whole record.
        rem_latency_min, n3_latency_min: To the first epoch of REM or N3, min.
    """

    definition: str
    tib_min: float
    spt_min: float
    tst_min: float
    sol_min: float | None
    lps_min: float | None
    waso_min: float | None
    awakenings: int | None
    se_pct: float
    sme_pct: float | None
    sfi_per_h: float | None
    wake_min: float
    n1_min: float
    n2_min: float
    n3_min: float
    rem_min: float
    light_min: float
    asleep_min: float
    unscored_min: float
    wake_pct: float
    n1_pct: float | None
    n2_pct: float | None
    n3_pct: float | None
    rem_pct: float | None
    light_pct: float | None
    asleep_pct: float | None
    rem_latency_min: float | None
    n3_latency_min: float | None

    def items(self) -> Iterator[tuple[str, float | int | None]]:
        """Names and values, the definition's id left out."""
        return ((f.name, getattr(self, f.name)) for f in fields(self) if f.name != "definition")


_STAGES = {
    "n1": Stage.N1,
    "n2": Stage.N2,
    "n3": Stage.N3,
    "rem": Stage.REM,
    "light": Stage.LIGHT,
    "asleep": Stage.ASLEEP,
}


def _first(mask: Bool) -> tuple[NDArray[np.intp], Bool]:
    """Column of the first True of each row, and whether there is one."""
    at = mask.argmax(axis=1)
    return at, mask[np.arange(len(mask)), at]


def _run(sleep: Bool, length: int, at: str) -> tuple[NDArray[np.intp], Bool]:
    """Where the first row of ``length`` sleep epochs begins (or ends), and whether there is one."""
    if length == 1:
        return _first(sleep)
    if sleep.shape[1] < length:
        return np.zeros(len(sleep), dtype=np.intp), np.zeros(len(sleep), dtype=np.bool_)
    total = np.cumsum(sleep, axis=1, dtype=np.int32)
    before = np.zeros_like(total)
    before[:, length:] = total[:, :-length]
    whole = total - before == length
    whole[:, : length - 1] = False
    last, found = _first(whole)
    return (last if at == "last" else last - (length - 1)), found


def _chunk(
    codes: NDArray[np.int8], lengths: NDArray[np.intp], epoch_s: float, d: SleepDefinition
) -> dict[str, Float]:
    """All numbers for nights of one epoch length; NaN where there is none. ``codes`` is ``night epoch``, padded."""
    epochs = codes.shape[1]
    column = np.arange(epochs)
    per_min = 60.0 / epoch_s
    sleep, wake = codes >= Stage.N1, codes == Stage.WAKE
    first, any_sleep = _first(sleep)
    last = epochs - 1 - sleep[:, ::-1].argmax(axis=1)
    onset, has_onset = _run(sleep, d.onset_epochs, d.onset_at)
    # A whole number of epochs, rounded up; the small amount keeps 5 min / 30 s at 10 epochs.
    persistent = max(1, int(np.ceil(d.persistent_min * per_min - 1e-9)))
    lps, has_lps = _run(sleep, persistent, d.persistent_at)

    after = (column >= onset[:, None]) & has_onset[:, None]
    inside = after & (column <= last[:, None])
    counted = after if d.sleep_from == "onset" else np.ones_like(after)
    out: dict[str, Float] = {}

    def minutes(mask: Bool) -> Float:
        return np.asarray(mask.sum(axis=1) / per_min, dtype=np.float64)

    unscored = codes == Stage.UNSCORED
    asleep = sleep | unscored if d.unscored_is_sleep else sleep
    tib = lengths / per_min
    tst = minutes(asleep & counted)
    out["tib_min"], out["tst_min"] = tib, tst
    out["spt_min"] = np.where(any_sleep, (last - first + 1) / per_min, 0.0)
    out["sol_min"] = np.where(has_onset, onset / per_min, np.nan)
    out["lps_min"] = np.where(has_lps, lps / per_min, np.nan)
    span = inside if d.wake_until == "last_sleep" else after
    out["waso_min"] = np.where(has_onset, minutes(wake & span), np.nan)
    starts = wake[:, 1:] & ~wake[:, :-1] & inside[:, 1:]
    out["awakenings"] = np.where(has_onset, starts.sum(axis=1), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        out["se_pct"] = 100 * tst / tib
        out["sme_pct"] = np.where(any_sleep, 100 * tst / out["spt_min"], np.nan)
        steps = (sleep[:, :-1] & wake[:, 1:]).sum(axis=1)
        out["sfi_per_h"] = np.where(tst > 0, steps / (tst / 60), np.nan)
        out["wake_min"] = minutes(wake)
        out["unscored_min"] = minutes(unscored)
        out["wake_pct"] = 100 * out["wake_min"] / tib
        whole = tst if d.share_of == "tst" else tib
        for name, stage in _STAGES.items():
            time = minutes((codes == stage) & counted)
            out[f"{name}_min"] = time
            out[f"{name}_pct"] = np.where(tst > 0, 100 * time / whole, np.nan)
    zero = onset if d.latencies_from == "onset" else 0
    for name in ("rem", "n3"):
        where, found = _first((codes == _STAGES[name]) & counted)
        known = (
            found & (has_onset if d.latencies_from == "onset" else True) & (d.latencies_from != "undefined")
        )
        out[f"{name}_latency_min"] = np.where(known, (where - zero) / per_min, np.nan)
    return out


def _rows(values: dict[str, Float], d: SleepDefinition) -> Iterator[Architecture]:
    """Columns of numbers as one value a night."""
    columns = {name: [None if v != v else v for v in column.tolist()] for name, column in values.items()}
    columns["awakenings"] = [None if v is None else int(v) for v in columns["awakenings"]]
    names = list(columns)
    for row in zip(*columns.values(), strict=True):
        yield Architecture(definition=d.id, **dict(zip(names, row, strict=True)))


def architectures(nights: Sequence[Hypnogram], definition: SleepDefinition) -> list[Architecture]:
    """The numbers of many nights, in their order, all by one definition.

    Nights of different length and epoch length may be mixed; they are worked on in groups.
    """
    done: list[Architecture | None] = [None] * len(nights)
    groups: dict[float, list[int]] = {}
    for i, night in enumerate(nights):
        groups.setdefault(night.epoch_s, []).append(i)
    for epoch_s, members in groups.items():
        members.sort(key=lambda i: len(nights[i]))
        for begin in range(0, len(members), _CHUNK):
            some = members[begin : begin + _CHUNK]
            lengths = np.array([len(nights[i]) for i in some], dtype=np.intp)
            codes = np.full((len(some), int(lengths.max())), _PAD, dtype=np.int8)
            for row, i in enumerate(some):
                codes[row, : lengths[row]] = nights[i].codes
            rows = _rows(_chunk(codes, lengths, epoch_s, definition), definition)
            for i, one in zip(some, rows, strict=True):
                done[i] = one
    return [one for one in done if one is not None]


def architecture(night: Hypnogram, definition: SleepDefinition) -> Architecture:
    """One night's numbers, by a stated definition."""
    return architectures([night], definition)[0]
