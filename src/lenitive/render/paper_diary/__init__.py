"""A week of the diary on paper."""
