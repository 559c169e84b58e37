"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

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
