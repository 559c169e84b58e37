"""Tokens by which a program acts for a person: made once, shown once, within scopes and until a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from lenitive.shells.web.access import SCOPES
from lenitive.shells.web.models import ApiToken, User
from lenitive.shells.web.models.accounts import link_digest, new_link

__all__ = ["LONGEST_DAYS", "TokenError", "make_token", "token_of", "withdraw_token"]

LONGEST_DAYS = 365
_MOST_EACH = 10
_PREFIX, _SCHEME = "lenitive_", "Bearer "
"""The prefix is for programs that look for secrets in places where they should not be."""


class TokenError(ValueError):
    """A token that cannot be made; the message says why."""


def make_token(user: User, name: str, scopes: Iterable[str], *, days: int) -> str:
    """The secret of a new token; it is stored nowhere.

    Args:
        user: For whom a program will act.
        name: What it is for, in her words.
        scopes: What it may do; nothing beyond her role's.
        days: How long.

    Raises:
        TokenError: When it allows nothing, or too much, or there are too many.
    """
    wanted = sorted(set(scopes))
    if not wanted or set(wanted) - set(SCOPES.get(user.role, ())):
        raise TokenError(_("Choose what the program may do."))
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(_("A token lasts between 1 and %(days)d days.") % {"days": LONGEST_DAYS})
    now = timezone.now()
    if ApiToken.objects.filter(user=user, withdrawn_at__isnull=True, until__gt=now).count() >= _MOST_EACH:
        raise TokenError(_("You have %(count)d tokens. Take one back first.") % {"count": _MOST_EACH})
    secret = _PREFIX + new_link()
    ApiToken.objects.create(
        user=user,
        name=name.strip()[:80] or _("A program"),
        digest=link_digest(secret),
        scopes=" ".join(wanted),
        made_at=now,
        until=now + timedelta(days=days),
    )
    return secret


def token_of(header: str) -> ApiToken | None:
    """The token that a header carries, when it is one that counts today and its person may still come in."""
    if not header.startswith(_SCHEME + _PREFIX):
        return None
    found = ApiToken.objects.select_related("user").filter(
        digest=link_digest(header.removeprefix(_SCHEME)), withdrawn_at__isnull=True, until__gt=timezone.now()
    )
    return found.filter(user__is_active=True).first()


def withdraw_token(user: User, pk: int) -> bool:
    """Take a token of hers back, at once; whether there was one."""
    standing = ApiToken.objects.filter(pk=pk, user=user, withdrawn_at__isnull=True)
    return bool(standing.update(withdrawn_at=timezone.now()))
