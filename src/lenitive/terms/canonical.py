"""One spelling for a value, and its digest: equal values give equal digests on every machine and every Python.

A whole number is spelt the same whether it is 15 or 15.0, and zero has no sign, as ``==`` has it. Mappings and sets have no
order. A dataclass carries its name, so that two kinds of thing with equal fields differ; a field that has its default is not spelt,
so that a new field changes no digest of a value that does not use it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import Enum
from functools import cache
from typing import Any

__all__ = ["canonical", "digest"]


@cache
def _names(kind: Any) -> tuple[tuple[str, object], ...]:
    """The fields of a class, which a record of a year has in hundreds of values, each with its default."""
    return tuple(
        (f.name, f.default if f.default_factory is MISSING else f.default_factory()) for f in fields(kind)
    )


def _told(value: object, kind: type) -> Iterator[tuple[str, object]]:
    for name, default in _names(kind):
        given = getattr(value, name)
        if default is MISSING or given != default:
            yield name, given


def _form(value: object) -> Any:
    match value:
        case Enum():
            return _form(value.value)
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            if not math.isfinite(value):
                raise ValueError("a number that is not finite has no canonical form")
            return int(value) if value.is_integer() else float(value)
        case date() | time():
            return value.isoformat()
        case tuple() | list():
            return [_form(v) for v in value]
    # Before the abstract kinds, which are asked one by one whether they know the class.
    if is_dataclass(value) and not isinstance(value, type):
        kind = type(value)
        return {kind.__name__: {name: _form(given) for name, given in _told(value, kind)}}
    match value:
        case Mapping():
            return {"of": sorted(([_form(k), _form(v)] for k, v in value.items()), key=_text)}
        case AbstractSet():
            return sorted((_form(v) for v in value), key=_text)
        case Sequence():
            return [_form(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _text(form: object) -> str:
    return json.dumps(form, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: object) -> bytes:
    """The one spelling of a value.

    Raises:
        TypeError: When something in it has none.
        ValueError: When a number is not finite.
    """
    return _text(_form(value)).encode("ascii")


def digest(value: object) -> str:
    """The SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
