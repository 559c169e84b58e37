"""How drugs are stopped and changed: data."""
