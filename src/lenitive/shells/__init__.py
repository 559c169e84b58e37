"""Where Lenitive meets files, terminals, browsers and other systems."""
