"""Passwords by Argon2id, at OWASP's 46 MiB in one lane: several people who sign in at once do not take the machine's memory."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher

__all__ = ["Argon2InOneLane"]


class Argon2InOneLane(Argon2PasswordHasher):
    """As Django's, with memory and lanes for a small machine.

    Source: OWASP Password Storage Cheat Sheet, Argon2id, m = 47104 (46 MiB), t = 1, p = 1.
    """

    time_cost = 1
    memory_cost = 47_104
    parallelism = 1
