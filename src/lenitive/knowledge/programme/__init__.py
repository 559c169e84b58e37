"""Guided exercises for patients: data."""
