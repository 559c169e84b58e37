"""Finds, checks and orders the articles behind a statement."""
