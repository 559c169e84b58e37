"""The pictures of the documentation, taken of the pages themselves: ``LENITIVE_PICTURES=docs/pictures pytest tests/web/test_pictures.py``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_bringing import TABLE
from test_journeys import _sign_in, practice  # noqa: F401 - a fixture

from lenitive.review import Absent
from lenitive.shells.web.actions.signing import sign
from lenitive.shells.web.models import User
from lenitive.shells.web.reviews import make
from lenitive.titration import DosePlan

FOLDER = os.environ.get("LENITIVE_PICTURES", "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not FOLDER, reason="pictures are taken on demand: set LENITIVE_PICTURES to a folder"),
]

WIDE, PHONE = (1280, 900), (390, 844)
SHOTS = {
    "dr": (
        ("panel", "/panel/", WIDE, ""),
        ("visit", "/patients/{p}/", WIDE, ""),
        ("visit", "/patients/{p}/", WIDE, "dark"),
        ("visit", "/patients/{p}/", PHONE, ""),
        ("visit", "/patients/{p}/", PHONE, "rtl"),
        ("plan", "/patients/{p}/steps/{o}?days-0=21&home-0=20", WIDE, ""),
        ("record", "/patients/{p}/record", WIDE, ""),
        ("day", "/patients/{p}/days/2025-10-01", WIDE, ""),
        ("evidence", "/patients/{p}/more/evidence", WIDE, ""),
        ("library", "/library/", WIDE, ""),
        ("components", "/components/", WIDE, ""),
        ("components", "/components/", WIDE, "dark"),
    ),
    "anna": (
        ("morning", "/diary/{p}/?part=morning", PHONE, ""),
        ("evening", "/diary/{p}/?part=evening", PHONE, ""),
        ("evening", "/diary/{p}/?part=evening", PHONE, "dark"),
        ("evening", "/diary/{p}/?part=evening", PHONE, "rtl"),
        ("bad-day", "/diary/{p}/?part=bad", PHONE, ""),
        ("curve", "/diary/{p}/curve", PHONE, ""),
        ("own-plan", "/diary/{p}/plan", PHONE, ""),
        ("questions", "/diary/{p}/questions/acr2016", PHONE, ""),
        ("read", "/diary/{p}/read", PHONE, ""),
        ("breathing", "/diary/{p}/exercises/breathing", PHONE, ""),
        ("help", "/diary/{p}/help", PHONE, ""),
        ("my-data", "/diary/{p}/sharing", PHONE, ""),
    ),
    "admin": (("people", "/people/", WIDE, ""), ("audit", "/audit/", WIDE, "")),
}


def test_the_pictures_of_the_documentation(chromium, live_server, practice):  # noqa: F811
    folder = Path(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    review = make(practice)
    assert not isinstance(review.options, Absent)
    planned = [o for o in review.options.options if o.rank is not None and isinstance(o.plan, DosePlan)]
    sign(practice, planned[-1].id, by=User.objects.get(username="dr"), note="Agreed at the visit")
    option = next(o.id for o in planned if o.plan.stages[0].last)
    for name, shots in SHOTS.items():
        for what, address, (width, height), how in shots:
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme="dark" if how == "dark" else "light"
            )
            page = _sign_in(context, live_server.url, name).page
            page.goto(live_server.url + address.format(p=practice.uid, o=option))
            if how == "rtl":
                page.evaluate("document.documentElement.dir = 'rtl'")
            page.evaluate("document.fonts.ready.then(() => true)")
            parts = [what, "phone" if width == PHONE[0] else "wide", how]
            page.screenshot(path=str(folder / f"{'-'.join(filter(None, parts))}.png"))
            context.close()
    context = chromium.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = _sign_in(context, live_server.url, "dr").page
    page.goto(f"{live_server.url}/patients/{practice.uid}/bring")
    page.set_input_files("#file", {"name": "tagebuch.csv", "mimeType": "text/csv", "buffer": TABLE})
    page.click("text=Look at it")
    page.screenshot(path=str(folder / "bring-wide.png"))
    context.close()
