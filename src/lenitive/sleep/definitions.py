"""Numbers of one definition, and of no other: what each definition is stands in the knowledge (``sleep/definitions.toml``)."""

from __future__ import annotations

__all__ = ["MixedDefinitionsError", "one_id"]


class MixedDefinitionsError(ValueError):
    """Values made by different definitions were about to be pooled."""


def one_id(ids: set[str]) -> str:
    """The one definition that all values share.

    Raises:
        MixedDefinitionsError: When there are several; the remedy is to compute all from hypnograms by one of them, or to
            report each on its own.
    """
    if len(ids) != 1:
        raise MixedDefinitionsError(
            f"values of {len(ids)} definitions ({', '.join(sorted(ids))}) are never pooled; report each on its own"
        )
    return next(iter(ids))
