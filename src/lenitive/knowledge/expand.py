"""Turns the short way of writing a fact's source into the full one.

A knowledge file names its sources by key (``source = ["us_label: 5.1"]``); ``sources.csv`` says once what each key
stands for. The file's own ``read`` and ``review`` days hold for every fact that does not give its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lenitive.knowledge.fault import Fault
from lenitive.knowledge.schema.substances import ListedSource

__all__ = ["expand", "source_of"]


def source_of(
    entry: str, sources: Mapping[str, ListedSource], *, file: str, key: str, faults: list[Fault]
) -> dict[str, str] | None:
    """``key: place`` written out, or None with a fault added when the key is not listed."""
    name, _, place = entry.partition(":")
    if name in sources:
        return {"article": sources[name].article, "at": place.strip()}
    faults.append(
        Fault(
            file=file,
            key=key,
            what=f"names the source {name!r}, which is not listed",
            remedy="Add it to sources.csv or correct its spelling",
        )
    )
    return None


def expand(
    content: dict[str, Any], name: str, prefix: str, sources: Mapping[str, ListedSource], faults: list[Fault]
) -> dict[str, Any]:
    """The content with ids, sources and days written out in every row; rows are the tables that name a source."""
    read, review = content.pop("read", None), content.pop("review", None)
    for key, day in (("read", read), ("review", review)):
        if not isinstance(day, date):
            faults.append(
                Fault(file=name, key=key, what="is not a date", remedy="Give the day as YYYY-MM-DD")
            )
    if isinstance(read, date) and isinstance(review, date) and review <= read:
        faults.append(Fault(file=name, key="review", what="is not after read", remedy="Give a later day"))

    def written_out(entries: object, at: str) -> list[dict[str, str]]:
        if not isinstance(entries, list) or not all(isinstance(e, str) for e in entries):
            faults.append(
                Fault(file=name, key=at, what="is not a list of texts", remedy='Write ["key: place"]')
            )
            return []
        full = (source_of(entry, sources, file=name, key=at, faults=faults) for entry in entries)
        return [one for one in full if one is not None]

    def walk(table: dict[str, Any], path: str) -> None:
        for key, value in table.items():
            here = f"{path}.{key}"
            if not isinstance(value, dict):
                continue
            if "source" in value:
                value["id"] = here
                value.setdefault("read", read)
                value.setdefault("review", review)
                at = here.removeprefix(f"{prefix}.")
                value["source"] = written_out(value["source"], f"{at}.source")
                for other in value.get("contradictions", ()):
                    if isinstance(other, dict):
                        other["source"] = written_out(other.get("source", []), f"{at}.contradictions.source")
            else:
                walk(value, here)

    walk(content, prefix)
    return content
