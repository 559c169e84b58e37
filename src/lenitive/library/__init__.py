"""Finds, checks and orders the articles behind a statement."""

from lenitive.library.opening import Opening, considered, open_articles

__all__ = ["Opening", "considered", "open_articles"]
