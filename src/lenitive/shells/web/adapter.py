"""How accounts come to be: by invitation alone."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

__all__ = ["ByConnection", "ByInvitation"]


class ByInvitation(DefaultAccountAdapter):
    """Nobody signs up by herself; see ``actions.inviting``."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class ByConnection(DefaultSocialAccountAdapter):
    """A provider signs in whoever has connected her account with it, and nobody else."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Never: what a provider says of a person's name or address makes no account and opens none."""
        return False
