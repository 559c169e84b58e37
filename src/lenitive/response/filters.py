"""Daily series: the dose of a drug, and a series after a first-order delay."""

from __future__ import annotations

from datetime import date

import numpy as np

from lenitive.record import Record
from lenitive.response.compiled import MODULE
from lenitive.response.result import Array

__all__ = ["daily_mg", "first_order", "first_order_by_numpy"]


def daily_mg(record: Record, drug: str, first: date, days: int) -> Array:
    """``[day]`` mg of a drug on each of the days from the first on: ``Record.dose_mg`` of all of them, period by period."""
    origin, out = first.toordinal(), np.zeros(days)
    for p in record.medicines:
        if p.drug != drug:
            continue
        begin = max(p.start.toordinal() - origin, 0)
        stop = days if p.end is None else max(min(p.end.toordinal() - origin + 1, days), 0)
        taken = np.full(max(stop - begin, 0), p.dose_mg_per_day)
        taken[[day - begin for m in p.missed if begin <= (day := m.toordinal() - origin) < stop]] = 0.0
        out[begin : begin + taken.size] += taken
    return out


def first_order(signal: Array, days: Array) -> Array:
    """``[k, day]`` the series ``[day]`` after delays with time constants ``days [k]``, from rest before the first day."""
    if MODULE is None:
        return first_order_by_numpy(signal, days)
    keep, out = np.exp(-1.0 / days), np.empty((days.size, signal.size))
    MODULE.first_order(signal.size, days.size, (np.ascontiguousarray(signal, dtype=np.float64), keep, out))
    return out


def first_order_by_numpy(signal: Array, days: Array) -> Array:
    """What ``first_order`` means; it is used where there is no compiled kernel."""
    keep = np.exp(-1.0 / days)
    out = np.empty((days.size, signal.size))
    state = np.zeros(days.size)
    for t, goal in enumerate(signal.tolist()):
        state = goal + (state - goal) * keep
        out[:, t] = state
    return out
