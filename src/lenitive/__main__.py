"""Runs the command line as ``python -m lenitive``."""

from lenitive.shells.cli import main

if __name__ == "__main__":
    main()
