"""What was decided for each patient, written down as it comes, so that a long run can be cut and taken up again.

A file of lines of JSON: the first says what made it, each other one is a patient under a policy. Everything that is counted follows from the doses
and the seed, so nothing else is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from lenitive.cohort.closed_loop.life import Decided
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
    """The rows of a run, by arm, policy and patient; with a file they outlive the process.

    Args:
        made_by: What the rows depend on: seed, digests of code and knowledge.
        file: Where they are kept, or None.

    Raises:
        OtherRunError: When the file holds rows that something else made.
    """

    def __init__(self, made_by: Mapping[str, object], file: Path | None = None) -> None:
        self._found: dict[tuple[str, str], dict[int, Decided]] = {}
        self._out: IO[str] | None = None
        if file is None:
            return
        if file.exists() and (lines := file.read_text(encoding="utf-8").splitlines()):
            if json.loads(lines[0]) != dict(made_by):
                raise OtherRunError(f"{file}: rows of another seed, code or knowledge")
            for line in _whole(lines[1:]):
                self._take(line["arm"], line["policy"], _decided(line, line["index"]))
            # A line that was cut in the middle is written again.
            self._out = file.open("w", encoding="utf-8")
            self._write(dict(made_by))
            for (arm, policy), some in self._found.items():
                for one in some.values():
                    self._write(_line(arm, policy, one))
        else:
            self._out = file.open("w", encoding="utf-8")
            self._write(dict(made_by))

    def add(self, arm: Arm, policy: str, one: Decided) -> None:
        """One more, written at once."""
        self._take(arm.key, policy, one)
        self._write(_line(arm.key, policy, one))

    def has(self, arm: Arm, policy: str, index: int) -> bool:
        """Whether this patient's course is known."""
        return index in self._found.get((arm.key, policy), {})

    def of(self, arm: Arm, policy: str, n: int) -> tuple[Decided, ...]:
        """The first so many patients of an arm under a policy, in order.

        Raises:
            KeyError: When one of them is missing.
        """
        found = self._found[arm.key, policy]
        return tuple(found[i] for i in range(n))

    def close(self) -> None:
        """Nothing more is written."""
        if self._out is not None:
            self._out.close()
            self._out = None

    def _take(self, arm: str, policy: str, one: Decided) -> None:
        self._found.setdefault((arm, policy), {})[one.index] = one

    def _write(self, line: Mapping[str, object]) -> None:
        if self._out is not None:
            self._out.write(json.dumps(line, separators=(",", ":")) + "\n")
            self._out.flush()


def _line(arm: str, policy: str, one: Decided) -> dict[str, object]:
    return {"arm": arm, "policy": policy, "index": one.index, **_plain(one)}


def _plain(one: Decided) -> dict[str, object]:
    return {
        "path": _dose_list(one.path),
        "tests": one.tests,
        "in_test": one.in_test,
        "elsewhere": one.elsewhere,
    }


def _whole(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The lines up to the first that was cut in the middle."""
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            return


def _decided(line: Mapping[str, Any], index: int) -> Decided:
    return Decided(
        index=index,
        path=_path(line["path"]),
        tests=line["tests"],
        in_test=line["in_test"],
        elsewhere=line["elsewhere"],
    )


_DOSES = "lenitive.closed-loop-doses/1"


def written_doses(made_by: Mapping[str, object], arm: Arm, decided: Sequence[Decided]) -> str:
    """The doses that the product gave to the patients of an arm, for a later release to be compared with: a file's text."""
    head = {"schema": _DOSES, "simulated": True, **made_by, "arm": arm.key, "patients": []}
    text = json.dumps(head, indent=1)
    lines = ",\n".join("  " + json.dumps(_plain(d), separators=(",", ":")) for d in decided)
    return text.replace('"patients": []', f'"patients": [\n{lines}\n ]') + "\n"


def read_doses(file: Path) -> tuple[dict[str, Any], tuple[Decided, ...]]:
    """The doses that another release gave to the same patients, and what made them.

    Raises:
        ValueError: When the file is not one of doses.
    """
    made = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(made, dict) or made.get("schema") != _DOSES:
        raise ValueError(f"{file}: not the doses of a closed loop")
    patients = made.pop("patients")
    return made, tuple(_decided(x, i) for i, x in enumerate(patients))
