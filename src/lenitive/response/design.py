"""A record as the arrays that the likelihood works on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.record import Record
from lenitive.response.cycle import cycle_waves
from lenitive.response.doses import Exposure, InputSeries, bend, curve, sources
from lenitive.response.filters import first_order
from lenitive.response.normals import Normals
from lenitive.response.priors import Priors
from lenitive.response.readings import MOST_DEVICES, DeviceReading
from lenitive.response.result import Array, Input, InputKind
from lenitive.response.settings import Observation, Settings
from lenitive.terms import EffectBelief, Score

__all__ = ["DesignMatrix", "build"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignMatrix:
    """Arrays of one record. Columns: for each mean base three (one per slot), for each input three, for each device its level.

    Attributes:
        y: ``[day, 3]`` scores, NaN where missing; for a censored one the normal that stands for it.
        raw: ``[day, 3]`` scores as reported, NaN where missing.
        extra: ``[day, 3]`` variance added to a score's noise: of rounding, or of the normal for a censored score.
        censor: ``[day, 3]`` -1 at the lower bound, +1 at the upper, 0 for an ordinary score.
        edge: ``[day, 3]`` the bound of a censored score; the score itself elsewhere.
        base: ``[day, q]`` series that enter the mean directly: level, trend, drift, decay, expectation, cycle.
        drive: ``[day, k, 2]`` inputs before the onset filter, for the sleep slot and for the other two.
        nightly: ``[day, a]`` readings of devices, NaN where none.
        shared: ``[q]`` 1 for a mean base that devices read as the sleep slot does, 0 for one that they do not.
        before: ``[k, 2]`` their steady state before the first day.
        log_tau: ``[k, 2]`` log prior median of the onset time constants, days.
        stretch: ``[k, 2]`` how many times the log onset factors of theta apply: 0 for a fixed onset, 1 for a drug whose onset is as
            uncertain as theta's prior says, more for one of which less is known.
        prior: Of the coefficients, points.
        theta_mean: ``[15 + 2 a]`` prior means of the non-linear parameters.
        theta_sd: ``[15 + 2 a]``.
        names: Names of the columns: (what, whose), such as ``("expectation", "mirtazapine")``; three slots each.
        days: Days of the grid; it may begin before the diary, where doses did.
        lead: Grid days before the first diary day.
        sources: The inputs.
        readings: The devices.
        input_row: Per source: row in ``drive`` of its main column, and of its bend or -1.
        outcomes: Scores of the slots.
        bound_share: Per slot: share of entries at 0 and share at 10.
        left_out: Names of inputs not estimated because there were too many.
        ed50_share: Dose of half the greatest effect, as a share of the reference dose.
    """

    y: Array
    raw: Array
    extra: Array
    censor: NDArray[np.int8]
    edge: Array
    base: Array
    drive: Array
    nightly: Array
    shared: Array
    before: Array
    log_tau: Array
    stretch: Array
    prior: Normals
    theta_mean: Array
    theta_sd: Array
    names: tuple[tuple[str, str], ...]
    days: tuple[date, ...]
    lead: int
    sources: tuple[InputSeries, ...]
    readings: tuple[DeviceReading, ...]
    input_row: tuple[tuple[int, int], ...]
    outcomes: tuple[Score, Score, Score]
    bound_share: tuple[tuple[float, float], ...]
    left_out: tuple[str, ...]
    ed50_share: float

    @property
    def columns(self) -> int:
        """p, the number of coefficients."""
        return int(self.prior.mean.size)

    @property
    def prior_mean(self) -> Array:
        """``[p]`` prior means of the coefficients."""
        return self.prior.mean

    @property
    def prior_sd(self) -> Array:
        """``[p]`` their prior SDs, over all components."""
        return np.asarray(np.sqrt(np.diagonal(self.prior.total)))

    @property
    def entries(self) -> int:
        """How many scores were reported."""
        return int(np.isfinite(self.y).sum())

    @property
    def observed(self) -> int:
        """Scores and readings."""
        return self.entries + int(np.isfinite(self.nightly).sum())

    @property
    def censored(self) -> bool:
        """Whether any score is treated as censored."""
        return bool(self.censor.any())

    @property
    def inputs(self) -> tuple[Input, ...]:
        """What acted on the patient."""
        return tuple(s.input for s in self.sources)

    def onset_days(self, factors: Array) -> Array:
        """``[n, k, 2]`` onset time constants, days, of log factors ``[n, 2]``."""
        return np.asarray(np.exp(self.log_tau[None] + self.stretch[None] * factors[:, None, :]))

    def column(self, what: str, whose: str, slot: int) -> int:
        """Index of a coefficient."""
        return 3 * self.names.index((what, whose)) + slot

    def own(self, device: int) -> int:
        """Index of a device's level."""
        return 3 * len(self.names) + device

    @property
    def labels(self) -> tuple[tuple[str, str, str], ...]:
        """What each coefficient is: (what, whose, outcome or unit)."""
        daily = [(what, whose, o.value) for what, whose in self.names for o in self.outcomes]
        return (*daily, *(("device", r.name, r.unit) for r in self.readings))

    def effect_weights(self, source: int, slot: int, dose: float) -> Array:
        """``[p]`` weights w with w·β = steady-state effect of a dose of an input on an outcome."""
        w = np.zeros(self.columns)
        item = self.sources[source].input
        main, bent = self.input_row[source]
        offset = 3 * self.base.shape[1]
        drug = item.kind is InputKind.DRUG
        w[offset + 3 * main + slot] = (
            float(curve(dose, item.reference, self.ed50_share)) if drug else dose / item.reference
        )
        if bent >= 0:
            w[offset + 3 * bent + slot] = float(bend(dose, item.reference, self.ed50_share))
        return w


def build(
    record: Record,
    at: date,
    beliefs: Sequence[EffectBelief],
    outcomes: tuple[Score, Score, Score],
    settings: Settings,
    exposure: Exposure | None = None,
    readings: Sequence[DeviceReading] = (),
) -> DesignMatrix | None:
    """The design of a record at a day, or None when no score was reported by then.

    Raises:
        ValueError: When devices are given and the first slot is not the morning's sleep score, or there are too many.
    """
    if readings and outcomes[0] is not Score.SLEEP_DISTURBANCE:
        raise ValueError("devices read sleep: the first outcome must be sleep_disturbance")
    if len(readings) > MOST_DEVICES:
        raise ValueError(f"at most {MOST_DEVICES} devices; leave out the one with fewest nights")
    priors = settings.priors
    record = record.until(at)
    told = attrgetter("day", *(o.value for o in outcomes))
    entries = [e for e in map(told, record.diary) if not (e[1] is None and e[2] is None and e[3] is None)]
    if not entries:
        return None
    start = entries[0][0]
    doses = [p.start for p in record.medicines if p.dose_mg > 0]
    first = max(min([start, *doses]), start - timedelta(days=priors.lead_days))
    lead, count = (start - first).days, (at - first).days + 1
    origin = first.toordinal()
    days = tuple(map(date.fromordinal, range(origin, origin + count)))
    raw = np.full((count, 3), np.nan)
    told_on = np.array(list(map(date.toordinal, [e[0] for e in entries])))
    raw[told_on - origin] = np.array([e[1:] for e in entries], dtype=float)
    found, left_out = sources(record, beliefs, outcomes, first, at, settings, exposure)
    y, censor, shares = _bounds(raw, settings)

    own = np.arange(count, dtype=float) - lead
    bases: list[Array] = []
    names: list[tuple[str, str]] = []
    mean: list[tuple[float, ...]] = []
    sd: list[tuple[float, ...]] = []

    def add(series: Array, what: str, whose: str = "") -> None:
        bases.append(series)
        names.append((what, whose))
        prior = priors.coefficient(what)
        mean.append(prior.mean)
        sd.append(prior.sd)

    length = count - lead
    add(np.ones(count), "level")
    # Centred, so that the level is that of the diary's middle; a diary's first day is not special to its trend.
    add((own - (length - 1) / 2) / priors.trend_days, "trend")
    for wave in range(1, 1 + min(length // priors.drift_every_days - 1, 8)):
        add(np.cos(np.pi * (wave + 1) * (own + 0.5) / length), "drift", str(wave))
    add(np.where(own < 0, 0.0, np.exp(-np.maximum(own, 0.0) / priors.decay_days)), "decay")
    for s in found:
        if s.expected is not None:
            add(_follow(s.expected, priors.expectation_days), "expectation", s.input.name)
    for wave_name, series in cycle_waves(record, found, first, count, priors):
        add(series, "cycle", wave_name)

    drive: list[Array] = []
    before: list[Array] = []
    tau: list[tuple[float, float]] = []
    stretch: list[tuple[float, float]] = []
    rows: list[tuple[int, int]] = []
    for s in found:
        rows.append((len(drive), len(drive) + 1 if s.bend is not None else -1))
        drive.append(s.amount)
        before.append(s.before)
        names.append(("effect", s.input.name))
        mean.append(s.input.prior_mean)
        sd.append(s.input.prior_sd)
        tau.append(s.onset_days)
        stretch.append(s.onset_stretch)
        if s.bend is not None:
            drive.append(s.bend)
            before.append(s.bend[0] * (s.before > 0))
            names.append(("bend", s.input.name))
            mean.append((0.0, 0.0, 0.0))
            sd.append(s.input.prior_sd)
            tau.append(s.onset_days)
            stretch.append(s.onset_stretch)
    nightly = np.full((count, len(readings)), np.nan)
    for a, reading in enumerate(readings):
        for day, value in reading.nights.items():
            if 0 <= (row := day.toordinal() - origin) < count:
                nightly[row, a] = value
    return DesignMatrix(
        y=y,
        raw=raw,
        extra=np.where(censor != 0, 1.0, _rounding(raw, settings)),
        censor=censor,
        edge=y,
        base=np.ascontiguousarray(np.stack(bases, axis=1)),
        drive=np.ascontiguousarray(np.stack(drive, axis=1)) if drive else np.zeros((count, 0, 2)),
        nightly=nightly,
        shared=np.array([float(what != "level") for what, _ in names[: len(bases)]]),
        before=np.stack(before) if before else np.zeros((0, 2)),
        log_tau=np.log(np.array(tau).reshape(-1, 2)),
        stretch=np.array(stretch).reshape(-1, 2),
        prior=_believed(names, np.array(mean), np.array(sd), found, readings, priors),
        theta_mean=np.concatenate(
            [
                [p.mean for p in priors.parameters],
                *(np.log([r.scale_median, r.noise_median]) for r in readings),
            ]
        ),
        theta_sd=np.concatenate(
            [[p.sd for p in priors.parameters], *([r.scale_log_sd, r.noise_log_sd] for r in readings)]
        ),
        names=tuple(names),
        days=days,
        lead=lead,
        sources=found,
        readings=tuple(readings),
        input_row=tuple(rows),
        outcomes=outcomes,
        bound_share=shares,
        left_out=left_out,
        ed50_share=priors.ed50_share,
    )


def _believed(
    names: Sequence[tuple[str, str]],
    mean: Array,
    sd: Array,
    found: Sequence[InputSeries],
    readings: Sequence[DeviceReading],
    priors: Priors,
) -> Normals:
    """The prior of the coefficients: that of each column, the drugs' effects spread as each component says."""
    drugs = {s.input.name for s in found if s.input.kind is InputKind.DRUG}
    own = [i for i, (what, whose) in enumerate(names) if what == "effect" and whose in drugs]
    bent = [i for i, (what, whose) in enumerate(names) if what == "bend" and whose in drugs]
    daily = 3 * len(names)
    size = daily + len(readings)
    covs = []
    for spread in priors.spreads:
        widths = sd.copy()
        widths[own] *= spread.factor
        # The curve bends in proportion to the effect it is the curve of.
        for i in bent:
            widths[i] = np.hypot(mean[i - 1], widths[i - 1]) * priors.ed50_log_sd
        cov = np.zeros((size, size))
        cov[range(daily), range(daily)] = widths.reshape(-1) ** 2
        cov[range(daily, size), range(daily, size)] = [r.level_sd**2 for r in readings]
        for i in own:
            at = slice(3 * i, 3 * i + 3)
            together = np.where(np.eye(3) > 0, 1.0, spread.together)
            cov[at, at] = together * np.outer(widths[i], widths[i])
        covs.append(cov)
    return Normals(
        np.array([spread.weight for spread in priors.spreads]),
        np.concatenate([mean.reshape(-1), [r.level_mean for r in readings]]),
        np.stack(covs),
    )


def _follow(target: Array, days: float) -> Array:
    """First-order filter that starts at rest where its target starts."""
    return np.asarray(target[0] + first_order(target - target[0], np.array([days]))[0])


def _rounding(raw: Array, settings: Settings) -> Array:
    """``[3]`` variance of the rounding of each slot's scores: step^2 / 12 for the coarsest step that fits all of them.

    Without it a diary that never changes would have no noise at all, and certainty without end.
    """
    if settings.observation is Observation.NORMAL:
        return np.zeros(3)
    step = np.full(3, 0.01)
    for finer in (0.1, 0.5, 1.0):
        parts = raw / finer
        whole = np.rint(parts)
        # A missing score fits every step.
        fits = ~(np.abs(parts - whole) > 1e-6 + 1e-5 * whole)
        step[fits.all(axis=0)] = finer
    return np.asarray(step**2 / 12)


def _bounds(y: Array, settings: Settings) -> tuple[Array, NDArray[np.int8], tuple[tuple[float, float], ...]]:
    """Scores with censored ones moved to the edge of their bound, the flags, and the shares at the bounds."""
    censor = np.zeros(y.shape, dtype=np.int8)
    shares: list[tuple[float, float]] = []
    out = y.copy()
    lows, highs, told = ((y <= 0).sum(axis=0), (y >= 10).sum(axis=0), np.isfinite(y).sum(axis=0))
    for slot in range(3):
        low, high = (float(n[slot] / max(told[slot], 1)) for n in (lows, highs))
        shares.append((low, high))
        use = settings.observation is Observation.CENSORED or (
            settings.observation is Observation.AUTO and low + high > settings.bound_share
        )
        if not use:
            continue
        # A whole number stands for half a point either side, so its bound begins half a point inside the scale.
        seen = y[np.isfinite(y[:, slot]), slot]
        half = 0.5 if np.all(seen == np.round(seen)) else 0.0
        at_low, at_high = y[:, slot] <= 0, y[:, slot] >= 10
        censor[at_low, slot], censor[at_high, slot] = -1, 1
        out[at_low, slot], out[at_high, slot] = half, 10.0 - half
    return out, censor, tuple(shares)
