"""Runs the command line: ``lenitive``, and ``python -m lenitive``."""

import gc

__all__ = ["main"]

# A whole review makes fewer objects than this. What piles up in cycles before the collector looks is some tens of MB at most.
_COLLECT_AFTER = 200_000


def main() -> None:
    """Run the command that the arguments name."""
    # Nearly all that a start makes lives to the end. At the usual 700 objects the collector would look through what is being
    # imported again and again and find nothing; and at the end Python would look through all of it once more, before it is dropped.
    gc.set_threshold(_COLLECT_AFTER)
    from lenitive.shells.cli import main as run

    try:
        run()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
