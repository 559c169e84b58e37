"""R with metafor, for the live half of the oracle."""

from __future__ import annotations

import os
import shutil

import pytest


@pytest.fixture(scope="session")
def rscript() -> str:
    """The interpreter; a printed skip without it, a failure when everything is required."""
    found = shutil.which("Rscript")
    if found is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("REQUIRE_ALL=1 and Rscript with metafor is not installed")
        pytest.skip(
            "Rscript with metafor is not installed (Debian: r-cran-metafor r-cran-metadat r-cran-jsonlite)"
        )
    return found
