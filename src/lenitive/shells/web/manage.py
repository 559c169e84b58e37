"""Django's own commands for this installation: ``python -m lenitive.shells.web.manage migrate``."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lenitive.shells.web.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv if arguments is None else ["lenitive", *arguments])


if __name__ == "__main__":
    main()
