"""Parses all knowledge and keeps it for the next start: ``python -m lenitive.knowledge.parse_ahead [FILE]``.

The build runs it, and so does ``bootstrap.py`` after an edit; without it every command parses the files it needs.
"""

from __future__ import annotations

import sys
from functools import cached_property
from pathlib import Path
from pickle import UnpicklingError

from lenitive.knowledge.fault import KnowledgeError
from lenitive.knowledge.load import Knowledge
from lenitive.knowledge.parsed import FILE, read_parsed, write_parsed

__all__ = ["parse_ahead"]


def parse_ahead(path: Path = FILE) -> bool:
    """Bring the file of parsed parts up to date.

    Returns:
        Whether it had to be written.

    Raises:
        KnowledgeError: When a knowledge file has faults.
        OSError: When the file cannot be written.
    """
    knowledge = Knowledge.snapshot()
    if read_parsed(knowledge.version, path) is not None:
        return False
    for name, member in vars(Knowledge).items():
        if isinstance(member, cached_property):
            getattr(knowledge, name)
    for drug in knowledge.drugs:
        knowledge.drugs[drug]
    write_parsed(knowledge.parts, knowledge.version, path)
    return True


if __name__ == "__main__":
    try:
        parse_ahead(*map(Path, sys.argv[1:2]))
    except (KnowledgeError, OSError, UnpicklingError) as error:
        sys.exit(f"the knowledge was not parsed ahead: {error}")
