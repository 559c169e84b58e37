"""Frozen dataclasses behave as the standard library's do, and compile nothing before they are used."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from dataclasses import FrozenInstanceError, asdict, field, fields, is_dataclass, replace
from functools import cached_property

import pytest

from lenitive import frozen

HOW = {
    "slots, by name": {"slots": True, "kw_only": True},
    "slots, by place": {"slots": True},
    "by name": {"kw_only": True},
    "ordered": {"slots": True, "order": True},
    "without equality": {"slots": True, "kw_only": True, "eq": False},
}


def made_by(decorator, how: dict[str, bool]) -> type:
    @decorator(frozen=True, **how)
    class Thing:
        """A thing."""

        a: int
        b: float = 0.5
        c: list[int] = field(default_factory=list, hash=False, repr=False)
        d: str = field(default="d", compare=False)
        e: list[str] = field(init=False, default_factory=list, compare=False)

        def __post_init__(self) -> None:
            if self.a < 0:
                raise ValueError("a: not below 0")

    return Thing


@pytest.fixture(params=sorted(HOW))
def pair(request):
    """The same class by us and by the standard library."""
    return made_by(frozen.dataclass, HOW[request.param]), made_by(dataclasses.dataclass, HOW[request.param])


def test_fields_signature_and_description_are_the_same(pair):
    ours, theirs = pair
    for look in (
        lambda c: [(f.name, f.type, f.default, f.init, f.repr, f.compare, f.kw_only) for f in fields(c)],
        lambda c: str(inspect.signature(c)),
        lambda c: typing.get_type_hints(c.__init__),
        lambda c: c.__init__.__qualname__,
        lambda c: c.__match_args__,
        lambda c: c.__doc__,
        lambda c: getattr(c, "__slots__", None),
        lambda c: repr(c.__dataclass_params__),
        lambda c: sorted({*vars(c)} - {"__static_attributes__", "__firstlineno__"}),
    ):
        assert look(ours) == look(theirs)
    assert is_dataclass(ours)


def test_instances_are_the_same(pair):
    ours, theirs = pair
    for given in ({"a": 1}, {"a": 1, "b": 2.5, "c": [1], "d": "x"}):
        one, other = ours(**given), theirs(**given)
        assert repr(one) == repr(other)
        assert asdict(one) == asdict(other)
        assert asdict(replace(one, b=7.0)) == asdict(replace(other, b=7.0))
        assert asdict(copy.deepcopy(one)) == asdict(one)
    assert ours(a=1).c is not ours(a=1).c, "a factory makes anew"
    assert ours(a=1).e == []


def test_equality_and_hashes_are_the_same(pair):
    ours, theirs = pair
    several = ({"a": 1}, {"a": 1, "d": "x"}, {"a": 1, "c": [1]}, {"a": 2})
    for x in several:
        for y in several:
            assert (ours(**x) == ours(**y)) == (theirs(**x) == theirs(**y)), (x, y)
        assert (hash(ours(**x)) == hash(ours(**x))) == (hash(theirs(**x)) == hash(theirs(**x)))
        assert ours(**x) != theirs(**x)
        assert ours(**x) != 1


def said(action) -> tuple[str, str]:
    with pytest.raises((TypeError, ValueError, FrozenInstanceError)) as raised:
        action()
    return raised.type.__name__, str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda c: c(),
        lambda c: c(a=1, z=2),
        lambda c: c(1, 2, 3, 4, 5, 6),
        lambda c: c(a=-1),
        lambda c: setattr(c(a=1), "a", 2),
        lambda c: delattr(c(a=1), "a"),
        lambda c: c(a=1) < 1,
        lambda c: replace(c(a=1), e=[]),
    ],
    ids=["missing", "unknown", "too many", "refused", "assigned", "deleted", "order", "replaced"],
)
def test_errors_are_the_same(pair, wrong):
    ours, theirs = pair
    assert said(lambda: wrong(ours)) == said(lambda: wrong(theirs))


def test_order_is_by_fields_in_turn():
    thing = made_by(frozen.dataclass, HOW["ordered"])
    assert sorted([thing(2), thing(1, 0.75), thing(1)]) == [thing(1), thing(1, 0.75), thing(2)]
    assert thing(1) <= thing(1) >= thing(1)
    assert not thing(1) > thing(1)


@frozen.dataclass(frozen=True, slots=True, kw_only=True)
class Slotted:
    """With slots, which need a state to be pickled."""

    a: int
    b: tuple[int, ...] = ()


@frozen.dataclass(frozen=True)
class Remembering:
    """Without slots, so that it can remember."""

    a: int

    @cached_property
    def double(self) -> int:
        return 2 * self.a


@frozen.dataclass(frozen=True, slots=True)
class Own:
    """Defines what it wants otherwise."""

    a: int

    def __repr__(self) -> str:
        return "own"

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7


@frozen.dataclass(frozen=True, slots=True, kw_only=True)
class Heir(Slotted):
    """Inherits fields."""

    c: int


@frozen.dataclass(slots=True)
class Changing:
    """May change."""

    a: int = 0


@frozen.dataclass(frozen=True, slots=True)
class Empty:
    """Without a field."""


def test_pickling_keeps_values_and_both_kinds_of_memory():
    for value in (Slotted(a=1, b=(2,)), Remembering(3), Heir(a=1, c=2), Empty()):
        assert pickle.loads(pickle.dumps(value)) == value
    assert Remembering(3).double == 6


def test_what_a_class_defines_itself_stays():
    assert (repr(Own(1)), Own(1) == 2, hash(Own(1))) == ("own", True, 7)
    with pytest.raises(TypeError, match="Cannot overwrite attribute __setattr__ in class Free"):

        @frozen.dataclass(frozen=True)
        class Free:
            a: int

            def __setattr__(self, name: str, value: object) -> None: ...


def test_heirs_and_changing_classes_are_the_standard_librarys():
    heir = Heir(a=1, c=2)
    assert repr(heir) == "Heir(a=1, b=(), c=2)"
    assert heir != Slotted(a=1)
    with pytest.raises(FrozenInstanceError):
        heir.a = 2  # type: ignore[misc]
    changing = Changing()
    changing.a = 3
    assert changing == Changing(3)


def test_init_is_compiled_when_it_is_first_looked_at():
    thing = made_by(frozen.dataclass, HOW["by name"])
    assert not inspect.isfunction(vars(thing)["__init__"])
    thing(a=1)
    assert inspect.isfunction(vars(thing)["__init__"])
    assert vars(thing)["__init__"] is thing.__init__


def test_a_value_that_holds_itself_is_shown():
    holds: list[object] = []
    thing = made_by(frozen.dataclass, HOW["slots, by place"])(1, d=holds)  # type: ignore[arg-type]
    holds.append(thing)
    assert repr(thing) == f"{type(thing).__qualname__}(a=1, b=0.5, d=[...], e=[])"
