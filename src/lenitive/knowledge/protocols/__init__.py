"""Protocols as data, each with its worked cases beside it."""
