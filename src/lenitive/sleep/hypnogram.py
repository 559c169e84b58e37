"""A night as a row of scored epochs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.sleep.stage import Stage, stage_of

__all__ = ["Hypnogram"]

_CODES = frozenset(int(s) for s in Stage)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hypnogram:
    """Scored epochs of equal length, from the start to the end of the recording.

    Attributes:
        codes: One ``Stage`` number an epoch (int8, read-only), shape ``epoch``.
        epoch_s: Length of an epoch, seconds.
        start: When the first epoch began, or None when the file does not say. Without an offset it is local time.
        scorer: Who or what scored it.

    Raises:
        ValueError: When there is no epoch, a code is no stage, or an epoch has no positive length.
    """

    codes: NDArray[np.int8]
    epoch_s: float = 30.0
    start: datetime | None = None
    scorer: str = ""

    def __post_init__(self) -> None:
        codes = np.asarray(self.codes)
        if codes.ndim != 1 or codes.size == 0:
            raise ValueError("a hypnogram is one row of at least one epoch")
        if not np.issubdtype(codes.dtype, np.integer):
            raise ValueError("a hypnogram holds whole-number stage codes")
        if int(codes.min()) < min(_CODES) or int(codes.max()) > max(_CODES):
            raise ValueError("a code names no stage")
        if not (np.isfinite(self.epoch_s) and self.epoch_s > 0):
            raise ValueError("an epoch lasts a positive number of seconds")
        kept = codes.astype(np.int8, copy=True)
        kept.flags.writeable = False
        object.__setattr__(self, "codes", kept)

    @classmethod
    def of_words(
        cls,
        words: Iterable[str],
        *,
        epoch_s: float = 30.0,
        start: datetime | None = None,
        scorer: str = "",
    ) -> Hypnogram:
        """A hypnogram from stage names, one an epoch.

        Raises:
            UnknownStageError: When a word names no stage.
        """
        codes = np.array([stage_of(w) for w in words], dtype=np.int8)
        return cls(codes=codes, epoch_s=epoch_s, start=start, scorer=scorer)

    def __len__(self) -> int:
        return int(self.codes.size)

    @property
    def minutes(self) -> float:
        """Length of the recording, min."""
        return self.codes.size * self.epoch_s / 60

    @property
    def end(self) -> datetime | None:
        """When the last epoch ended, or None without a start."""
        return None if self.start is None else self.start + timedelta(minutes=self.minutes)

    @property
    def stages(self) -> Sequence[Stage]:
        """The epochs as stages."""
        return tuple(Stage(int(c)) for c in self.codes)

    @property
    def tells_n1_from_n2(self) -> bool:
        """Whether light sleep is told apart, as a laboratory does."""
        return not bool(np.isin(self.codes, (Stage.LIGHT, Stage.ASLEEP)).any())

    @property
    def tells_stages(self) -> bool:
        """Whether any stage of sleep is told apart at all."""
        return not bool((self.codes == Stage.ASLEEP).any())

    def crop(self, first: int, last: int | None = None) -> Hypnogram:
        """The epochs from ``first`` up to but not including ``last``: lights-off to lights-on, say."""
        start = None if self.start is None else self.start + timedelta(seconds=first * self.epoch_s)
        return Hypnogram(codes=self.codes[first:last], epoch_s=self.epoch_s, start=start, scorer=self.scorer)
