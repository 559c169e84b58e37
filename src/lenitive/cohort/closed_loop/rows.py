"""What was decided for each patient, written down as it comes, so that a long run can be cut and taken up again.

A file of lines of JSON: the first says what made it, each other one is a patient under a policy. Everything that is counted follows from the doses
and the seed, so nothing else is kept.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lenitive.cohort.closed_loop.life import GivenDoses
from lenitive.frozen import dataclass
from lenitive.virtual import Phase

__all__ = ["Arm", "OtherRunError", "Rows", "read_doses", "written_doses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """Patients of one world, treated for so many weeks, to whom side effects and weight matter so much.

    Attributes:
        world: A name of ``WORLDS``.
        weeks: Length of the course.
        cost: What the usual weights of side effects and of weight are multiplied by.
    """

    world: str = "typical"
    weeks: int = 26
    cost: float = 1.0

    @property
    def key(self) -> str:
        """The arm in one word."""
        return f"{self.world}/{self.weeks}/{self.cost:g}"

    @classmethod
    def read(cls, key: str) -> Arm:
        """The arm that a word is the key of; weeks and cost may be left out.

        Raises:
            ValueError: When it is not one, with how it is written.
        """
        world, *rest = key.split("/")
        try:
            weeks, cost = int(rest[0]) if rest else 26, float(rest[1]) if len(rest) > 1 else 1.0
        except ValueError:
            raise ValueError("written as world/weeks/cost, for example typical/26/1") from None
        if len(rest) > 2 or not 4 <= weeks <= 104 or not 0 <= cost <= 2:
            raise ValueError("4 to 104 weeks and a cost from 0 to 2, for example typical/26/1")
        return cls(world=world, weeks=weeks, cost=cost)


class OtherRunError(ValueError):
    """A file of rows that another code, knowledge or seed made."""


def _dose_list(path: tuple[Phase, ...]) -> list[list[float]]:
    """A path of doses as plain numbers: day, mg, and a 1 where it was masked."""
    return [[p.day, p.dose_mg, *([1] if p.masked else [])] for p in path[1:]]


def _path(listed: Iterable[Sequence[float]]) -> tuple[Phase, ...]:
    return (Phase(0, 0.0), *(Phase(int(x[0]), float(x[1]), len(x) > 2) for x in listed))


class Rows:
    """The rows of a run, by arm, policy and patient.

    Args:
        made_by: What the rows depend on: seed, digests of code and knowledge.
        lines: What an earlier run wrote, line by line; all that is whole in it is written again.
        write: Where each line goes as soon as it is known, or None.

    Raises:
        OtherRunError: When the lines are of something that was made otherwise.
    """

    def __init__(
        self,
        made_by: Mapping[str, object],
        lines: Sequence[str] = (),
        write: Callable[[str], object] | None = None,
    ) -> None:
        self._found: dict[tuple[str, str], dict[int, GivenDoses]] = {}
        self._to = write
        known = list(_whole(lines))
        if known and known[0] != dict(made_by):
            raise OtherRunError("rows of another seed, code or knowledge")
        self._write(dict(made_by))
        for line in known[1:]:
            one = _decided(line, line["index"])
            self._take(line["arm"], line["policy"], one)
            self._write(_line(line["arm"], line["policy"], one))

    def add(self, arm: Arm, policy: str, one: GivenDoses) -> None:
        """One more, written at once."""
        self._take(arm.key, policy, one)
        self._write(_line(arm.key, policy, one))

    def has(self, arm: Arm, policy: str, index: int) -> bool:
        """Whether this patient's course is known."""
        return index in self._found.get((arm.key, policy), {})

    def whole(self, arm: Arm, policies: Sequence[str], most: int) -> int:
        """How many patients from the first on are known under every policy, at most so many."""
        return next(
            (i for i in range(most) if not all(self.has(arm, policy, i) for policy in policies)), most
        )

    def of(self, arm: Arm, policy: str, n: int) -> tuple[GivenDoses, ...]:
        """The first so many patients of an arm under a policy, in order.

        Raises:
            KeyError: When one of them is missing.
        """
        found = self._found[arm.key, policy]
        return tuple(found[i] for i in range(n))

    def _take(self, arm: str, policy: str, one: GivenDoses) -> None:
        self._found.setdefault((arm, policy), {})[one.index] = one

    def _write(self, line: Mapping[str, object]) -> None:
        if self._to is not None:
            self._to(json.dumps(line, separators=(",", ":")) + "\n")


def _line(arm: str, policy: str, one: GivenDoses) -> dict[str, object]:
    return {"arm": arm, "policy": policy, "index": one.index, **_plain(one)}


def _plain(one: GivenDoses) -> dict[str, object]:
    return {
        "path": _dose_list(one.path),
        "tests": one.tests,
        "in_test": one.in_test,
    }


def _whole(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The lines up to the first that was cut in the middle."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _decided(line: Mapping[str, Any], index: int) -> GivenDoses:
    return GivenDoses(
        index=index,
        path=_path(line["path"]),
        tests=line["tests"],
        in_test=line["in_test"],
    )


_DOSES = "lenitive.closed-loop-doses/1"


def written_doses(made_by: Mapping[str, object], arm: Arm, decided: Sequence[GivenDoses]) -> str:
    """The doses that the product gave to the patients of an arm, for a later release to be compared with: a file's text."""
    head = {"schema": _DOSES, "simulated": True, **made_by, "arm": arm.key, "patients": []}
    text = json.dumps(head, indent=1)
    lines = ",\n".join("  " + json.dumps(_plain(d), separators=(",", ":")) for d in decided)
    return text.replace('"patients": []', f'"patients": [\n{lines}\n ]') + "\n"


def read_doses(text: str) -> tuple[dict[str, Any], tuple[GivenDoses, ...]]:
    """The doses that another release gave to the same patients, and what made them.

    Raises:
        ValueError: When the text is not one of doses.
    """
    made = json.loads(text)
    if not isinstance(made, dict) or made.get("schema") != _DOSES:
        raise ValueError("not the doses of a closed loop")
    patients = made.pop("patients")
    return made, tuple(_decided(x, i) for i, x in enumerate(patients))
