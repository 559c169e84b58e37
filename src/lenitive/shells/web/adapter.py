"""How accounts come to be: by invitation alone."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

__all__ = ["ByInvitation"]


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by herself; see ``actions.inviting``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False
