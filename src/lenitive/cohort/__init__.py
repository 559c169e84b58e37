"""The same judgement over many records: how well it is calibrated."""
