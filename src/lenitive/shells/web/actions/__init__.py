"""Everything that changes what is stored: each one action, in one transaction. Views call these and nothing else writes."""
