"""Names of treatments and studies as people type them: space around them and capitals make no difference."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["as_one", "label_key"]


def label_key(name: object) -> str:
    """What makes two names the same: letters without regard to capitals, runs of space as one."""
    return " ".join(str(name).split()).casefold()


def as_one(names: Sequence[object]) -> tuple[list[str], tuple[str, ...]]:
    """Every name in the spelling in which it occurs first, and the spellings that were joined."""
    first: dict[str, str] = {}
    spelled: dict[str, dict[str, None]] = {}
    out = []
    for name in names:
        key = label_key(name)
        out.append(first.setdefault(key, " ".join(str(name).split())))
        spelled.setdefault(key, {})[" ".join(str(name).split())] = None
    joined = tuple(", ".join(s) for s in spelled.values() if len(s) > 1)
    return out, joined
