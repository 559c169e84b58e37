"""What a side effect may be doing: every course, size and background on a grid, with its prior weight and what reports make of it.

The shapes are those of ``courses``. Everything is finite, so a posterior is a sum.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.knowledge import SideEffectLines
from lenitive.response.filters import first_order
from lenitive.response.mixture import normal_cdf
from lenitive.response.result import Array
from lenitive.terms import Grade, Message, Source

__all__ = [
    "CourseAhead",
    "CoursePrior",
    "CourseShapes",
    "Hypotheses",
    "course_ahead",
    "course_ahead_of_prior",
    "course_posterior",
    "course_shapes",
    "floors",
    "hypotheses",
    "relative_dose",
    "unknown_course",
]

_FADES = np.exp(np.linspace(-1.6, 1.6, 9))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePrior:
    """What is known beforehand of one side effect of one drug.

    Attributes:
        drug: The drug's id, or empty for any.
        effect: Name in the vocabulary.
        incidence: Share of people who get it from the drug, over placebo.
        background: Share who have it anyhow.
        fades: Of those who get it, the share in whom it fades.
        worsens: Of those who get it, the share in whom it gets worse for months.
        onset_days: Time constant of its coming.
        resolution_days: Median days until it is below mild, in those in whom it fades.
        resolution_log_sd: Spread of that between people, of the logarithm.
        reference_mg: The dose that the incidence is about, mg/day.
        stated: What the numbers rest on.
        sources: Where they come from; empty for a stated, deliberately wide prior.
        grade: The weakest grade among what it rests on.

    Raises:
        ValueError: When a share lies outside 0-1, the shares of courses exceed 1, or a time is not positive.
    """

    drug: str
    effect: str
    incidence: float
    background: float
    fades: float
    worsens: float
    onset_days: float
    resolution_days: float
    resolution_log_sd: float
    reference_mg: float
    stated: tuple[Message, ...]
    sources: tuple[Source, ...] = ()
    grade: Grade = Grade.U

    def __post_init__(self) -> None:
        shares = (self.incidence, self.background, self.fades, self.worsens)
        if not all(0 <= s <= 1 for s in shares) or self.fades + self.worsens > 1:
            raise ValueError("shares lie between 0 and 1, and fading and worsening are at most everyone")
        times = (self.onset_days, self.resolution_days, self.resolution_log_sd, self.reference_mg)
        if not all(np.isfinite(t) and t > 0 for t in times):
            raise ValueError("times, spreads and doses are finite and above zero")


def unknown_course(lines: SideEffectLines) -> CoursePrior:
    """For an effect or drug that nothing is known of. Its reference dose is replaced by the highest dose taken."""
    row = lines.unknown
    return CoursePrior(
        drug="",
        effect="",
        incidence=row.incidence,
        background=row.background,
        fades=row.fades,
        worsens=row.worsens,
        onset_days=row.onset_days,
        resolution_days=row.resolution_days,
        resolution_log_sd=row.resolution_log_sd,
        reference_mg=1.0,
        stated=(Message.of("response.courses.unknown_drug"),),
    )


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """Grid points: their log weights [k], course labels [k], and the drug of each [k]; their paths are made for the days asked about.

    Attributes:
        log_weight: ``[k]``.
        label: ``[k]``.
        drug: ``[k]``, empty for those without one.
        floor: What may be there without any drug: they come first.
        sizes: What the shapes of each drug are multiplied by.
        shapes: Of each drug, ``[shape, day]``.
        length: How many days there are.
    """

    log_weight: Array
    label: NDArray[np.str_]
    drug: NDArray[np.str_]
    floor: Array
    sizes: Array
    shapes: tuple[Array, ...]
    length: int

    def path(self, days: slice | NDArray[np.int64]) -> Array:
        """``[k, day]`` the intensity of each on some of the days."""
        count = np.arange(self.length)[days].size
        parts = [np.repeat(self.floor[:, None], count, axis=1)]
        for shape in self.shapes:
            sized = self.sizes[:, None] * shape[:, None, days]
            parts.append((self.floor[:, None] + sized[:, :, None, :]).reshape(-1, count))
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class CourseShapes:
    """The shapes of one drug's part: their chances [k], intensities at size 1 [k, day], and labels [k]."""

    chance: Array
    path: Array
    label: NDArray[np.str_]


def relative_dose(dose: Array, prior: CoursePrior) -> Array:
    """The saturating dose, 1 at the reference. Of an unknown drug that is the highest dose there is."""
    reference = prior.reference_mg if prior.drug else max(float(dose.max()), 1e-9)
    half = reference / 2
    return np.asarray(dose / (dose + half) * (reference + half) / reference)


def course_shapes(relative: Array, prior: CoursePrior, lines: SideEffectLines) -> CourseShapes:
    """What the effect may be doing on each day, by the saturating dose ``[day]``: fading, staying, then worsening."""
    growing, start, gain = lines.worsening_days.of, lines.worsening_start.value, lines.worsening_gain.value
    present = first_order(relative, np.array([prior.onset_days]))[0]
    # An effect of usual size 1.5 is below mild (0.5) after ln 3 time constants.
    steps = prior.resolution_days / np.log(3) * _FADES**prior.resolution_log_sd
    normal = np.exp(-0.5 * np.log(_FADES) ** 2)
    slow = first_order(present, np.append(steps, growing))
    kept = 1 - np.array(lines.rests.of)
    fading = np.maximum(0.0, present - kept[None, :, None] * slow[: steps.size, None, :])
    fades = prior.fades * (normal / normal.sum())[:, None] * np.array(lines.rest_chances.of)
    worsening = start * present + gain * slow[steps.size :]
    return CourseShapes(
        np.concatenate(
            [
                fades.ravel(),
                [1 - prior.fades - prior.worsens],
                np.full(len(growing), prior.worsens / len(growing)),
            ]
        ),
        np.concatenate([fading.reshape(fades.size, -1), present[None], worsening]),
        np.array(["fading"] * fades.size + ["staying"] + ["worsening"] * len(growing)),
    )


def floors(background: float, lines: SideEffectLines) -> tuple[Array, Array]:
    """What may be there without any drug: its chances, and its sizes, none first."""
    levels = np.array(lines.backgrounds.of)
    return np.append(1 - background, np.full(levels.size, background / levels.size)), np.append(0.0, levels)


def hypotheses(
    drugs: Mapping[str, tuple[Array, CoursePrior]], length: int, lines: SideEffectLines
) -> Hypotheses:
    """Every hypothesis with its prior weight: those without a drug first, then each drug's by shape, size and background."""
    background = max((p.background for _, p in drugs.values()), default=lines.unknown.background)
    of_floor, floor = floors(background, lines)
    sizes, of_size = np.array(lines.sizes.of), np.array(lines.size_chances.of)
    free = float(np.prod([1 - prior.incidence for _, prior in drugs.values()]))
    every = sum(p.incidence for _, p in drugs.values())
    weights, paths = [free * of_floor], []
    labels, names = [np.full(floor.size, "none", dtype="<U16")], [""] * floor.size
    for drug, (dose, prior) in drugs.items():
        shapes = course_shapes(relative_dose(dose, prior), prior, lines)
        share = prior.incidence / max(every, 1e-9) * (1 - free)
        chance = share * shapes.chance[:, None, None] * of_size[:, None] * of_floor
        weights.append(chance.ravel())
        paths.append(shapes.path)
        labels.append(np.repeat(shapes.label, of_size.size * of_floor.size))
        names += [drug] * chance.size
    with np.errstate(divide="ignore"):
        return Hypotheses(
            np.log(np.concatenate(weights)),
            np.concatenate(labels),
            np.array(names),
            floor,
            sizes,
            tuple(paths),
            length,
        )


def course_posterior(
    grid: Hypotheses, when: NDArray[np.int64], rank: NDArray[np.int64], lines: SideEffectLines
) -> Array:
    """Posterior weights of the hypotheses [k]; they sum to one."""
    x = grid.path(when)
    above = np.stack(
        [
            np.ones_like(x),
            *(normal_cdf((x - (k - 0.5)) / lines.noise.value) for k in (1, 2, 3)),
            np.zeros_like(x),
        ]
    )
    chance = np.take_along_axis(above[:-1] - above[1:], rank[None, None, :].repeat(len(x), 1), axis=0)[0]
    gaps = np.diff(when, prepend=when[0] - lines.full_weight_days.whole)
    counts = np.minimum(1.0, gaps / lines.full_weight_days.value)
    lapse = lines.lapse.value
    log_posterior = grid.log_weight + np.log((1 - lapse) * chance + lapse / 4) @ counts
    weight = np.exp(log_posterior - log_posterior.max())
    return np.asarray(weight / weight.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAhead:
    """What is believed now of one drug's part in one side effect.

    Attributes:
        effect: Name in the vocabulary.
        prior: What it was believed from.
        past_mg: ``[day]`` mg up to today.
        weight: ``[shape, size, background]`` posterior weights; their sum is the probability that the drug has a part in it.
    """

    effect: str
    prior: CoursePrior
    past_mg: Array
    weight: Array


def course_ahead(
    grid: Hypotheses, weight: Array, prior: CoursePrior, past_mg: Array, lines: SideEffectLines
) -> CourseAhead:
    """One drug's part of a posterior over the hypotheses; the prior names the drug and the effect."""
    parts = weight[grid.drug == prior.drug].reshape(-1, len(lines.sizes.of), 1 + len(lines.backgrounds.of))
    return CourseAhead(effect=prior.effect, prior=prior, past_mg=past_mg, weight=parts)


def course_ahead_of_prior(
    prior: CoursePrior, past_mg: Array, lines: SideEffectLines, least: float = 0.0
) -> CourseAhead:
    """Where nothing was reported: what the sources say.

    Args:
        prior: What is known beforehand.
        past_mg: ``[day]`` mg up to today.
        lines: What is believed of any side effect.
        least: What the patient has had of it already, 0 to 3: who gets it is taken to get it no lighter, as far as sizes go.
    """
    shapes = course_shapes(np.zeros(1), prior, lines)
    chances = np.array(lines.size_chances.of)
    heavy = np.array(lines.sizes.of) >= min(least, max(lines.sizes.of))
    chances = np.where(heavy, chances, 0.0)
    of_floor, _ = floors(prior.background, lines)
    weight = prior.incidence * shapes.chance[:, None, None] * (chances / chances.sum())[:, None] * of_floor
    return CourseAhead(effect=prior.effect, prior=prior, past_mg=past_mg, weight=weight)
