"""What each number means. Two systems may both say "sleep onset" and mean different minutes of the same night.

Every statistic carries the id of the definition that made it, and numbers of different ids are never pooled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lenitive.terms import Source

__all__ = [
    "DEFAULT",
    "DEFINITIONS",
    "DREEM_2020",
    "LIGHTS",
    "YASA",
    "Definition",
    "MixedDefinitionsError",
    "one_id",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One system's reading of the same hypnogram.

    Attributes:
        id: Stable name that every value carries.
        words: What sets it apart, one sentence.
        source: Where it is written down.
        onset_epochs: Sleep epochs in a row that make sleep onset.
        onset_at: Whether onset is the first or the last epoch of that row.
        persistent_min: Minutes of unbroken sleep that make persistent sleep.
        persistent_at: Whether persistent sleep dates from the first or the last epoch of that row.
        sleep_from: Whether sleep (and its stages) counts over the whole record, or from onset on.
        unscored_is_sleep: Whether an epoch that was not scored counts toward total sleep time after onset.
        wake_until: Whether wake after onset ends with the last sleep epoch or with the record.
        share_of: Whether a stage's share is of total sleep time or of the whole record.
        latencies_from: Whether REM and N3 latency run from the start of the record or from onset, or are not defined.
    """

    id: str
    words: str
    source: Source
    onset_epochs: int
    onset_at: Literal["first", "last"]
    persistent_min: float
    persistent_at: Literal["first", "last"]
    sleep_from: Literal["record", "onset"]
    unscored_is_sleep: bool
    wake_until: Literal["last_sleep", "record"]
    share_of: Literal["tst", "record"]
    latencies_from: Literal["record", "onset", "undefined"]


YASA = Definition(
    id="yasa-0.8",
    words="Onset is the first epoch of any sleep; wake after onset ends with the last sleep epoch; shares are of total "
    "sleep time; REM and N3 latency run from the start of the record; epochs not scored are neither sleep nor wake.",
    source=Source(
        article="https://github.com/raphaelvallat/yasa", at="0.8.1, Hypnogram.sleep_statistics, Notes"
    ),
    onset_epochs=1,
    onset_at="first",
    persistent_min=5,
    persistent_at="first",
    sleep_from="record",
    unscored_is_sleep=False,
    wake_until="last_sleep",
    share_of="tst",
    latencies_from="record",
)

DREEM_2020 = Definition(
    id="dreem-2020",
    words="Onset is the third sleep epoch in a row; sleep counts from there on, epochs not scored among it; wake after "
    "onset runs to the end of the record; shares are of the whole record; REM latency is not defined.",
    source=Source(
        article="https://github.com/Dreem-Organization/dreem-learning-evaluation",
        at="evaluation.py, compute_night_metrics (Guillot et al. 2020, doi:10.1109/TNSRE.2020.3011181)",
    ),
    onset_epochs=3,
    onset_at="last",
    persistent_min=5,
    persistent_at="last",
    sleep_from="onset",
    unscored_is_sleep=True,
    wake_until="record",
    share_of="record",
    latencies_from="undefined",
)

LIGHTS = Definition(
    id="lights-to-lights",
    words="Recording runs from lights out to lights on; onset is the first epoch of any sleep; wake after onset runs to "
    "lights on; shares are of total sleep time; REM and N3 latency run from lights out.",
    source=Source(article="https://pmc.ncbi.nlm.nih.gov/articles/PMC4730747/table/Tab1", at="Table 1"),
    onset_epochs=1,
    onset_at="first",
    persistent_min=10,
    persistent_at="first",
    sleep_from="record",
    unscored_is_sleep=False,
    wake_until="record",
    share_of="tst",
    latencies_from="record",
)

DEFINITIONS: dict[str, Definition] = {d.id: d for d in (YASA, DREEM_2020, LIGHTS)}
DEFAULT = YASA


class MixedDefinitionsError(ValueError):
    """Values made by different definitions were about to be pooled."""


def one_id(ids: set[str]) -> str:
    """The one definition that all values share.

    Raises:
        MixedDefinitionsError: When there are several; the remedy is to compute all from hypnograms by one of them, or to
            report each on its own.
    """
    if len(ids) != 1:
        raise MixedDefinitionsError(
            f"values of {len(ids)} definitions ({', '.join(sorted(ids))}) are never pooled; report each on its own"
        )
    return next(iter(ids))
