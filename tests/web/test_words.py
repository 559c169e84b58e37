"""Every word of the pages can be said in another language by one mechanism, and the direction of the page follows the language."""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.translation import trans_real

import lenitive.shells.web as web

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((Path(web.__file__).parent / "templates").rglob("*.html"))
# Template tags, comments and HTML tags; an HTML tag may hold template tags.
_TOKENS = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<(?:\{%.*?%\}|\{\{.*?\}\}|[^<>{]|\{)*>", re.DOTALL)
_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder)="([^"{]+)"')
_GIVEN = re.compile(r'\{% include [^%]*?\b(?:question|more|low|high)="([A-Za-z][^"]+)"')
# No words of a language: the name, and what names a look to the style sheet.
_NOT_WORDS = re.compile(r"&[a-z#0-9]+;|Lenitive|mirtazapine|15 mg|112|\bmg\b|at-once|PHQ-9|GAD-7")


def _words_outside(source):
    source = re.sub(r"\{% blocktranslate.*?\{% endblocktranslate %\}", "", source, flags=re.DOTALL)
    source = re.sub(r"\{% block body_class %\}.*?\{% endblock %\}", "", source)
    source = re.sub(r"<(script|style)\b.*?</\1>", "", source, flags=re.DOTALL)
    found, at = [], 0
    for token in _TOKENS.finditer(source):
        found.append(source[at : token.start()])
        found += _ATTRIBUTE.findall(token[0]) if token[0].startswith("<") else []
        at = token.end()
    found.append(source[at:])
    found += [w for w in _GIVEN.findall(source) if w != "at-once"]
    # What decides a class of the style sheet stands inside a tag and is no text.
    return [t.strip() for t in found if re.search(r"[A-Za-z]{2}", _NOT_WORDS.sub("", t))]


def test_the_look_sees_a_word_that_cannot_be_translated():
    assert _words_outside('<p>Save {{ x }}</p><a title="Go"></a>') == ["Save", "Go"]
    assert _words_outside('<p>{% translate "Save" %}</p>') == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_word_of_a_page_can_be_translated(path):
    assert _words_outside(path.read_text(encoding="utf-8")) == []


def _tool():
    spec = importlib.util.spec_from_file_location("web_words", ROOT / "tools" / "web_words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_catalogue_is_of_these_pages():
    tool = _tool()
    assert tool.POT.read_bytes() == tool.written(), "run: python tools/web_words.py"


def test_another_language_is_a_folder_and_its_direction_that_of_the_page(people, client_of, settings, tmp_path):
    """Every sentence between brackets, as Arabic: what a page says without them was not translatable."""
    catalogue = read_po(io.BytesIO(_tool().POT.read_bytes()), locale="ar")
    for message in catalogue:
        if message.id and isinstance(message.id, str):
            message.string = f"⟦{message.id}⟧"
    folder = tmp_path / "ar" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as out:
        write_mo(out, catalogue)
    settings.LOCALE_PATHS = [tmp_path]
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    trans_real._translations.clear()
    trans_real.get_languages.cache_clear()
    try:
        with translation.override("ar"):
            text = client_of("clinician").get("/panel/", headers={"accept-language": "ar"}).content.decode()
            today = client_of("patient").get(f"/diary/{people['anna'].uid}/?part=evening", headers={"accept-language": "ar"}).content.decode()
    finally:
        trans_real._translations.clear()
        trans_real.get_languages.cache_clear()
    assert '<html lang="ar" dir="rtl">' in text
    assert "⟦Who needs attention⟧" in text
    assert "⟦New patient⟧" in text
    assert "⟦How much pain today?⟧" in today
    assert "⟦no pain⟧" in today
    assert "⟦Gaps are fine. Fill in what you can.⟧" in today
