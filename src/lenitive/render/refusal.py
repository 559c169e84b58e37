"""Why there is no plan, in words."""

from __future__ import annotations

from lenitive.render.catalogue import sentences
from lenitive.titration import Refusal

__all__ = ["refusal_words"]


def refusal_words(refusal: Refusal) -> str:
    """Why there is no plan: the reason, and what rows of the knowledge say of it."""
    return f"No plan: {sentences((refusal.reason, *refusal.details))}"
