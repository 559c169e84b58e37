"""Sleep stages as small whole numbers, and the words by which files call them."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Stage", "UnknownStageError", "stage_of"]


class Stage(IntEnum):
    """What an epoch was scored as.

    The first six are the laboratory's. Devices that cannot tell N1 from N2 say ``LIGHT``; devices (and actigraphs)
    that know sleep from wake alone say ``ASLEEP``. Neither is ever counted as N1 or N2.
    """

    UNSCORED = -1
    WAKE = 0
    N1 = 1
    N2 = 2
    N3 = 3
    REM = 4
    LIGHT = 5
    ASLEEP = 6

    @property
    def words(self) -> str:
        """What a reader sees."""
        return _WORDS[self]

    @property
    def is_sleep(self) -> bool:
        """Whether the epoch counts as sleep."""
        return self >= Stage.N1


_WORDS = {
    Stage.UNSCORED: "not scored",
    Stage.WAKE: "wake",
    Stage.N1: "N1",
    Stage.N2: "N2",
    Stage.N3: "N3",
    Stage.REM: "REM",
    Stage.LIGHT: "light",
    Stage.ASLEEP: "asleep",
}


class UnknownStageError(ValueError):
    """A word or number that names no stage we know."""


_SPELLINGS: dict[Stage, tuple[str, ...]] = {
    # Numbers are those most hypnogram files use: 0 wake, 1-3 N1-N3, 4 REM (YASA, Dreem); 5 is REM where stage 4 of
    # the older rules is in use (NSRR, Profusion), which those readers translate themselves.
    Stage.UNSCORED: (
        "-1", "-2", "?", "uns", "unscored", "unknown", "not scored", "art", "artefact", "artifact", "m", "mt",
        "movement", "movement time",
    ),
    Stage.WAKE: ("0", "w", "wake", "awake", "stage w", "s0", "wk", "awake in bed"),
    Stage.N1: ("1", "n1", "s1", "stage 1", "nrem1", "nrem 1", "stage n1"),
    Stage.N2: ("2", "n2", "s2", "stage 2", "nrem2", "nrem 2", "stage n2"),
    Stage.N3: (
        "3", "n3", "s3", "s4", "n4", "stage 3", "stage 4", "nrem3", "nrem 3", "stage n3", "sws", "deep", "deep sleep",
    ),
    Stage.REM: ("4", "r", "rem", "stage r", "rem sleep"),
    Stage.LIGHT: ("light", "core", "light sleep"),
    Stage.ASLEEP: ("s", "sleep", "asleep", "sleeping"),
}  # fmt: skip
_BY_WORD = {word: stage for stage, words in _SPELLINGS.items() for word in words}
# "Sleep stage 4" is a phrase of EDF+, whose numbers are those of Rechtschaffen and Kales (EDF+ standard texts,
# www.edfplus.info/specs/edftexts.html): 4 is the deepest sleep there, and REM has its letter.
_EDF_PHRASE = "sleep stage "
_EDF_NUMBERS = {"0": Stage.WAKE, "1": Stage.N1, "2": Stage.N2, "3": Stage.N3, "4": Stage.N3}


def stage_of(word: str) -> Stage:
    """The stage a word names, upper or lower case.

    Raises:
        UnknownStageError: When it names none; the remedy is to map the file's words to those listed here.
    """
    key = " ".join(word.replace("_", " ").split()).casefold()
    try:
        if key.startswith(_EDF_PHRASE):
            rest = key.removeprefix(_EDF_PHRASE)
            return _EDF_NUMBERS[rest] if rest.isdigit() else _BY_WORD[rest]
        return _BY_WORD[key]
    except KeyError:
        raise UnknownStageError("not the name of a sleep stage") from None
