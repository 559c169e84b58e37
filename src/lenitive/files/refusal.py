"""Why a file cannot be used at all."""

from __future__ import annotations

from enum import StrEnum

from lenitive.terms import Problem

__all__ = ["FileRefusal", "RefusedError"]


class FileRefusal(StrEnum):
    """Why a file gave nothing."""

    UNKNOWN_FORMAT = "unknown_format"
    NOT_READ = "not_read"
    """A kind of file that is known, and that nothing here reads."""
    NOT_SLEEP = "not_sleep"
    EMPTY = "empty"
    BROKEN = "broken"
    DANGEROUS = "dangerous"
    NOT_ONE_NIGHT = "not_one_night"


class RefusedError(Exception):
    """Raised inside a reader when a file cannot be used; it becomes the reading's one fatal problem."""

    def __init__(
        self,
        why: FileRefusal,
        what: str,
        remedy: str,
        *,
        line: int | None = None,
        key: str | None = None,
        before: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(what)
        self.why, self.what, self.remedy = why, what, remedy
        self.line, self.key, self.before = line, key, before
