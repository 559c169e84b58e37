"""A network of trials: each study's contrasts against its first arm, with their full covariance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenitive.evidence.labels import as_one
from lenitive.evidence.refusal import NotEstimable
from lenitive.frozen import dataclass

__all__ = ["Network", "Study", "column", "named", "subset"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study: its arms, and the contrasts of all arms but the first against the first.

    Attributes:
        name: The study's name.
        treatments: Its arms' treatments, all different.
        y: Contrasts against the first arm, shape ``(arm - 1,)``.
        v: Their covariance.
        n: People in it, where known.
    """

    name: str
    treatments: tuple[str, ...]
    y: Floats
    v: Floats
    n: int | None = None

    @property
    def design(self) -> tuple[str, ...]:
        """Its set of treatments."""
        return tuple(sorted(self.treatments))

    def contrast(self, a: str, b: str) -> tuple[float, float]:
        """Estimate and variance of b against a within the study."""
        i, j = self.treatments.index(a), self.treatments.index(b)
        pick = np.zeros(len(self.treatments))
        pick[j] += 1
        pick[i] -= 1
        w = pick[1:]
        return float(w @ self.y), float(w @ self.v @ w)


@dataclass(frozen=True, kw_only=True)
class Network:
    """Studies that compare treatments.

    Attributes:
        studies: The studies, each with at least two arms.
        measure: What the contrasts are; ratios are logs.
        notes: Caveats of the input.
    """

    studies: tuple[Study, ...]
    measure: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.studies:
            raise NotEstimable("no_studies", "there is no study with two arms", "Give at least one")

    @cached_property
    def treatments(self) -> tuple[str, ...]:
        """All treatments, in alphabetical order."""
        return tuple(sorted({t for s in self.studies for t in s.treatments}))

    @cached_property
    def designs(self) -> tuple[tuple[str, ...], ...]:
        """The different sets of treatments compared."""
        return tuple(sorted({s.design for s in self.studies}))

    @cached_property
    def components(self) -> tuple[tuple[str, ...], ...]:
        """The connected parts, largest first; more than one cannot be compared with one another."""
        parent = {t: t for t in self.treatments}

        def root(t: str) -> str:
            while parent[t] != t:
                parent[t] = parent[parent[t]]
                t = parent[t]
            return t

        for s in self.studies:
            for t in s.treatments[1:]:
                parent[root(t)] = root(s.treatments[0])
        parts: dict[str, list[str]] = {}
        for t in self.treatments:
            parts.setdefault(root(t), []).append(t)
        return tuple(tuple(p) for p in sorted(parts.values(), key=lambda p: (-len(p), p)))

    def part(self, treatment: str) -> Network:
        """The connected part that holds a treatment."""
        for component in self.components:
            if treatment in component:
                return Network(
                    studies=tuple(s for s in self.studies if s.treatments[0] in component),
                    measure=self.measure,
                    notes=self.notes,
                )
        raise NotEstimable(
            "unknown_treatment", f"{treatment!r} is not in the network", "Use a treatment of it"
        )

    def edges(self) -> dict[tuple[str, str], tuple[int, int | None]]:
        """For each pair compared directly: studies, and people where every study says."""
        out: dict[tuple[str, str], list[int | None]] = {}
        for s in self.studies:
            for i, a in enumerate(s.design):
                for b in s.design[i + 1 :]:
                    out.setdefault((a, b), []).append(s.n)
        return {
            pair: (len(ns), None if any(n is None for n in ns) else sum(n for n in ns if n is not None))
            for pair, ns in sorted(out.items())
        }


def named(names: Sequence[object], kind: str) -> tuple[list[str], list[str]]:
    """Names in one spelling each, and a note on spellings that were joined."""
    one, joined = as_one(names)
    blank = next((i for i, n in enumerate(one) if not n), None)
    if blank is not None:
        raise NotEstimable("missing_value", f"the {kind} of row {blank + 1} is empty", "Name it")
    return one, [f"read as one {kind}: {'; '.join(joined)}"] if joined else []


def column(name: str, values: ArrayLike) -> Floats:
    """A column as finite numbers.

    Raises:
        NotEstimable: ``not_a_number``, ``missing_value`` with its row.
    """
    try:
        array = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        raise NotEstimable(
            "not_a_number", f"{name} holds something that is not a number", "Give numbers"
        ) from None
    if not np.all(np.isfinite(array)):
        row = int(np.flatnonzero(~np.isfinite(array))[0]) + 1
        raise NotEstimable(
            "missing_value", f"{name} is missing or not finite in row {row}", "Leave the arm out"
        )
    return array


def subset(network: Network, keep: Iterable[Study]) -> Network:
    """The same network with some of its studies."""
    return Network(studies=tuple(keep), measure=network.measure, notes=network.notes)
