"""From bytes outside to a record, with every problem listed; and back to the same bytes."""

from lenitive.intake.folder import FILES, Reading, read_folder
from lenitive.intake.text import LIMIT_BYTES
from lenitive.intake.write import write_folder

__all__ = ["FILES", "LIMIT_BYTES", "Reading", "read_folder", "write_folder"]
