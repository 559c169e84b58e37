"""Values as JSON data and back, by the types that their dataclasses declare: what is read back is what was written.

Nothing is rounded: a float is written with the digits that give it again, and an array as its shape and the Base64 of its
little-endian 64-bit floats, NaN where a number is missing: a third of the size and a tenth of the time of digits. Of a union of several
dataclasses the name of the one that is there stands under ``is``. A field whose metadata says ``stored: False`` is left out and
has its default when it is read back.
"""

from __future__ import annotations

import math
import types
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import numpy as np

__all__ = ["CodecError", "decoded", "encoded"]

_TAG = "is"
_NONE = type(None)

Way = Callable[[Any], Any]


class CodecError(ValueError):
    """Data that is no value of the type asked for; the message says where."""


def encoded(hint: Any, value: object) -> Any:
    """A value of a type as JSON data.

    Raises:
        TypeError: When the type has no form in JSON.
        ValueError: When a number is not finite: numerical failure must have been named before.
    """
    return _encoder(hint)(value)


def decoded(hint: Any, data: object) -> Any:
    """The value of a type that was written as this data.

    Raises:
        CodecError: When the data is of no such value.
    """
    return _decoder(hint)(data)


def _arms(hint: Any) -> tuple[Any, ...] | None:
    """The members of a union without None; None where it is no union."""
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(a for a in get_args(hint) if a is not _NONE)
    return None


@cache
def _kept(cls: Any) -> tuple[tuple[str, Any], ...]:
    """Name and type of each field of a dataclass that is written."""
    hints = get_type_hints(cls)
    return tuple((f.name, hints[f.name]) for f in fields(cls) if f.init and f.metadata.get("stored", True))


def _plain(value: Any) -> Any:
    """A bare value of a union that JSON itself tells apart: text, truth, a number, or several of them."""
    if value.__class__ is str:
        return value
    match value:
        case Enum():
            return value.value
        case None | bool() | str():
            return value
        case int():
            return int(value)
        case float():
            return _finite(value)
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no form in the document")


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("a number that is not finite must not reach the document")
    return float(value)


def _number(value: Any) -> Any:
    """A number that stays whole where it is: ``15`` is not written as ``15.0``."""
    if value.__class__ is float and math.isfinite(value):
        return value
    if value is None:
        return None
    return int(value) if isinstance(value, int) else _finite(value)


def _written_time(value: datetime) -> str:
    """ISO 8601, with the time zone in brackets where one is named (RFC 9557): an offset alone forgets summer time."""
    zone = value.tzinfo
    return value.isoformat() + (f"[{zone.key}]" if isinstance(zone, ZoneInfo) else "")


def _read_time(text: str) -> datetime:
    moment, _, zone = text.partition("[")
    found = datetime.fromisoformat(moment)
    if not zone:
        return found
    named = found.replace(tzinfo=ZoneInfo(zone.rstrip("]")))
    # An hour that a clock shows twice is told apart by its offset.
    return named if named.utcoffset() == found.utcoffset() else named.replace(fold=1)


def _written_array(value: np.ndarray[Any, Any]) -> dict[str, Any]:
    numbers = np.ascontiguousarray(value, dtype="<f8")
    if np.isinf(numbers).any():
        raise ValueError("a number that is not finite must not reach the document")
    return {"shape": list(value.shape), "float64": b64encode(numbers.tobytes()).decode("ascii")}


def _read_array(data: dict[str, Any]) -> np.ndarray[Any, Any]:
    numbers = np.frombuffer(b64decode(data["float64"], validate=True), dtype="<f8")
    return numbers.astype(np.float64).reshape(data["shape"])


def _same(value: Any) -> Any:
    return value


def _origin(hint: Any) -> Any:
    """What a hint is a form of. From Python 3.12 on NumPy's ``NDArray`` is an alias of its own, which stands before it."""
    origin = get_origin(hint)
    behind = getattr(origin, "__value__", None)
    return origin if behind is None else get_origin(behind)


@cache
def _encoder(hint: Any) -> Way:
    arms = _arms(hint)
    if arms is not None:
        if len(arms) == 1:
            inner = _encoder(arms[0])
            return lambda v: None if v is None else inner(v)
        if not any(is_dataclass(a) for a in arms):
            return _plain
        by_type = {a: _encoder(a) for a in arms}
        return lambda v: None if v is None else {_TAG: type(v).__name__, **by_type[type(v)](v)}
    origin, inside = _origin(hint), get_args(hint)
    if origin in (tuple, list, frozenset):
        return _sequence_encoder(origin, inside)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, item = _encoder(inside[0]), _encoder(inside[1])
        return lambda v: {_key_text(key(k)): item(x) for k, x in v.items()}
    if origin is np.ndarray:
        return _written_array
    if isinstance(hint, type):
        if is_dataclass(hint):
            members = [(name, _encoder(inner)) for name, inner in _kept(hint)]
            if len(members) < 2:
                return lambda v: {name: member(getattr(v, name)) for name, member in members}
            told = attrgetter(*(name for name, _ in members))
            return lambda v: {
                name: x if member is _plain and x.__class__ is str else member(x)
                for (name, member), x in zip(members, told(v), strict=True)
            }
        if issubclass(hint, Enum):
            return lambda v: v.value
        if issubclass(hint, datetime):
            return _written_time
        if issubclass(hint, date):
            return lambda v: v.isoformat()
        if issubclass(hint, float):
            return _number
        if hasattr(hint, "model_dump"):
            return lambda v: v.model_dump(mode="json")
        if hint in (str, bool, int, _NONE):
            return _plain
    if origin is Literal or hint is None:
        return _plain
    raise TypeError(f"{hint} has no form in the document")


def _sequence_encoder(origin: Any, inside: tuple[Any, ...]) -> Way:
    if origin is tuple and not (len(inside) == 2 and inside[1] is ...):
        members = [_encoder(a) for a in inside]
        return lambda v: [member(x) for member, x in zip(members, v, strict=True)]
    item = _encoder(inside[0])
    if origin is frozenset:
        return lambda v: sorted(item(x) for x in v)
    return lambda v: [item(x) for x in v]


def _key_text(key: Any) -> str:
    return key if isinstance(key, str) else repr(key)


def _wrong(hint: Any, data: Any) -> CodecError:
    return CodecError(f"{type(data).__name__} where {getattr(hint, '__name__', hint)} is meant")


def _of_type(kind: type | tuple[type, ...], hint: Any, then: Way = _same) -> Way:
    def read(data: Any) -> Any:
        if not isinstance(data, kind):
            raise _wrong(hint, data)
        try:
            return then(data)
        except (ValueError, TypeError, KeyError) as error:
            raise CodecError(str(error)) from None

    return read


@cache
def _decoder(hint: Any) -> Way:
    arms = _arms(hint)
    if arms is not None:
        return _union_decoder(hint, arms)
    origin, inside = _origin(hint), get_args(hint)
    if origin in (tuple, list, frozenset):
        return _sequence_decoder(hint, origin, inside)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, item = _key_decoder(inside[0]), _decoder(inside[1])
        return _of_type(dict, hint, lambda d: {key(k): item(x) for k, x in d.items()})
    if origin is np.ndarray:
        return _of_type(dict, hint, _read_array)
    if origin is Literal:
        return _of_type(str, hint, lambda d: _one_of(inside, d))
    if hint is None or hint is _NONE:
        return _of_type(_NONE, hint)
    if isinstance(hint, type):
        if is_dataclass(hint):
            return _dataclass_decoder(hint)
        if issubclass(hint, Enum):
            return _of_type((str, int), hint, hint)
        if issubclass(hint, datetime):
            return _of_type(str, hint, _read_time)
        if issubclass(hint, date):
            return _of_type(str, hint, date.fromisoformat)
        if hint is bool:
            return _of_type(bool, hint)
        if issubclass(hint, int | float):
            return _of_type((int, float), hint)
        if hint is str:
            return _of_type(str, hint)
        if hasattr(hint, "model_validate"):
            return _of_type(dict, hint, lambda d: hint.model_validate(d))
    raise TypeError(f"{hint} has no form in the document")


def _one_of(choices: tuple[Any, ...], data: Any) -> Any:
    if data not in choices:
        raise CodecError(f"{data!r} is none of {', '.join(map(str, choices))}")
    return data


def _union_decoder(hint: Any, arms: tuple[Any, ...]) -> Way:
    may_lack = _NONE in get_args(hint)

    def bare(data: Any) -> Any:
        return tuple(bare(v) for v in data) if isinstance(data, list) else data

    if len(arms) == 1:
        inner = _decoder(arms[0])
    elif any(is_dataclass(a) for a in arms):
        by_name = {a.__name__: _decoder(a) for a in arms}

        def inner(data: Any) -> Any:
            if not isinstance(data, dict) or data.get(_TAG) not in by_name:
                raise _wrong(hint, data)
            return by_name[data[_TAG]]({k: v for k, v in data.items() if k != _TAG})
    else:
        inner = _of_type((str, bool, int, float, list), hint, bare)

    def read(data: Any) -> Any:
        if data is None and may_lack:
            return None
        return inner(data)

    return read


def _sequence_decoder(hint: Any, origin: Any, inside: tuple[Any, ...]) -> Way:
    if origin is tuple and not (len(inside) == 2 and inside[1] is ...):
        members = [_decoder(a) for a in inside]
        return _of_type(list, hint, lambda d: tuple(m(x) for m, x in zip(members, d, strict=True)))
    item = _decoder(inside[0])
    return _of_type(list, hint, lambda d: origin(item(x) for x in d))


def _key_decoder(hint: Any) -> Way:
    """Keys of an object are text; a number among them is written as Python writes it."""
    if isinstance(hint, type) and issubclass(hint, float) and not issubclass(hint, Enum):
        return float
    return _decoder(hint)


def _dataclass_decoder(cls: Any) -> Way:
    members: list[tuple[str, Way]] = []

    def read(data: Any) -> Any:
        if not members:
            # Found at the first use: a type may hold itself.
            members.extend((name, _decoder(inner)) for name, inner in _kept(cls))
        if not isinstance(data, dict):
            raise _wrong(cls, data)
        extra = data.keys() - {name for name, _ in members}
        if extra:
            raise CodecError(f"{cls.__name__} has no {', '.join(sorted(map(str, extra)))}")
        given = {}
        for name, member in members:
            if name not in data:
                raise CodecError(f"{cls.__name__} lacks {name}")
            try:
                given[name] = member(data[name])
            except CodecError as error:
                raise CodecError(
                    f"{name}: {error}" if ": " not in str(error) else f"{name}.{error}"
                ) from None
        try:
            return cls(**given)
        except (ValueError, TypeError) as error:
            raise CodecError(f"{cls.__name__}: {error}") from None

    return read
