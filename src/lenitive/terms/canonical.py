"""One spelling for a value, and its digest: equal values give equal digests on every machine and every Python.

A whole number is spelt the same whether it is 15 or 15.0, and zero has no sign, as ``==`` has it. Mappings and sets have no
order. A dataclass carries its name, so that two kinds of thing with equal fields differ; a field that has its default is not spelt,
so that a new field changes no digest of a value that does not use it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, time
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any

__all__ = ["canonical", "digest"]


Way = Callable[[Any], Any]


def _number(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a number that is not finite has no canonical form")
    return int(value) if value.is_integer() else float(value)


def _of_dataclass(kind: Any) -> Way:
    """A record of a year holds hundreds of values of a class, so what its fields are is looked up once."""
    own = tuple(
        (f.name, f.default if f.default_factory is MISSING else f.default_factory()) for f in fields(kind)
    )
    told = attrgetter(*(name for name, _ in own)) if len(own) > 1 else None

    def way(value: Any) -> dict[str, dict[str, Any]]:
        given = told(value) if told else [getattr(value, name) for name, _ in own]
        return {
            kind.__name__: {
                name: v if v.__class__ is str else _way(v.__class__)(v)
                for (name, default), v in zip(own, given, strict=True)
                if default is MISSING or v != default
            }
        }

    return way


@cache
def _way(kind: Any) -> Way:
    """How a value of a class is spelt; the order of the questions matters, for a class may be of several kinds."""
    if issubclass(kind, Enum):
        return lambda v: _form(v.value)
    if issubclass(kind, type(None) | bool | str):
        return lambda v: v
    if issubclass(kind, int):
        return int
    if issubclass(kind, float):
        return _number
    if issubclass(kind, date | time):
        return lambda v: v.isoformat()
    if issubclass(kind, tuple | list):
        return lambda v: [_way(x.__class__)(x) for x in v]
    if is_dataclass(kind):
        return _of_dataclass(kind)
    if issubclass(kind, Mapping):
        return lambda v: {"of": sorted(([_form(k), _form(x)] for k, x in v.items()), key=_text)}
    if issubclass(kind, AbstractSet):
        return lambda v: sorted((_form(x) for x in v), key=_text)
    if issubclass(kind, Sequence):
        return lambda v: [_form(x) for x in v]
    raise TypeError(f"{kind.__name__} has no canonical form")


def _form(value: Any) -> Any:
    return _way(value.__class__)(value)


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
