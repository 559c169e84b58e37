"""Every route of the app with values for its parts: one place for all tests that walk the routes."""

from __future__ import annotations

import uuid

from django.urls import URLPattern, URLResolver, get_resolver

__all__ = ["PARTS", "address", "routes"]

PARTS = {
    "<slug:digest>": "0" * 16,
    "<str:secret>": "no-such-secret",
    "<slug:option>": "f" * 64,
    "<int:grant>": "1",
    "<str:day>": "2025-03-01",
    "<slug:sheet>": "patient",
    "<slug:which>": "phq9",
    "<uuid:file>": str(uuid.UUID(int=9)),
    "<slug:article>": "stretching-patient",
    "<slug:exercise>": "breathing",
    "<slug:part>": "nights",
    "<slug:kind>": "medicines",
    "<str:key>": "no-such-key",
    "<int:token>": "1",
    "<str:pseudonym_of>": "0" * 32,
    "<uuid:account>": str(uuid.UUID(int=7)),
}
"""A value for each part of an address; ``<uuid:patient>`` is the patient's own."""


def routes(resolver=None, prefix=""):
    """The address and the pattern of every route."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry


def address(path, patient, **parts):
    """The path with a value in each of its parts; ``parts`` by the part's name go before the usual ones."""
    given = {**PARTS, "<uuid:patient>": str(patient.uid)}
    for part, value in given.items():
        name = part.strip("<>").split(":")[1]
        path = path.replace(part, str(parts.get(name, value)))
    assert "<" not in path, f"{path}: give its parts a value in addresses.PARTS"
    return "/" + path
