"""An article as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from lenitive.library import Mark, MarkKind, Page

__all__ = ["page_text"]

_WIDTH = 100


def _shown(mark: Mark) -> str:
    return f"{mark.text} ({mark.target})" if mark.kind is MarkKind.LINK else mark.text


def _lines(page: Page) -> Iterator[str]:
    head = page.head
    yield head.title
    yield "=" * len(head.title)
    yield f"For: {head.audience} · {head.shelf.words} · reviewed {head.reviewed} · next review {head.next_review}"
    yield ""
    for part in page.filled(page.markdown, _shown).split("\n\n"):
        for line in part.splitlines():
            if line.startswith("#"):
                words = line.lstrip("# ")
                yield words
                yield "-" * len(words)
            elif line.startswith("|"):
                yield line
            else:
                mark = "  " if line.startswith(("- ", "* ")) else ""
                yield from textwrap.wrap(line, _WIDTH, subsequent_indent=mark) or [""]
        yield ""
    if page.sources:
        yield "Sources"
        yield "-------"
    for entry in page.sources:
        found = entry.reference
        text = (
            f"{entry.number}. {entry.text} {found.identifier or f'No DOI or PMID known; seen at {found.url}'}"
        )
        yield from textwrap.wrap(f"{text} ({entry.told})", _WIDTH, subsequent_indent="   ")
    yield ""
    yield f"Written by {', '.join(head.authors)}. Conflicts of interest: {head.conflicts}"


def page_text(page: Page) -> str:
    """An article as text: body, sources, authorship."""
    return "\n".join(_lines(page)).replace("**", "").rstrip() + "\n"
