"""Names of sources without their owners: "Jane's Apple Watch", "Apple Watch von Kim Ohlsen" and "KimのApple Watch" are one kind of thing.

A device is named after its owner in the words of the owner's language. A product's own name in it is kept and nothing else;
where there is none, what stands on the owner's side of a possessive goes.
"""

from __future__ import annotations

import re

__all__ = ["without_owner"]

# Products that people name; longer names stand before those they begin with.
_PRODUCTS = (
    "Apple Watch Ultra", "Apple Watch SE", "Apple Watch", "iPhone", "iPad", "iPod touch", "iPod", "Oura Ring", "Oura",
    "Galaxy Watch", "Galaxy Ring", "Pixel Watch", "Mi Band", "Mi Smart Band", "Xiaomi Smart Band", "Huawei Watch",
    "Huawei Band", "Amazfit", "Garmin", "Fitbit", "Polar", "Whoop", "Withings", "Ultrahuman", "RingConn",
)  # fmt: skip
_PRODUCT = re.compile(
    "|".join(r"\s+".join(map(re.escape, name.split())) for name in sorted(_PRODUCTS, key=len, reverse=True)),
    re.IGNORECASE,
)
_BY_WORDS = {name.casefold(): name for name in _PRODUCTS}
# The owner before the thing: English, German and Scandinavian with a mark, Japanese, Chinese, Korean.
_BEFORE = re.compile(r"^.*(?:['\u2019`]s?(?:\s+|$)|の\s*|的\s*|의\s+)")
# The owner after the thing, with the word for "of".
_OF = "af|av|avec|da|de|del|della|der|des|di|do|dos|du|från|fra|od|of|van|von|y|z"
_AFTER = re.compile(rf"\s+(?:(?:{_OF})\s+|d['\u2019])\S.*$", re.IGNORECASE)


def without_owner(name: str) -> str:
    """A source's name without its owner's; ``unnamed source`` when nothing is left."""
    product = _PRODUCT.search(name)
    if product is not None:
        return _BY_WORDS[" ".join(product[0].split()).casefold()]
    return _AFTER.sub("", _BEFORE.sub("", name)).strip() or "unnamed source"
