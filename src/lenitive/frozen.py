"""Frozen dataclasses that compile nothing until they are used.

``dataclasses.dataclass`` writes six functions as text for a frozen class and compiles them while the class is made. Of the 240
classes behind a review more than half have no instance in any one review, and that was a sixth of its time. Here ``__init__`` is
compiled when somebody first looks at it, and the other functions are shared: two classes differ only in the fields they look at.

To readers, to the type checker and to whatever looks into a dataclass these are ordinary ones: fields, signatures, ``replace``,
``asdict``, matching, copying, pickling and errors are the standard library's.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields, is_dataclass
from dataclasses import dataclass as standard
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_ORDER = (("__lt__", operator.lt), ("__le__", operator.le), ("__gt__", operator.gt), ("__ge__", operator.ge))


class _Factory:
    """Stands in a signature for a default that is made anew for each instance."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


class _Init:
    """A class's ``__init__`` until somebody looks at it; then the compiled one takes its place."""

    def __init__(self, cls: Any) -> None:
        self._cls = cls

    def __get__(self, instance: object, owner: type) -> Any:
        made = self._cls.__init__ = _compiled(self._cls)
        return made if instance is None else made.__get__(instance)


def _compiled(cls: Any) -> Any:
    """The ``__init__`` of a class: one assignment a field, then ``__post_init__`` where there is one."""
    placed: list[str] = []
    named: list[str] = []
    body: list[str] = []
    defaults: dict[str, Any] = {}
    outside: dict[str, Any] = {"_set": object.__setattr__, "_factory": _FACTORY}
    for f in fields(cls):
        made = f.default_factory is not MISSING
        if made:
            outside[f"_make_{f.name}"] = f.default_factory
        if f.init:
            (named if f.kw_only else placed).append(f.name)
            if made or f.default is not MISSING:
                defaults[f.name] = _FACTORY if made else f.default
            value = f"_make_{f.name}() if {f.name} is _factory else {f.name}" if made else f.name
        elif made:
            value = f"_make_{f.name}()"
        else:
            continue
        body.append(f"_set(self, {f.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    taken = ", ".join(["self", *placed, *(["*", *named] if named else [])])
    lines = "\n  ".join(body or ["pass"])
    text = f"def _within({', '.join(outside)}):\n def __init__({taken}):\n  {lines}\n return __init__"
    found: dict[str, Any] = {}
    exec(text, vars(sys.modules[cls.__module__]), found)
    init = found["_within"](**outside)
    init.__qualname__ = f"{cls.__qualname__}.__init__"
    init.__defaults__ = tuple(defaults[name] for name in placed if name in defaults) or None
    init.__kwdefaults__ = {name: defaults[name] for name in named if name in defaults} or None
    init.__annotations__ = {f.name: f.type for f in fields(cls) if f.init} | {"return": None}
    return init


def _refuse(self: object, name: str, value: object = None) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, f.name) for f in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for f, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, f.name, value)


def _together(names: list[str]) -> Callable[[object], tuple[Any, ...]]:
    """What gives the values of fields as one tuple."""
    if not names:
        return lambda self: ()
    get = attrgetter(*names)
    # Of one field attrgetter gives the bare value.
    return get if len(names) > 1 else lambda self: (get(self),)


def _hash(key: Callable[[object], object]) -> Callable[[object], int]:
    return lambda self: hash(key(self))


def _equality(key: Callable[[object], object]) -> Callable[[object, object], bool]:
    def equal(self: object, other: object) -> bool:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _comparison(
    key: Callable[[object], object], compare: Callable[[Any, Any], bool]
) -> Callable[[object, object], bool]:
    def compared(self: object, other: object) -> bool:
        return compare(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    return compared


@recursive_repr()
def _shown(self: Any) -> str:
    values = ", ".join(f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr)
    return f"{self.__class__.__qualname__}({values})"


def _hashed(cls: Any, eq: bool) -> bool:
    """Whether a hash is made: not over one that the class defines itself."""
    defined = vars(cls).get("__hash__", MISSING)
    return eq and (defined is MISSING or (defined is None and "__eq__" in vars(cls)))


def _functions(cls: Any, *, slots: bool, eq: bool, order: bool) -> dict[str, Any]:
    """What the standard library would have compiled, by name; what the class defines itself is left to it."""
    compared = [f.name for f in fields(cls) if f.compare]
    key = _together(compared)
    found: dict[str, Any] = {"__init__": _Init(cls), "__repr__": _shown}
    if eq:
        found["__eq__"] = _equality(key)
    if slots:
        found |= {"__getstate__": _state, "__setstate__": _set_state}
    found = {name: function for name, function in found.items() if name not in vars(cls)}
    if _hashed(cls, eq):
        chosen = [f.name for f in fields(cls) if (f.compare if f.hash is None else f.hash)]
        found["__hash__"] = _hash(key if chosen == compared else _together(chosen))
    never: dict[str, Any] = {"__setattr__": _refuse, "__delattr__": _refuse_to_delete}
    if order:
        never |= {name: _comparison(key, compare) for name, compare in _ORDER}
    for name in never:
        if name in vars(cls):
            raise TypeError(f"Cannot overwrite attribute {name} in class {cls.__name__}")
    return found | never


def _dataclass(
    *,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
    eq: bool = True,
    order: bool = False,
) -> Callable[[type], type]:
    """What makes a class a dataclass; the arguments are those of ``dataclasses.dataclass``.

    A class that may change, or that inherits from another dataclass, is left to the standard library: there are few.
    """

    def made(cls: Any) -> Any:
        if not frozen or any(is_dataclass(base) for base in cls.__mro__[1:]):
            return standard(frozen=frozen, slots=slots, kw_only=kw_only, eq=eq, order=order)(cls)
        if not cls.__doc__:
            # As the standard library has it, without looking up a signature.
            cls.__doc__ = f"{cls.__name__}({', '.join(cls.__annotations__)})"
        cls = standard(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
        for name, function in _functions(cls, slots=slots, eq=eq, order=order).items():
            setattr(cls, name, function)
        said = cls.__dataclass_params__
        said.init = said.repr = said.frozen = True
        said.eq, said.order = eq, order
        return cls

    return made


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
