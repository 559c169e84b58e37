"""Gathers every sentence of the web app's pages into ``locale/web.pot``: ``python tools/web_words.py``; with ``--check`` it only says whether it is so.

A language is a folder beside it, ``locale/LANGUAGE/LC_MESSAGES/django.po``, begun with ``pybabel init -i web.pot -l LANGUAGE -D django``.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from django.utils.translation.template import templatize

WEB = Path(__file__).resolve().parents[1] / "src" / "lenitive" / "shells" / "web"
POT = WEB / "locale" / "web.pot"
_KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}


def gathered() -> Catalog:
    """Every sentence with the files it stands in."""
    found = Catalog(project="Lenitive", fuzzy=False)
    for path in sorted([*WEB.rglob("*.html"), *WEB.rglob("*.py")]):
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        where = path.relative_to(WEB).as_posix()
        for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), _KEYWORDS):
            found.add(message, locations=[(where, 0)], context=context)
    return found


def written() -> bytes:
    """The file's bytes: sorted, without a date, so that equal pages give equal files."""
    out = io.BytesIO()
    write_po(out, gathered(), sort_output=True, omit_header=True, include_lineno=False, width=0)
    return out.getvalue()


if __name__ == "__main__":
    new = written()
    if "--check" in sys.argv:
        sys.exit(0 if POT.exists() and POT.read_bytes() == new else "web.pot is not of these pages; run tools/web_words.py")
    POT.write_bytes(new)
    print(f"{POT.name}: {len(gathered())} sentences")
