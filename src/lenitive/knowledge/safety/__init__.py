"""Safety rules and the conditions they ask about."""
