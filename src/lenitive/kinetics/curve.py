"""The concentration that doses swallowed make, in closed form.

One dose ``D`` into a body that forgets an instantaneous unit dose as ``sum_i c_i exp(-r_i t)`` and absorbs at the
rate ``ka`` gives, after the lag,

    C(t) = D ka sum_i c_i phi(t; r_i),      phi(t; r) = (exp(-r t) - exp(-ka t)) / (ka - r)

One compartment has the single term ``c = 1/V, r = CL/V``; two have the two roots of the usual quadratic. Kinetics are
linear, so doses add. ``phi`` is computed with ``expm1``, which keeps every digit when ``ka`` and ``r`` nearly agree.

Inside this room time is hours, amounts are mg, volumes L, and concentrations ng/mL (1 mg/L = 1000 ng/mL).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lenitive.kinetics.carry import Events, Factors, carry

__all__ = [
    "Curve",
    "area_under_curve",
    "concentration",
    "one_compartment",
    "superposition",
    "two_compartment",
]

Array = npt.NDArray[np.float64]
NG_PER_ML = 1000.0
_BLOCK = 4096
"""Patients, times terms, whose amounts stay in a near cache."""
_EVENTS = 512


class Curve(NamedTuple):
    """The answer to a unit dose, for one or many patients.

    Attributes:
        ka: Absorption rate, 1/h, shape (patient,).
        lag_h: Hours before absorption begins; the same for all.
        coefficient: 1/L, shape (patient, term); bioavailability is folded in.
        rate: 1/h, shape (patient, term).
    """

    ka: Array
    lag_h: float
    coefficient: Array
    rate: Array


def _patients(**values: npt.ArrayLike) -> tuple[Array, ...]:
    arrays = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in values.items()}
    for name, array in arrays.items():
        if not (np.isfinite(array).all() and (array > 0).all()):
            raise ValueError(f"{name} is finite and above zero")
    return tuple(np.array(a) for a in np.broadcast_arrays(*arrays.values()))


def one_compartment(
    *, clearance: npt.ArrayLike, volume: npt.ArrayLike, ka: npt.ArrayLike, lag_h: float = 0.0
) -> Curve:
    """The curve of one compartment with first-order absorption.

    Args:
        clearance: CL/F, L/h, above zero.
        volume: V/F, L, above zero.
        ka: 1/h, above zero.
        lag_h: Hours, zero or more.

    Raises:
        ValueError: When a parameter is not finite and positive.
    """
    if lag_h < 0:
        raise ValueError("a lag is zero or more hours")
    cl, v, k = _patients(clearance=clearance, volume=volume, ka=ka)
    return Curve(ka=k, lag_h=lag_h, coefficient=(1 / v)[:, None], rate=(cl / v)[:, None])


def two_compartment(
    *,
    clearance: npt.ArrayLike,
    volume: npt.ArrayLike,
    exchange: npt.ArrayLike,
    peripheral: npt.ArrayLike,
    ka: npt.ArrayLike,
    lag_h: float = 0.0,
) -> Curve:
    """The curve of two compartments with first-order absorption into the first.

    Args:
        clearance: CL/F, L/h.
        volume: Central V/F, L.
        exchange: Q/F between the compartments, L/h.
        peripheral: Peripheral V/F, L.
        ka: 1/h.
        lag_h: Hours, zero or more.

    Raises:
        ValueError: When a parameter is not finite and positive.
    """
    if lag_h < 0:
        raise ValueError("a lag is zero or more hours")
    cl, v1, q, v2, k = _patients(
        clearance=clearance, volume=volume, exchange=exchange, peripheral=peripheral, ka=ka
    )
    k10, k12, k21 = cl / v1, q / v1, q / v2
    total = k10 + k12 + k21
    root = np.sqrt(np.maximum(total**2 - 4 * k10 * k21, 0.0))
    fast = (total + root) / 2
    slow = k10 * k21 / fast  # the product of the roots is known: no cancellation
    rate = np.stack([fast, slow], axis=1)
    coefficient = np.stack([(fast - k21) / (fast - slow), (k21 - slow) / (fast - slow)], axis=1) / v1[:, None]
    return Curve(ka=k, lag_h=lag_h, coefficient=coefficient, rate=rate)


def phi(t: Array, rate: Array, ka: Array) -> Array:
    """``(exp(-r t) - exp(-ka t)) / (ka - r)`` for t >= 0, with its limit ``t exp(-r t)`` where the two agree. Unit h.

    Written as ``exp(-min(r, ka) t) t g(|ka - r| t)`` with ``g(y) = (1 - exp(-y)) / y``: nothing cancels or overflows.
    """
    y = np.abs(ka - rate) * t
    g = np.where(y < 1e-9, 1.0 - y / 2, -np.expm1(-y) / np.where(y < 1e-9, 1.0, y))
    return np.asarray(np.exp(-np.minimum(rate, ka) * t) * t * g)


def superposition(
    curve: Curve, dose_h: npt.ArrayLike, dose_mg: npt.ArrayLike, times_h: npt.ArrayLike
) -> Array:
    """ng/mL at any times by adding every dose: the definition, readable beside the formula; O(times x doses).

    Args:
        curve: One or many patients.
        dose_h: When, h, shape (dose,).
        dose_mg: How much, mg, shape (dose,).
        times_h: When to look, h, any order, shape (time,).

    Returns:
        Shape (patient, time).
    """
    at, mg, times = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (dose_h, dose_mg, times_h))
    since = times[None, :] - at[:, None] - curve.lag_h  # dose, time
    after = np.maximum(since, 0.0)
    total = np.zeros((curve.ka.size, times.size))
    for patient in range(curve.ka.size):
        ka = curve.ka[patient]
        for c, r in zip(curve.coefficient[patient], curve.rate[patient], strict=True):
            total[patient] += mg @ np.where(since > 0, c * ka * phi(after, r, ka), 0.0)
    return total * NG_PER_ML


def concentration(
    curve: Curve, dose_h: npt.ArrayLike, dose_mg: npt.ArrayLike, times_h: npt.ArrayLike
) -> Array:
    """ng/mL at times in rising order, carrying the state from event to event: O(times + doses).

    The gut amount and one amount per exponential are all that the past leaves behind, so each step is a multiplication.
    Steps of equal length share their factors. Agrees with ``superposition`` to rounding.

    Args:
        curve: One or many patients.
        dose_h: When, h, shape (dose,), any order.
        dose_mg: How much, mg, shape (dose,).
        times_h: When to look, h, rising, shape (time,).

    Returns:
        Shape (patient, time). It is a view of an array laid out by time.

    Raises:
        ValueError: When the times do not rise.
    """
    at, mg, times = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (dose_h, dose_mg, times_h))
    if times.size > 1 and not (np.diff(times) >= 0).all():
        raise ValueError("times rise")
    order = np.argsort(at, kind="stable")
    at, mg = at[order] + curve.lag_h, mg[order]
    moments = np.concatenate([at, times])
    dose = np.concatenate([mg, np.zeros(times.size)])
    row = np.concatenate([np.full(at.size, -1), np.arange(times.size)])
    # At one moment the dose comes first; it adds nothing yet, so the order does not matter to the result.
    sequence = np.lexsort((row >= 0, moments))
    # Moments are rounded to a billionth of an hour, and then the steps between them, so that equal steps share their
    # factors and no rounding adds up.
    moments = np.round(moments[sequence], 9)
    steps = np.round(np.diff(moments, prepend=moments[:1]), 9)
    dose, row = dose[sequence], row[sequence]
    patients, terms = curve.rate.shape
    out = np.empty((times.size, patients))
    block = max(1, _BLOCK // terms)
    for start in range(0, patients, block):
        part = slice(start, min(start + block, patients))
        ka, rate = curve.ka[part], np.ascontiguousarray(curve.rate[part].T)
        weight = np.ascontiguousarray(curve.coefficient[part].T * NG_PER_ML)
        gut, central = np.zeros(ka.size), np.zeros_like(rate)
        filled = out if ka.size == patients else np.empty((times.size, ka.size))
        # In pieces, so that the factors of steps that are all different take bounded memory.
        for first in range(0, steps.size, _EVENTS):
            piece = slice(first, first + _EVENTS)
            lengths, which = np.unique(steps[piece].astype(np.float64), return_inverse=True)
            events = Events(np.where(steps[piece] > 0, which, -1), dose[piece], row[piece])
            carry(events, _factors(lengths, ka, rate), weight, gut, central, filled)
        if filled is not out:
            out[:, part] = filled
    return out.T


def _factors(lengths: Array, ka: Array, rate: Array) -> Factors:
    """What steps of these lengths do to patients with these rates (term, patient)."""
    h = lengths[:, None, None]
    return Factors(np.exp(-ka * lengths[:, None]), np.exp(-rate * h), ka * phi(h, rate, ka))


def area_under_curve(
    curve: Curve, dose_h: npt.ArrayLike, dose_mg: npt.ArrayLike, edges_h: npt.ArrayLike
) -> Array:
    """The area between successive edges, ng.h/mL, in closed form.

    From one dose, up to time t after its lag, the area is
    ``sum_i c_i [ (1 - exp(-r_i t))/r_i - phi(t; r_i) ]``: what has entered and left, less what has still to pass.

    Args:
        curve: One or many patients.
        dose_h: When, h, shape (dose,).
        dose_mg: How much, mg, shape (dose,).
        edges_h: Edges of the intervals, rising, shape (interval + 1,).

    Returns:
        Shape (patient, interval).
    """
    at, mg, edges = (np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (dose_h, dose_mg, edges_h))
    after = np.maximum(edges[None, :] - at[:, None] - curve.lag_h, 0.0)
    total = np.zeros((curve.ka.size, edges.size))
    for patient in range(curve.ka.size):
        ka = curve.ka[patient]
        for c, r in zip(curve.coefficient[patient], curve.rate[patient], strict=True):
            total[patient] += mg @ (c * (-np.expm1(-r * after) / r - phi(after, r, ka)))
    return np.diff(total, axis=1) * NG_PER_ML
