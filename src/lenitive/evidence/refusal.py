"""A named refusal: data that cannot be pooled, with what is wrong and what to do about it."""

from __future__ import annotations

__all__ = ["NotEstimable"]


class NotEstimable(ValueError):  # noqa: N818 - a refusal is an answer, not a failure
    """Data that no honest answer can be given for.

    Attributes:
        name: A stable name, such as ``zero_variance``.
        what: What is wrong, in one clause.
        remedy: What to do about it.
    """

    def __init__(self, name: str, what: str, remedy: str) -> None:
        self.name, self.what, self.remedy = name, what, remedy
        super().__init__(f"{name}: {what}. {remedy}.")
