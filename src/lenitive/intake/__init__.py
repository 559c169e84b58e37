"""From bytes outside to a record, with every problem listed; and back to the same bytes."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door
from lenitive.intake.folder import FILES, RecordReading, read_folder
from lenitive.intake.text import LIMIT_BYTES
from lenitive.intake.write import write_folder

if TYPE_CHECKING:
    from lenitive.intake.blank import begun_folder
    from lenitive.intake.diary_table import Imported, import_table
    from lenitive.intake.draft import DraftHints, draft_of
    from lenitive.intake.drafted import import_drafted
    from lenitive.intake.mapping import read_mapping
    from lenitive.intake.names import WrittenNames, suggestion
    from lenitive.intake.options import DiaryOptions
    from lenitive.intake.readers import diary_readers
    from lenitive.intake.report import ProblemReport
    from lenitive.intake.scripts import LOOK_ALIKE
    from lenitive.intake.source import SOURCE_LIMIT_BYTES

__all__ = [
    "FILES",
    "LIMIT_BYTES",
    "LOOK_ALIKE",
    "SOURCE_LIMIT_BYTES",
    "DiaryOptions",
    "DraftHints",
    "Imported",
    "ProblemReport",
    "RecordReading",
    "WrittenNames",
    "begun_folder",
    "diary_readers",
    "draft_of",
    "import_drafted",
    "import_table",
    "read_folder",
    "read_mapping",
    "suggestion",
    "write_folder",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "blank": ("begun_folder",),
            "diary_table": ("Imported", "import_table"),
            "draft": ("DraftHints", "draft_of"),
            "drafted": ("import_drafted",),
            "options": ("DiaryOptions",),
            "readers": ("diary_readers",),
            "mapping": ("read_mapping",),
            "names": (
                "WrittenNames",
                "suggestion",
            ),
            "report": ("ProblemReport",),
            "scripts": ("LOOK_ALIKE",),
            "source": ("SOURCE_LIMIT_BYTES",),
        },
    )
