"""How much at once, and how often: what is refused before a view is asked.

Acts that matter are counted in the database, exactly, over all processes and restarts. Taps in a diary are counted in each process alone:
a write more for each would cost as much as the entry, and the limit only keeps a script that ran wild from filling the disk.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from axes.helpers import get_client_ip_address
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.shells.web.models import RateCount, User

__all__ = ["LARGEST", "RateLimit", "forget_old_counts", "limit_of", "most_bytes", "wait_for"]

LARGEST = {"new_patient": 64_000_000, "bring": 64_000_000, "bring_nights": 64_000_000}
"""Routes that take a file, with the most bytes of a request; signed-in people alone may send so much."""
_USUAL_LARGEST = 2_500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """So many times in so many seconds, for one person (or one address, where nobody is signed in).

    Attributes:
        most: How often.
        seconds: Within how long.
        reading: Whether reading counts too.
        shared: Whether it is counted over all processes.
    """

    most: int
    seconds: int
    reading: bool = False
    shared: bool = True

    @property
    def span(self) -> str:
        """The time in words."""
        return {60: _("a minute"), 3600: _("an hour"), 86_400: _("a day")}[self.seconds]


_USUAL = RateLimit(most=300, seconds=3600)
_TAPS = RateLimit(most=600, seconds=60, shared=False)
_BY_ROUTE = {
    "join": RateLimit(most=30, seconds=3600),
    "in_need": RateLimit(most=10, seconds=86_400),
    "export": RateLimit(most=30, seconds=3600, reading=True),
    "take_along": RateLimit(most=10, seconds=3600, reading=True),
    "erase_me": RateLimit(most=10, seconds=3600),
    "send_link": RateLimit(most=30, seconds=3600),
    "sharing": RateLimit(most=30, seconds=3600),
    "people": RateLimit(most=30, seconds=3600),
    "tokens": RateLimit(most=20, seconds=3600),
    "sign_option": RateLimit(most=60, seconds=3600),
    "enter_one": _TAPS,
    "sync": _TAPS,
    "api_enter": _TAPS,
    "api_record": RateLimit(most=60, seconds=3600, reading=True),
    "api_patients": RateLimit(most=120, seconds=3600, reading=True),
    "api_patient_record": RateLimit(most=600, seconds=3600, reading=True),
    "api_cohort": RateLimit(most=60, seconds=3600, reading=True),
    "api_cohort_record": RateLimit(most=20_000, seconds=3600, reading=True, shared=False),
}
"""The limits of single routes (ours: many times what a person does on a busy day)."""


def limit_of(route: str | None, method: str | None) -> RateLimit | None:
    """The limit that a request counts against; None for a reading that has none."""
    found = _BY_ROUTE.get(route or "", _USUAL)
    if method in ("GET", "HEAD", "OPTIONS") and not found.reading:
        return None
    return found


def most_bytes(route: str | None, user: object) -> int:
    """How many bytes a request may have."""
    return LARGEST.get(route or "", _USUAL_LARGEST) if isinstance(user, User) else _USUAL_LARGEST


def wait_for(request: HttpRequest, route: str, limit: RateLimit) -> int:
    """Count a request; for how many seconds it has to wait, 0 where it is within the limit."""
    user = request.user
    who = user.uid.hex if isinstance(user, User) else get_client_ip_address(request) or ""
    key = hashlib.sha256(f"{route}\x1f{who}".encode()).hexdigest()
    return _wait_shared(key, limit) if limit.shared else _in_this_process(key, limit)


def _wait_shared(key: str, limit: RateLimit) -> int:
    now = timezone.now()
    until = now + timedelta(seconds=limit.seconds)
    with transaction.atomic():
        row, _made = RateCount.objects.select_for_update().get_or_create(key=key, defaults={"until": until})
        if row.until <= now:
            row.count, row.until = 0, until
        if row.count >= limit.most:
            return max(1, round((row.until - now).total_seconds()))
        row.count += 1
        row.save()
    return 0


class _ProcessCounts:
    """Counts of this process, the oldest forgotten first."""

    def __init__(self, most: int = 20_000) -> None:
        self._lock, self._most = threading.Lock(), most
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __call__(self, key: str, limit: RateLimit) -> int:
        now = time.monotonic()
        with self._lock:
            count, until = self._counts.pop(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + limit.seconds
            self._counts[key] = (count + 1, until)
            if len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return max(1, round(until - now)) if count >= limit.most else 0


_in_this_process = _ProcessCounts()


def forget_old_counts() -> int:
    """Remove the rows that count nothing any more; how many there were."""
    return RateCount.objects.filter(until__lt=timezone.now()).delete()[0]
