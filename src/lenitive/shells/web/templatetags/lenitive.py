"""Filters of the pages: words with their directions, and a page's pictures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from json import dumps

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from lenitive.render import Picture, picture_svg, weeks_svg, words_html

__all__ = ["register"]

register = template.Library()


@register.filter
def words(text: str) -> SafeString:
    """A text of ``render`` as HTML: escaped, with signed numbers and foreign names set apart in their direction."""
    return mark_safe(words_html(text))


@register.filter
def pain_line(weeks: list[float | None] | None) -> SafeString:
    """Weekly means of pain as a small line."""
    return mark_safe(weeks_svg(weeks or ()))


@register.filter
def svg(picture: Picture, narrow: bool = False) -> SafeString:
    """A picture of ``render`` as SVG; what was drawn lately is not drawn again."""
    return mark_safe(_drawn(picture, narrow, get_language()))


@lru_cache(maxsize=256)
def _drawn(picture: Picture, narrow: bool, language: str | None) -> str:
    return picture_svg(picture, narrow=narrow)


@register.filter
def get(values: Mapping[str, str], name: str) -> str:
    """The value of a name that is no word of a template; empty where there is none."""
    return values.get(name, "")


@register.filter
def json(value: object) -> SafeString:
    """A value as JSON inside a script file of ours; what could end a script or a string is escaped."""
    text = dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return mark_safe(text)
