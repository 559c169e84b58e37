"""What a file from outside is, before anyone asks what it says: its container, its encoding, its cells, its dates."""

from typing import TYPE_CHECKING

from lenitive.doors import room_door

if TYPE_CHECKING:
    from lenitive.files.archive import Counted, opened
    from lenitive.files.content import LIMIT, load_json, refuse_long_lines, text_of, whole
    from lenitive.files.dates import day_from, ends_with_year, in_order, misfit, order_found
    from lenitive.files.grid import Grid, grid_of
    from lenitive.files.known import not_read
    from lenitive.files.probe import FileForm, Probe, probed
    from lenitive.files.reader import Reader, readers_in, recognised
    from lenitive.files.refusal import FileRefusal, RefusedError

__all__ = [
    "LIMIT",
    "Counted",
    "FileForm",
    "FileRefusal",
    "Grid",
    "Probe",
    "Reader",
    "RefusedError",
    "day_from",
    "ends_with_year",
    "grid_of",
    "in_order",
    "load_json",
    "misfit",
    "not_read",
    "opened",
    "order_found",
    "probed",
    "readers_in",
    "recognised",
    "refuse_long_lines",
    "text_of",
    "whole",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = room_door(
        __name__,
        {
            "archive": (
                "Counted",
                "opened",
            ),
            "content": (
                "LIMIT",
                "load_json",
                "refuse_long_lines",
                "text_of",
                "whole",
            ),
            "dates": (
                "day_from",
                "ends_with_year",
                "in_order",
                "misfit",
                "order_found",
            ),
            "grid": (
                "Grid",
                "grid_of",
            ),
            "known": ("not_read",),
            "probe": (
                "FileForm",
                "Probe",
                "probed",
            ),
            "reader": (
                "Reader",
                "readers_in",
                "recognised",
            ),
            "refusal": (
                "FileRefusal",
                "RefusedError",
            ),
        },
    )
