"""What starting a command imports: counted, since seconds depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from lenitive.knowledge.parse_ahead import parse_ahead
from lenitive.shells import cli
from lenitive.shells.cli import MODULES, app

ROOT = Path(__file__).resolve().parents[3]
RUN = """
import gc, json, sys
collected = []
gc.callbacks.append(lambda phase, info: collected.append(phase))
sys.argv = ["lenitive", *sys.argv[1:]]
from lenitive.__main__ import main
before = len(collected)
try:
    main()
except SystemExit:
    pass
searched = len(collected) - before
everything = [v for name, m in [*sys.modules.items()] if name.startswith("lenitive") for v in [*vars(m).values()]]
frozen = {v for v in everything if isinstance(v, type) and "__dataclass_params__" in vars(v) and v.__dataclass_params__.frozen}
written = [f for c in frozen for f in vars(c).values() if getattr(getattr(f, "__code__", 0), "co_filename", "") == "<string>"]
print(json.dumps({"modules": sorted(sys.modules), "searched": searched, "classes": len(frozen), "compiled": len(written)}),
      file=sys.stderr)
"""
# Before rooms brought their parts on demand and knowledge was parsed ahead, a review as JSON imported 766 modules, 541 of
# them other people's. Babel is not counted: a checkout whose catalogues were just edited reads them with it.
MOST, MOST_OF_OTHERS = 700, 400


@pytest.fixture(scope="module", autouse=True)
def parsed() -> None:
    """The knowledge as a build leaves it."""
    parse_ahead()


MOST_COMPILED = 200
"""Functions of frozen dataclasses. The standard library would compile six for each of some 240 classes."""


def started(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return found


def imported(*words: str) -> set[str]:
    return set(started(*words)["modules"])


@pytest.fixture(scope="module")
def review_started() -> dict[str, Any]:
    return started("review", "examples/clear-responder", "--format", "json")


@pytest.fixture(scope="module")
def by_review(review_started) -> set[str]:
    return set(review_started["modules"])


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("scipy", "the normal distribution comes from the standard library"),
        ("rich", "JSON needs no terminal"),
        ("jinja2", "nor a page"),
        ("altair", "nor a picture"),
        ("vl_convert", "nor a picture"),
        ("typst", "nor a PDF"),
        ("pybtex", "the bibliography was parsed ahead"),
        ("numpy.polynomial", "no pool of rare events"),
        ("numpy.f2py", "never: SciPy's own"),
        ("multiprocessing", "one record is one process"),
        ("sqlite3", "no export of a device"),
        ("lenitive.cohort", "one record"),
        ("lenitive.virtual", "a real one"),
        ("lenitive.evidence.network", "the beliefs of a review do without the network"),
        ("lenitive.render.charts", "JSON has no picture"),
        ("lenitive.shells.cli.library", "another command"),
    ],
)
def test_a_review_as_json_does_not_import(by_review, module, why):
    assert module not in by_review, why


def test_how_many_modules_a_review_imports(by_review):
    assert "lenitive.review.value" in by_review
    counted = {name for name in by_review if name.partition(".")[0] != "babel"}
    others = {name for name in counted if name.partition(".")[0] != "lenitive"}
    assert len(others) <= MOST_OF_OTHERS
    assert len(counted) <= MOST


def test_values_compile_only_what_is_used(review_started):
    """By `lenitive.frozen`: one function a class of which there is an instance, and those of a few heirs."""
    assert review_started["classes"] > MOST_COMPILED
    assert review_started["compiled"] <= MOST_COMPILED


def test_the_collector_looks_for_nothing_while_a_review_is_made(review_started):
    assert review_started["searched"] == 0


def test_help_and_version_start_no_room():
    """The help reads every command; none of them reads a room before it is run."""
    for words in (["--version"], ["--help"]):
        found = imported(*words)
        assert not found & {
            "numpy",
            "lenitive.knowledge.load",
            "lenitive.review.value",
            "lenitive.response",
        }, words
    assert not {m for m in imported("--version") if m.startswith("lenitive.shells.cli.")}


def test_the_table_of_commands_is_what_their_modules_register():
    """Every module that has commands is in the table, with exactly the commands that it registers."""
    found: dict[str, str] = {}
    for path in sorted(Path(cli.__file__).parent.glob("*.py")):
        module = __import__(f"{cli.__name__}.{path.stem}", fromlist=["register"])
        # The verbs of `import` register below it, and are tested with it.
        if path.stem not in {"__init__", "import_table", "import_draft", "import_files"} and "register" in getattr(module, "__all__", ()):
            alone = typer.Typer()
            module.register(alone)
            found |= dict.fromkeys(get_group(alone).commands, path.stem)
    assert found == MODULES


def test_every_command_is_found_and_a_wrong_one_is_named_with_the_nearest():
    for name in MODULES:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0, name
    result = CliRunner().invoke(app, ["revew"])
    assert result.exit_code == 2
    assert "'review'" in result.stderr.split("Did you mean")[1]
    assert CliRunner().invoke(app, ["nothing-like-it"]).exit_code == 2
