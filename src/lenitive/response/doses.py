"""What acted on the patient, day by day: doses taken, doses known, activities done.

The dose-response curve of a drug is h(D) = D (R + K) / (R (D + K)) with the reference dose R, where h = 1, and
K = ED50. Its slope in log K at the prior median, h'(D), is zero at R: the uncertainty of the curve's bend becomes a
column of its own, so that it is integrated out with the other linear coefficients.

Where it is known how a dose's level lasts, D is the mean level over the 24 hours that follow each intake, in mg a day of
steady state; see ``Exposure``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lenitive.frozen import dataclass
from lenitive.record import MedicinePeriod, Record, Taken
from lenitive.response.priors import Priors
from lenitive.response.result import Array, Input, InputKind
from lenitive.response.settings import Settings
from lenitive.terms import ACTIVITIES, EffectBelief, Score

__all__ = ["Exposure", "InputSeries", "bend", "curve", "sources"]

Exposure: TypeAlias = Mapping[str, Array]
"""How each drug's level lasts: drug, as the record names it, to ``[day]`` the share of one dose's whole area under the
curve in the first, second, ... 24 hours after that dose. The shares sum to 1.

A drug that is not in it acts as its dose: all of it in the first 24 hours. The spans begin with the intake and not at
midnight, so that a bedtime dose acts on the night and the day that follow it and never on what came before, a daily
dose that goes on counts as itself at whatever time it is taken, and a steady reference dose is 1.
"""

_DOSE_ALONE = np.ones(1)
_PLACEBO_WORDS = ("placebo", "nothing", "none", "off", "no drug", "without", "inactive", "dummy")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSeries:
    """One input with its daily series.

    Attributes:
        input: What it is, with its prior.
        amount: ``[day, 2]`` input before the onset filter, 1 at the reference: for the sleep slot (what was taken up
            to the evening before), and for pain and fatigue (up to this day's evening entry).
        bend: ``[day, 2]`` column of the dose curve's uncertainty, or None where every dose is the reference.
        expected: ``[day]`` the same curve at the dose the patient believes in, or None for an activity.
        taking: ``[day]`` 1 while scores fall under it as it was prescribed or done, 0 while they do not, -1 before its first period.
        before: ``[2]`` the input at steady state before the first day of the grid.
        onset_days: Prior median of the time constants, sleep and other.
        onset_stretch: How many times the model's log onset factors apply to them; 0 for a fixed onset.
    """

    input: Input
    amount: Array
    bend: Array | None
    expected: Array | None
    taking: NDArray[np.int8]
    before: Array
    onset_days: tuple[float, float]
    onset_stretch: tuple[float, float]


def curve(dose: Array | float, reference: float, share: float) -> Array:
    """h(D): the dose's effect as a multiple of the reference dose's; ED50 is a share of that dose."""
    d, k = np.asarray(dose, dtype=float), share * reference
    return d * (reference + k) / (reference * (d + k))


def bend(dose: Array | float, reference: float, share: float) -> Array:
    """Slope of h(D) in log ED50: zero at no dose and at the reference dose."""
    d, k = np.asarray(dose, dtype=float), share * reference
    return k * d * (d - reference) / (reference * (d + k) ** 2)


def sources(
    record: Record,
    beliefs: Sequence[EffectBelief],
    outcomes: tuple[Score, Score, Score],
    first: date,
    at: date,
    settings: Settings,
    exposure: Exposure | None = None,
) -> tuple[tuple[InputSeries, ...], tuple[str, ...]]:
    """Drugs, then activities, and the names of those left out because there are more than ``settings.max_inputs``.

    Args:
        record: Cut at the day of the review.
        beliefs: Evidence priors.
        outcomes: The scores in the three slots.
        first: First day of the grid.
        at: Last day of the grid.
        settings: How many are kept (those that were in force last), and what is believed of them.
        exposure: How the levels of drugs last, where it is known; see ``Exposure``.
    """
    priors = settings.priors
    days = (at - first).days + 1
    names = [(InputKind.DRUG, d) for d in record.drugs if any(p.start <= at for p in record.periods(d))]
    done = sorted({a.activity for a in record.activities})
    names += [(InputKind.ACTIVITY, a) for a in done]

    def recency(item: tuple[InputKind, str]) -> tuple[bool, int]:
        kind, name = item
        if kind is InputKind.ACTIVITY:
            return True, -sum(a.activity == name for a in record.activities)
        return False, -max((p.end or at).toordinal() for p in record.periods(name) if p.dose_mg > 0)

    kept = sorted(sorted(names, key=recency)[: settings.max_inputs], key=names.index)
    left_out = tuple(name for kind, name in names if (kind, name) not in kept)
    built = [
        _drug(record, name, beliefs, outcomes, first, days, exposure, priors)
        if kind is InputKind.DRUG
        else _activity(record, name, first, days, priors)
        for kind, name in kept
    ]
    return tuple(b for b in built if b is not None), left_out


def _drug(
    record: Record,
    drug: str,
    beliefs: Sequence[EffectBelief],
    outcomes: tuple[Score, Score, Score],
    first: date,
    days: int,
    exposure: Exposure | None,
    priors: Priors,
) -> InputSeries | None:
    periods = [p for p in record.periods(drug) if (p.start - first).days < days]
    taken = [p for p in periods if p.dose_mg > 0]
    if not taken:
        return None
    at = first + timedelta(days=days - 1)
    last = max(taken, key=lambda p: ((p.end or at), p.start))
    current = record.judged_dose(drug, at) or last.dose_mg_per_day
    own = [b for b in beliefs if b.drug == drug and b.outcome in outcomes]
    reference = min((abs(b.dose_mg_per_day - current), b.dose_mg_per_day) for b in own)[1] if own else current
    shares = _DOSE_ALONE if exposure is None else exposure.get(drug, _DOSE_ALONE)
    # Doses before the grid still act on it, as long as any of their level is left.
    past = shares.size + priors.recent_days
    early, late = (
        np.convolve(mg, shares)[: mg.size]
        for mg in _taken(periods, record, first - timedelta(days=past), past + days, priors.evening_hour)
    )
    total = early + late
    sleep = total[past - 1 : -1]
    other = early[past:] + late[past - 1 : -1]
    amounts = np.stack([sleep, other], axis=1)
    share = priors.ed50_share
    before = np.full(2, float(curve(total[past - priors.recent_days : past], reference, share).mean()))
    levels = tuple(sorted({p.dose_mg_per_day for p in taken}))
    mean, sd, said = _prior(own, outcomes, reference, priors)
    stated = record.patient.onset.get(drug)
    onset = priors.onset_on(drug, outcomes[1]) if stated is None else priors.onset_stated(drug, stated)
    bent = any(abs(level - reference) > 1e-9 for level in levels)
    return InputSeries(
        input=Input(
            name=drug,
            kind=InputKind.DRUG,
            unit="mg/d",
            reference=reference,
            levels=levels,
            current=current,
            first_day=min(p.start for p in taken),
            last_day=None if last.end is None or last.end >= at else last.end,
            prior_mean=mean,
            prior_sd=sd,
            prior_stated=said,
        ),
        amount=curve(amounts, reference, share),
        bend=bend(amounts, reference, share) if bent else None,
        expected=_expected(periods, drug, reference, first, days, priors),
        taking=_taking(periods, first, days, priors.evening_hour),
        before=before,
        onset_days=(onset.sleep, onset.other),
        onset_stretch=priors.stretch(onset),
    )


def _taken(
    periods: Sequence[MedicinePeriod], record: Record, first: date, days: int, evening_hour: int
) -> tuple[Array, Array]:
    """mg taken before the late afternoon and mg taken after it: each ``[day]``.

    The diary's answer is about the day's scheduled doses; a row of an as-needed intake says itself that it was taken.
    """
    early, late, answered = np.zeros(days), np.zeros(days), np.ones(days)
    for entry in record.diary:
        i = (entry.day - first).days
        if 0 <= i < days and entry.taken in (Taken.NO, Taken.PART):
            answered[i] = 0.0 if entry.taken is Taken.NO else 0.5
    for p in periods:
        a = max((p.start - first).days, 0)
        b = days if p.end is None else min((p.end - first).days + 1, days)
        if b <= a:
            continue
        kept = np.ones(b - a) if p.as_needed else answered[a:b].copy()
        for day in p.missed:
            i = (day - first).days - a
            if 0 <= i < b - a:
                kept[i] = 0.0
        in_evening = sum(t.clock.hour >= evening_hour for t in p.times)
        early[a:b] += p.dose_mg * (len(p.times) - in_evening) * kept
        late[a:b] += p.dose_mg * in_evening * kept
    return early, late


def _taking(periods: Sequence[MedicinePeriod], first: date, days: int, evening_hour: int) -> NDArray[np.int8]:
    """Whether the evening scores of each day fall under the drug; see ``InputSeries``."""
    out = np.full(days, -1, dtype=np.int8)
    spans = []
    for p in periods:
        # What is taken in the evening alone is seen from the next day on.
        later = all(t.clock.hour >= evening_hour for t in p.times)
        a = max((p.start - first).days + later, 0)
        b = days if p.end is None else min((p.end - first).days + 1 + later, days)
        spans.append((a, max(b, a), p.dose_mg > 0))
    out[min(a for a, _, _ in spans) :] = 0
    for a, b, on in spans:
        if on:
            out[a:b] = 1
    return out


def _expected(
    periods: Sequence[MedicinePeriod], drug: str, reference: float, first: date, days: int, priors: Priors
) -> Array:
    """Where expectation is heading: half follows being on the drug at all, half the dose believed in.

    Open periods are known. In a masked period the patient believes what ``believed`` says; where that was not asked,
    the belief before it goes on, or stands at one half if the patient knew to be off it. The even split between
    drug and dose, and the half, are assumed.
    """

    half = priors.half_of_knowing

    def level(dose: float) -> float:
        if dose <= 0:
            return 0.0
        by_dose = min(float(curve(dose, reference, priors.ed50_share)), priors.most_expected)
        return half + (1 - half) * by_dose

    out = np.zeros(days)
    held = 0.0
    for p in sorted(periods, key=lambda p: p.start):
        a = max((p.start - first).days, 0)
        b = days if p.end is None else min((p.end - first).days + 1, days)
        if not p.masked:
            held = level(p.dose_mg_per_day)
        else:
            said = _believed(p.believed, drug)
            if said is None:
                held = held if held > 0 else priors.unasked_belief
            else:
                held = 0.0 if said == 0 else level(reference if said < 0 else said)
        if b > a:
            out[a:b] = np.maximum(out[a:b], held)
    return out


def _believed(text: str | None, drug: str) -> float | None:
    """The dose believed in: mg, 0 for none, -1 for the drug at its usual dose, None when it says nothing."""
    if text is None or not text.strip():
        return None
    words = text.lower().strip()
    if drug.lower() not in words and any(w in words for w in _PLACEBO_WORDS):
        return 0.0
    number = "".join(c if c.isdigit() or c == "." else " " for c in words).split()
    if number:
        try:
            return float(number[0])
        except ValueError:
            return None
    return -1.0 if drug.lower() in words or words in {"drug", "active", "yes", "on"} else None


def _prior(
    own: Sequence[EffectBelief], outcomes: tuple[Score, Score, Score], reference: float, priors: Priors
) -> tuple[tuple[float, float, float], tuple[float, float, float], str]:
    """Prior mean and SD at the reference dose per slot; unknown outcomes get the wide one."""
    mean, sd, said = list(priors.unknown_drug.mean), list(priors.unknown_drug.sd), []
    for i, outcome in enumerate(outcomes):
        about = [b for b in own if b.outcome == outcome]
        if not about:
            said.append(f"{outcome.value}: {priors.unknown_drug.basis}")
            continue
        b = min(about, key=lambda b: (abs(b.dose_mg_per_day - reference), b.dose_mg_per_day))
        factor = 1.0 / float(curve(b.dose_mg_per_day, reference, priors.ed50_share))
        mean[i], sd[i] = b.mean * factor, b.sd * factor
        said.append(f"{outcome.value}: {b.stated}")
    return (mean[0], mean[1], mean[2]), (sd[0], sd[1], sd[2]), "; ".join(said)


def _activity(record: Record, name: str, first: date, days: int, priors: Priors) -> InputSeries | None:
    """An activity as a dose: the usual daily amount is the reference, the effect linear in it."""
    minutes = ACTIVITIES[name].counted_in == "min"
    rows = [a for a in record.activities if a.activity == name and 0 <= (a.day - first).days < days]
    if not rows:
        return None
    known = [a.minutes for a in rows if a.minutes]
    usual = float(np.median(known)) if known else priors.usual_minutes
    amount = np.zeros(days)
    for a in rows:
        amount[(a.day - first).days] += (usual if a.minutes is None else a.minutes) if minutes else 1.0
    start = min(a.day for a in rows)
    i = (start - first).days
    reference = float(amount[i:].sum() / max(days - i, 7))
    if reference <= 0:
        return None
    recent = float(amount[-priors.recent_days :].sum() / min(priors.recent_days, days))
    shifted = np.concatenate([[0.0], amount[:-1]])
    known_prior = priors.unknown_activity
    onset = priors.activity_onset
    return InputSeries(
        input=Input(
            name=name,
            kind=InputKind.ACTIVITY,
            unit="min/d" if minutes else "{session}/d",
            reference=reference,
            levels=(reference,),
            current=recent if recent > 0 else reference,
            first_day=start,
            last_day=None if recent > 0 else max(a.day for a in rows),
            prior_mean=known_prior.mean,
            prior_sd=known_prior.sd,
            prior_stated=known_prior.basis,
        ),
        amount=np.stack([shifted, amount], axis=1) / reference,
        bend=None,
        expected=None,
        taking=np.where(np.arange(days) < i, -1, 1).astype(np.int8),
        before=np.zeros(2),
        onset_days=(onset.sleep, onset.other),
        onset_stretch=(0.0, 0.0),
    )
