"""The rules that clinicians and patients use on a diary, to be judged beside the model on the same patients.

Each looks at pain and always answers: it says that the drug helps, or that it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
from scipy.stats import ttest_ind

from lenitive.record import Record

__all__ = ["RULES", "rule_words"]

Rule = Callable[[Record, date], bool]


def _pain(record: Record, at: date) -> tuple[list[date], np.ndarray[tuple[int], np.dtype[np.float64]]]:
    found = [(d.day, d.pain) for d in record.diary if d.day <= at and d.pain is not None]
    return [d for d, _ in found], np.array([v for _, v in found], dtype=float)


def _start(record: Record) -> date:
    return min(p.start for p in record.medicines)


def visit(record: Record, at: date) -> bool:
    """Pain recalled at the visit is at least 30 % below pain recalled before the drug."""
    recalled = [m for m in record.series("recalled_pain") if m.day <= at]
    before = [m.value for m in recalled if m.day <= _start(record)]
    after = [m.value for m in recalled if m.day > _start(record)]
    return bool(before and after and before[-1] > 0 and after[-1] <= 0.7 * before[-1])


def one_point(record: Record, at: date) -> bool:
    """Mean pain of the last seven days is at least one point below that of the seven days before the drug."""
    days, pain = _pain(record, at)
    start = _start(record)
    before = [v for d, v in zip(days, pain, strict=True) if start - timedelta(days=7) <= d < start]
    after = [v for d, v in zip(days, pain, strict=True) if d > at - timedelta(days=7)]
    return bool(before and after and np.mean(after) <= np.mean(before) - 1)


def t_test(record: Record, at: date) -> bool:
    """Pain is lower on days with the drug than on days without, by Welch's t-test at p < 0.05."""
    days, pain = _pain(record, at)
    on = np.array([any(p.dose_mg > 0 and p.covers(d) for p in record.medicines) for d in days], dtype=bool)
    if min(on.sum(), (~on).sum()) < 3 or np.ptp(pain[on]) == 0 or np.ptp(pain[~on]) == 0:
        return False
    found = ttest_ind(pain[on], pain[~on], equal_var=False)
    return bool(found.pvalue < 0.05 and pain[on].mean() < pain[~on].mean())


def halves(record: Record, at: date) -> bool:
    """Mean pain of the second half of the diary is at least one point below that of the first half."""
    _, pain = _pain(record, at)
    half = len(pain) // 2
    return bool(half and pain[half:].mean() <= pain[:half].mean() - 1)


RULES: Mapping[str, Rule] = MappingProxyType(
    {"visit": visit, "one_point": one_point, "t_test": t_test, "halves": halves}
)
_WORDS = {
    "visit": "visit: recalled pain down 30 %",
    "one_point": "diary: last week 1 point down",
    "t_test": "diary: t-test, on against off",
    "halves": "diary: second half 1 point down",
    "model": "model: sure at 85 %",
    "delivered": "verdict as delivered",
}


def rule_words(rule: str) -> str:
    """What a rule is, in a few words."""
    return _WORDS[rule]
