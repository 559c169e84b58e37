"""When how one signs in is changed, every other session of the account ends: whoever else is in was let in by what no longer counts."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.dispatch import receiver
from django.http import HttpRequest

from lenitive.shells.web.audit import told
from lenitive.shells.web.models import User

__all__ = ["end_others"]


@receiver([password_changed, password_set, authenticator_added, authenticator_removed, authenticator_reset])
def end_others(request: HttpRequest, user: User, **_: Any) -> None:
    """End them, and tell the audit."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
    told("sign-in changed", place="account", row=user.uid.hex)
