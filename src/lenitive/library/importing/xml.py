"""XML from strangers, read safely: a size limit first, no entities, no external files, bounded depth and size."""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree as Safe
from defusedxml.common import DefusedXmlException

__all__ = ["MOST_BYTES", "RefusedFileError", "inside", "parse", "text_of"]

MOST_BYTES = 50_000_000
"""A file may be so large. The largest of 52 full articles tried has 0.2 MB; a PubMed export of 10 000 records has 40 MB."""

_MOST_DEPTH = 200
_MOST_ELEMENTS = 3_000_000


class RefusedFileError(ValueError):
    """XML that is not read; the message says why in words without any of its content."""


def parse(data: bytes) -> Element:
    """The root element of a document.

    A DOCTYPE is allowed, since JATS and PubMed files carry one; entities and external parts are not, and nothing is fetched.

    Raises:
        RefusedFileError: When it is too large, too deep, defines entities, or is not XML.
    """
    if len(data) > MOST_BYTES:
        raise RefusedFileError(
            f"the file has {len(data) / 1e6:.0f} MB; at most {MOST_BYTES / 1e6:.0f} MB are read"
        )
    if not data.strip():
        raise RefusedFileError("the file is empty")
    depth = count = 0
    root: Element | None = None
    try:
        for event, element in Safe.iterparse(
            BytesIO(data),
            events=("start", "end"),
            forbid_dtd=False,
            forbid_entities=True,
            forbid_external=True,
        ):
            if event == "start":
                root = element if root is None else root
                depth, count = depth + 1, count + 1
                if depth > _MOST_DEPTH:
                    raise RefusedFileError(f"its elements lie more than {_MOST_DEPTH} deep")
                if count > _MOST_ELEMENTS:
                    raise RefusedFileError(f"it has more than {_MOST_ELEMENTS:,} elements")
            else:
                depth -= 1
    except DefusedXmlException as error:
        raise RefusedFileError(
            "it defines entities or points outside itself, which is not allowed"
        ) from error
    except ParseError as error:
        line, column = error.position
        raise RefusedFileError(f"it is not well-formed XML (line {line}, column {column})") from error
    except (ValueError, LookupError) as error:
        if isinstance(error, RefusedFileError):
            raise
        raise RefusedFileError("its character encoding cannot be read") from error
    if root is None:
        raise RefusedFileError("it holds no element")
    return root


def text_of(element: Element | None, *, without: frozenset[str] = frozenset()) -> str:
    """All words inside an element, with single blanks; the elements named in ``without`` are left out."""
    if element is None:
        return ""
    parts: list[str] = []
    stack: list[tuple[Element, bool]] = [(element, False)]
    while stack:  # by hand: depth is bounded, but recursion would still be slow on long papers
        node, tail = stack.pop()
        if tail:
            parts.append(node.tail or "")
            continue
        if node is not element:
            stack.append((node, True))
            if node.tag in without or not isinstance(node.tag, str):
                continue
        parts.append(node.text or "")
        if node.tag in {"p", "title", "td", "th", "break", "list-item", "label"}:
            parts.append(" ")
        stack.extend((child, False) for child in reversed(list(node)))
    return re.sub(r"\s+", " ", "".join(parts)).strip()


def inside(element: Element | None, path: str) -> str:
    """The words at a path below an element, or an empty text."""
    return "" if element is None else text_of(element.find(path))
