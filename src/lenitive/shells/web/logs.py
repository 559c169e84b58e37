"""Log lines as JSON, with nothing in them that a caller did not name: no message of a library, no value of a patient."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

__all__ = ["JsonLine"]

_NAMED = ("route", "method", "status", "ms", "user", "job", "rule")


class JsonLine(logging.Formatter):
    """One record a line.

    The text of an exception may quote a value from the database; its class, and where it was raised, do not.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
        }
        if record.name.startswith("lenitive."):
            line["what"] = record.msg
        line |= {name: getattr(record, name) for name in _NAMED if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            trace = record.exc_info[2]
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            line["error"] = record.exc_info[0].__name__
            if trace is not None:
                line["in"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
        return json.dumps(line)
