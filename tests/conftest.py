"""What every test may ask for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# No test fails by the clock: a busy machine is no fault of the code.
settings.register_profile("lenitive", deadline=None)
settings.load_profile("lenitive")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs beside the repository."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and the folder shared/data beside the repository is absent")
        pytest.skip("the folder shared/data beside the repository is absent")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, as the distribution ships it."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    if executable is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and chromium is not installed")
        pytest.skip("chromium is not installed (Debian package chromium)")
    with sync_playwright() as playwright:
        # --no-sandbox: Chromium refuses to start as root with it. The others keep it from calling home.
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()
