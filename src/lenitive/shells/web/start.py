"""Starting the server: everything it needs is made first, then it answers; stopping it stops all of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import FrameType

__all__ = ["attach", "begin", "first_link", "prepare", "serve"]

_THREADS, _WORKERS = 4, 2
_LINK_DAYS = 2
_WATCH_SECONDS = 2.0


def _environment(data: Path | None) -> None:
    if data is not None:
        os.environ["LENITIVE_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lenitive.shells.web.settings")


def begin(data: Path | None = None) -> None:
    """Name the installation that this process is about, which need not be there yet."""
    _environment(data)


def attach(data: Path | None = None) -> None:
    """Make ready to read an installation that is there.

    Args:
        data: The data folder; None for the usual one.

    Raises:
        SiteError: When there is none, or others may read it.
    """
    _environment(data)
    from lenitive.shells.web.site import SiteError, site

    if not site().secret_file.exists():
        raise SiteError(f"there is no installation in {site().data}; start one with: lenitive serve")
    import django

    django.setup()


def prepare(data: Path | None = None) -> None:
    """Make the data folder, the key, the tables and the static files, and refuse an installation that is not right.

    Args:
        data: The data folder; None for the usual one.

    Raises:
        SiteError: When something about the installation has to be put right first; the message says what.
    """
    _environment(data)
    from lenitive.shells.web.site import SiteError, site

    site().prepare()
    if not site().database and not site().database_file.exists():
        site().database_file.touch(mode=0o600)
    import django
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    django.setup()
    try:
        call_command("check", verbosity=0)
    except SystemCheckError as error:
        raise SiteError(str(error)) from error
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def first_link(address: str) -> str:
    """A one-time link for the first administrator's account; empty when there is an administrator."""
    from lenitive.shells.web.actions.inviting import invite
    from lenitive.shells.web.models import Role, User

    if User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exists():
        return ""
    secret = invite(Role.ADMINISTRATOR, by=None, lasts=timedelta(days=_LINK_DAYS))
    return f"{address}/join/{secret}/"


def _worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "lenitive.shells.web.manage", "work"],
        env=os.environ.copy(),
        start_new_session=True,
    )


def serve(host: str, port: int) -> None:
    """Answer until told to stop: the pages, and beside them the worker that makes reviews."""
    worker = _worker()
    pages = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "lenitive.shells.web.wsgi:application",
            f"--bind={host}:{port}",
            f"--workers={_WORKERS}",
            f"--threads={_THREADS}",
            "--worker-class=gthread",
            "--preload",
            "--graceful-timeout=20",
            "--log-level=warning",
            "--no-control-socket",
        ],
        env=os.environ.copy(),
        start_new_session=True,
    )

    stops = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stops
        stops = True
        for one in (pages, worker):
            with suppress(ProcessLookupError):
                one.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        while True:
            with suppress(subprocess.TimeoutExpired):
                pages.wait(timeout=_WATCH_SECONDS)
                break
            if worker.poll() is not None and not stops:
                # Killed, for want of memory perhaps: the next one takes up what it had begun.
                worker = _worker()
    finally:
        for one in (pages, worker):
            with suppress(ProcessLookupError):
                one.terminate()
        for one in (pages, worker):
            try:
                one.wait(timeout=25)
            except subprocess.TimeoutExpired:
                one.kill()
