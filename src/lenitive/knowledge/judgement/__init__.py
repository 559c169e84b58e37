"""The numbers that judgements turn on: data."""
