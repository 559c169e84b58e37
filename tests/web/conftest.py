"""Django for these tests alone: no other test imports it."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

# A worker inherits the folder when the process that started it has read this file, and makes its own when it has not.
os.environ["LENITIVE_DATA"] = os.environ.setdefault("LENITIVE_WEB_TESTS", tempfile.mkdtemp(prefix="lenitive-web-tests-"))
(Path(os.environ["LENITIVE_DATA"]) / "static").mkdir(exist_ok=True)
# The driver of Chromium keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
os.environ["DJANGO_SETTINGS_MODULE"] = "web_settings"

import django
import pytest

django.setup()

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in Path(item.path).parents:
            item.add_marker(pytest.mark.django_db)


@pytest.fixture
def people(db):
    """One of each role, and two patients of two clinicians."""
    from lenitive.shells.web.actions.importing import new_patient
    from lenitive.shells.web.models import PatientRow, User

    made = {}
    for name, role in (
        ("clinician", "clinician"),
        ("other_clinician", "clinician"),
        ("patient", "patient"),
        ("other_patient", "patient"),
        ("carer", "carer"),
        ("administrator", "administrator"),
        ("auditor", "auditor"),
        ("researcher", "researcher"),
    ):
        made[name] = User.objects.create_user(name, password="correct horse battery", role=role)
    anna = new_patient("Anna Example", by=made["clinician"], simulated=True)
    bo = new_patient("Bo Sample", by=made["other_clinician"], simulated=True)
    PatientRow.objects.filter(pk=anna.pk).update(account=made["patient"])
    PatientRow.objects.filter(pk=bo.pk).update(account=made["other_patient"])
    anna.refresh_from_db()
    bo.refresh_from_db()
    return made | {"anna": anna, "bo": bo}


@pytest.fixture
def client_of(people):
    """A browser in which somebody is signed in."""
    from django.test import Client

    def of(name):
        client = Client(HTTP_HOST="localhost")
        if name is not None:
            client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return of


@pytest.fixture
def gate_figures():
    """Writes what was measured where ``LENITIVE_GATES_OUT`` says; the long runs of ``tools/web_gates.py`` are kept so."""

    def write(name, **figures):
        out = os.environ.get("LENITIVE_GATES_OUT")
        if out:
            told = json.dumps(figures, indent=1, sort_keys=True)
            (Path(out) / f"{name}.json").write_text(told + "\n")

    return write
