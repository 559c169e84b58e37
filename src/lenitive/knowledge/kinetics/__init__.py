"""Kinetic parameters, one TOML file a drug."""
