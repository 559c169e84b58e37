"""A mapping that cannot change: it has a hash, and may be sent to another process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

__all__ = ["FrozenMapping"]

Key = TypeVar("Key")
Value = TypeVar("Value", covariant=True)


class FrozenMapping(Mapping[Key, Value]):
    """The items of a mapping as they were when it was made, in their order. Equal to any mapping with equal items."""

    __slots__ = ("_items",)
    _items: Mapping[Key, Value]

    def __init__(self, items: Mapping[Key, Value] | None = None) -> None:
        object.__setattr__(self, "_items", dict(items or {}))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a frozen mapping does not change")

    def __getitem__(self, key: Key) -> Value:
        """The value of a key."""
        return self._items[key]

    def __iter__(self) -> Iterator[Key]:
        """The keys in their order."""
        return iter(self._items)

    def __len__(self) -> int:
        """How many items."""
        return len(self._items)

    def __hash__(self) -> int:
        """The same for equal items in any order."""
        return hash(frozenset(self._items.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self._items),)

    def __repr__(self) -> str:
        """As it would be written."""
        return f"{type(self).__name__}({self._items!r})"
