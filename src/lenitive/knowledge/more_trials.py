"""The knowledge with more trials in it: another snapshot, read and checked like the one on disk, which stays as it is."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence

from lenitive.knowledge.fault import Fault, KnowledgeError
from lenitive.knowledge.files import Files
from lenitive.knowledge.load import Knowledge

__all__ = ["with_file", "with_trials"]

_ARMS = "trials/arms.csv"
_JUDGED = "trials/judgements.toml"
_NEEDED = ("study_id", "year", "drug", "outcome", "design", "source_url")


def with_file(knowledge: Knowledge, name: str, text: str) -> Knowledge:
    """A snapshot with one file put in the place of another."""
    content = {**knowledge.files.content, name: text.encode()}
    return Knowledge(files=Files(content=content), site=knowledge.site)


def with_trials(knowledge: Knowledge, rows: Sequence[Mapping[str, str]]) -> Knowledge:
    """A snapshot with arms of more trials, in the columns of ``trials/arms.csv``; columns that are left out are empty.

    An address whose host has no grade is taken with grade U: it is shown as unverified.

    Raises:
        KnowledgeError: With every row that cannot be one, and every fault that the trials have with them.
    """
    text = knowledge.files.content[_ARMS].decode("utf-8")
    head = next(csv.reader(io.StringIO(text)))
    faults = []
    for number, row in enumerate(rows, start=2):
        strange = sorted(set(row) - set(head))
        empty = [c for c in _NEEDED if not row.get(c, "").strip()]
        if strange:
            faults.append(_fault(number, strange[0], "is no column of the trials", f"Use {', '.join(head)}"))
        if empty:
            faults.append(
                _fault(number, empty[0], "is empty", "Fill it in; a trial without it cannot be judged")
            )
    if not rows:
        faults.append(_fault(1, "", "holds no trial", "Give one row for each arm and outcome"))
    if faults:
        raise KnowledgeError(faults)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        writer.writerow([row.get(c, "").strip() for c in head])
    arms = text.rstrip("\n") + "\n" + out.getvalue()
    judged = knowledge.files.content[_JUDGED].decode("utf-8")
    digest = hashlib.sha256(arms.encode()).hexdigest()
    judged = re.sub(
        r'^("arms\.csv" = )"[0-9a-f]{64}"$', rf'\1"{digest}"', judged, count=1, flags=re.MULTILINE
    )
    hosts = {_host(row["source_url"]) for row in rows}
    known = tuple(knowledge.trials.judgements.grade_by_host)
    new = sorted(h for h in hosts if not h.endswith(known))
    if new:
        graded = "".join(f'"{h}" = "U"\n' for h in new)
        judged = judged.replace("[grade_by_host]\n", f"[grade_by_host]\n{graded}", 1)
    found = with_file(with_file(knowledge, _ARMS, arms), _JUDGED, judged)
    _ = found.trials  # read and checked now, so that every fault is told before anything is said
    return found


def _host(address: str) -> str:
    host = address.split("/")[2] if address.count("/") >= 2 else address
    return re.sub(r"[^\w.\-]", "", host) or "unknown"


def _fault(row: int, key: str, what: str, remedy: str) -> Fault:
    return Fault(
        file="the trials handed in", key=f"row {row}{f', {key}' if key else ''}", what=what, remedy=remedy
    )
