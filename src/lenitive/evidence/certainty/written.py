"""Judgements as a knowledge file, for places that have no time to make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from lenitive.evidence.certainty.levels import Certainty

__all__ = ["certainty_file"]

_HEAD = """# How sure one may be of each drug against placebo, outcome by outcome: what the rules on certainty say of the tables, the
# judgements of bias and the missing trials. Written by tools/certainties.py; a test holds that it is what the rules say.

"""


def certainty_file(certainties: Mapping[str, Iterable[Certainty]], *, read: date) -> str:
    """The file ``certainties.toml``: outcome by outcome, drug by drug."""
    rows = [
        f'[[certainty]]\noutcome = "{outcome}"\ntreatment = "{one.treatment}"\nlevel = "{one.level.value}"\n'
        for outcome, found in certainties.items()
        for one in sorted(found, key=lambda c: c.treatment)
    ]
    return f"{_HEAD}read = {read.isoformat()}\n\n" + "\n".join(rows)
