"""What has to be right before the server starts; it refuses otherwise."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

from lenitive.shells.web.site import SiteError, site

__all__ = ["installation"]

OLDEST_ENGINE = (3, 51, 3)
"""The first SQLite in which write-ahead logging cannot corrupt the file (its release notes, 3.51.3)."""


@register()
def installation(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """Faults of the installation, each with its remedy."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(Error("DEBUG is on: pages would show the inside of the program", id="lenitive.E001"))
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < OLDEST_ENGINE:
        found.append(
            Error(
                f"SQLite {sqlite3.sqlite_version} can lose data in write-ahead logging",
                hint="Install the extra [web], which brings a newer one, or use PostgreSQL (LENITIVE_DATABASE).",
                id="lenitive.E002",
            )
        )
    try:
        site().secret_key()
    except SiteError as error:
        found.append(Error(str(error), id="lenitive.E003"))
    if not site().on_loopback and not site().tls:
        found.append(
            Error(
                "it can be reached from other machines without TLS",
                hint="Put a proxy that ends TLS before it and set LENITIVE_TLS=1, LENITIVE_PROXIES=1, LENITIVE_ORIGINS.",
                id="lenitive.E004",
            )
        )
    return found
