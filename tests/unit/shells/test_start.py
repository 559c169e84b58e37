"""What starting a command imports: counted, since seconds depend on the machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_group
from typer.testing import CliRunner

from lenitive.knowledge.parse_ahead import parse_ahead
from lenitive.shells import cli
from lenitive.shells.cli import MODULES, app

ROOT = Path(__file__).resolve().parents[3]
RUN = """
import json, sys
sys.argv = ["lenitive", *sys.argv[1:]]
from lenitive.shells.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""
# Before rooms brought their parts on demand and knowledge was parsed ahead, a review as JSON imported 766 modules, 541 of
# them other people's. Babel is not counted: a checkout whose catalogues were just edited reads them with it.
MOST, MOST_OF_OTHERS = 700, 400


@pytest.fixture(scope="module", autouse=True)
def parsed() -> None:
    """The knowledge as a build leaves it."""
    parse_ahead()


def imported(*words: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *words],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def by_review() -> set[str]:
    return imported("review", "examples/clear-responder", "--format", "json")


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
        # import_table registers below `import`, in whose module it is tested.
        if path.stem not in {"__init__", "import_table"} and "register" in getattr(module, "__all__", ()):
            alone = typer.Typer()
            module.register(alone)
            found |= dict.fromkeys(get_group(alone).commands, path.stem)
    assert found == MODULES


def test_every_command_is_found_and_a_wrong_one_is_named_with_the_nearest():
    for name in MODULES:
        assert CliRunner().invoke(app, [name, "--help"]).exit_code == 0, name
    result = CliRunner().invoke(app, ["revew"])
    assert result.exit_code == 2
    assert "Did you mean 'review'?" in result.stderr
    assert CliRunner().invoke(app, ["nothing-like-it"]).exit_code == 2
