"""The worker: takes up what a killed one left, makes reviews as they are asked for, and looks after old sessions."""

from __future__ import annotations

import os
import signal
import threading
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from lenitive.shells.web.database import SYSTEM, acting
from lenitive.shells.web.retention import thin

__all__ = ["Command", "take_up_again"]

_LEFT_AFTER = timedelta(minutes=5)
"""No review takes so long: one that seems to was left by a worker that died."""
_EVERY_SECONDS, _PARENT_SECONDS = 60.0, 2.0
_MINUTES_A_DAY = 1440


def take_up_again(left_after: timedelta = _LEFT_AFTER) -> int:
    """Put back into the queue what a worker that died had begun; how many there were. Tasks may be run twice."""
    before = timezone.now() - left_after
    return DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=before).update(
        status=TaskResultStatus.READY, started_at=None
    )


class Command(BaseCommand):
    """``work``: run tasks until told to stop."""

    help = "Make reviews in the background until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        # A worker that has just begun is the only one of this installation: whatever runs was left.
        take_up_again(timedelta(0))
        ends = threading.Event()

        parent = os.getppid()

        def look_after() -> None:
            waited, minutes = 0.0, 0
            while not ends.wait(_PARENT_SECONDS):
                if os.getppid() != parent:
                    # Whoever started this was killed: a worker that nobody stops would work beside the next one.
                    os.kill(os.getpid(), signal.SIGTERM)
                    return
                waited += _PARENT_SECONDS
                if waited >= _EVERY_SECONDS:
                    waited = 0.0
                    minutes += 1
                    take_up_again()
                    if minutes % _MINUTES_A_DAY == 1:
                        with acting(SYSTEM):
                            thin()
                    close_old_connections()

        threading.Thread(target=look_after, daemon=True).start()
        try:
            call_command("db_worker", interval=0.5, verbosity=0)
        finally:
            ends.set()
