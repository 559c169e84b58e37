"""What a file from outside is, before anyone asks what it says: its container, its encoding, its cells, its dates."""
