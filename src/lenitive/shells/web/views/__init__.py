"""Pages: each view parses, calls one action or reads, and shows. Who may see it stands above it."""
