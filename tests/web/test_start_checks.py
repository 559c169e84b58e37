"""What keeps the server from starting, and what has to be so before it is shipped."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from lenitive.shells.web import checks
from lenitive.shells.web.site import Site

ROOT = Path(__file__).parents[2]


def test_the_migrations_say_what_the_models_say():
    out = io.StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out)
    assert "No changes detected" in out.getvalue()


def _site(tmp_path, **more):
    tmp_path.chmod(0o700)
    made = Site(data=tmp_path, **more)
    made.prepare()
    return made


@pytest.mark.parametrize(
    ("what", "fault"),
    [
        ("nothing", None),
        ("debug", "lenitive.E001"),
        ("engine", "lenitive.E002"),
        ("key", "lenitive.E003"),
        ("no tls", "lenitive.E004"),
        ("tls", None),
    ],
)
def test_what_is_not_right_keeps_the_server_from_starting(tmp_path, settings, monkeypatch, what, fault):
    from django.db import connection

    more = {"hosts": ["pain.example.org"], "tls": what == "tls"} if "tls" in what else {}
    site = _site(tmp_path, **more)
    monkeypatch.setattr(checks, "site", lambda: site)
    settings.DEBUG = what == "debug"
    if what == "engine":
        if connection.vendor != "sqlite":
            pytest.skip("SQLite's own age; this is the run on PostgreSQL")
        monkeypatch.setattr(checks.sqlite3, "sqlite_version_info", (3, 51, 2))
    if what == "key":
        site.secret_file.chmod(0o644)
    found = [message.id for message in checks.installation(None)]
    assert found == ([fault] if fault else [])


def test_what_the_web_needs_is_locked():
    """Each package that the extra names stands in its lock, with hashes."""
    import tomllib

    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["web"]
    lock = (ROOT / "requirements-web.lock").read_text().lower()
    for line in wanted:
        name = re.match(r"[\w.-]+", line).group().lower().replace("_", "-")
        assert re.search(rf"^{name}==\S+.*\\$", lock, re.M), name
    assert lock.count("--hash=sha256:") > len(wanted)
