"""Reads diaries from files as apps and spreadsheets write them: ready mappings of known apps, a record's own tables, and any table.

Each module beside this one is a reader, or several; ``files.reader`` says how one is added. An app whose export is one table needs no
module: a mapping file in ``intake/mappings`` with a ``[recognise]`` part is a reader.
"""

from __future__ import annotations

from lenitive.files import Reader, readers_in
from lenitive.intake.diary_table import Imported

__all__ = ["diary_readers"]


def diary_readers() -> tuple[Reader[Imported], ...]:
    """Every reader of diaries that knows its files by their columns, by name."""
    return readers_in(__name__)
