"""The one Django application of the web app."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["WebConfig"]


class WebConfig(AppConfig):
    """Registers what has to be there before the first query: the engine's functions, start-up checks, the audit's triggers."""

    name = "lenitive.shells.web"
    label = "web"
    verbose_name = "Lenitive"

    def ready(self) -> None:
        """Connect them."""
        from django.db.models.signals import post_migrate

        from lenitive.shells.web import checks, database, sessions  # noqa: F401  (checks and receivers are registered by import)
        from lenitive.shells.web.audit_triggers import make_triggers

        database.connect()
        post_migrate.connect(make_triggers, sender=self)
