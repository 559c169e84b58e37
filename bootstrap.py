#!/usr/bin/env python3
"""Set Lenitive up on a fresh machine, with the standard library alone.

    python3 bootstrap.py demo     set up, then review the example records and name the reports written
    python3 bootstrap.py web      set up with the web app, then run it with the simulated examples until Ctrl+C
    python3 bootstrap.py test     set up with the test tools, then run every check and test
    python3 bootstrap.py setup    set up only (add --test for the test tools)

A second run is quick: packages are installed again only when a lock file changed, and the project itself only
when its build files or C sources changed. With REQUIRE_ALL=1 a test that cannot run here is a failure.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
OLDEST, NEWEST = (3, 11), (3, 13)

# What the test run needs from the operating system: the program looked for, and Debian's packages that bring it.
SYSTEM_TOOLS = {
    "chromium": ("chromium", "browser and accessibility tests"),
    "pdftotext": ("poppler-utils", "PDF tests"),
    "initdb": ("postgresql", "the web app's tests on PostgreSQL"),
    "Rscript": ("r-cran-metafor r-cran-metadat r-cran-jsonlite r-cran-lme4", "live comparison with metafor"),
}
# R may be there without what the comparison loads.
R_PACKAGES = ("metafor", "metadat", "jsonlite", "lme4")


def say(text: str) -> None:
    """Print one progress line at once."""
    print(f"[lenitive] {text}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a command in the project; end with its exit status when it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env={**os.environ, **(env or {})}, check=False
    )
    if done.returncode:
        say(f"failed ({done.returncode}): {' '.join(str(part) for part in command)}")
        raise SystemExit(done.returncode)


def check_python() -> None:
    """Refuse an interpreter the lock files were not made for."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        here = ".".join(map(str, sys.version_info[:3]))
        raise SystemExit(
            f"Lenitive needs Python 3.11, 3.12 or 3.13; this is {here}. Try: python3.11 bootstrap.py demo"
        )


def as_root() -> bool:
    """Tell whether system packages may be installed."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(packages: str) -> bool:
    """Install Debian packages; the answer is whether that worked."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    names = packages.split()
    for command in (
        ["apt-get", "update", "-q"],
        ["apt-get", "install", "-y", "-q", "--no-install-recommends", *names],
    ):
        done = subprocess.run(command, env={**os.environ, **quiet}, check=False, stdout=subprocess.DEVNULL)
        if done.returncode:
            return False
    return True


def make_venv() -> None:
    """Create the virtual environment, installing the OS's venv support when that is what is missing."""
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not (as_root() and apt_install(package)):
            raise SystemExit(
                f"Python's venv support is missing. Install it first, for example: apt-get install {package}"
            )
    say("making .venv")
    run(sys.executable, "-m", "venv", VENV)


def digest(*paths: Path) -> str:
    """SHA-256 over the names and bytes of files, and over the interpreter's version."""
    total = hashlib.sha256(sys.version.encode())
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def install_once(stamp: str, inputs: list[Path], what: str, *command: str | Path) -> None:
    """Run an installing command unless its inputs are those of the last successful run."""
    mark, wanted = VENV / f".lenitive-{stamp}", digest(*inputs)
    if mark.exists() and mark.read_text() == wanted:
        return
    say(what)
    run(*command)
    mark.write_text(wanted)


# Each list contains everything in those before it, so a test environment also serves the demo and the web app.
LISTS = ("requirements", "requirements-web", "requirements-test")


def stands(name: str) -> bool:
    """Tell whether a list is installed as it is now."""
    mark = VENV / f".lenitive-{name}"
    return mark.exists() and mark.read_text() == digest(ROOT / f"{name}.lock")


def setup(name: str) -> None:
    """Bring .venv up to date with one of the lists and the project."""
    check_python()
    make_venv()
    lock = ROOT / f"{name}.lock"
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq")
    if not any(stands(more) for more in LISTS[LISTS.index(name) :]):
        install_once(lock.stem, [lock], f"installing {lock.name}", *pip, "--require-hashes", "-r", lock)
    sources = [ROOT / "pyproject.toml", *sorted(p for p in [ROOT / "setup.py"] if p.exists())]
    sources += sorted(p for p in (ROOT / "src").rglob("*") if p.suffix in {".c", ".h", ".po"})
    install_once(
        "project",
        sources,
        "building and installing lenitive",
        *pip,
        "--no-deps",
        "--no-build-isolation",
        "-e",
        ROOT,
    )
    # Quick when no knowledge was edited. A fault in a file is named, and does not stop what needs no knowledge.
    subprocess.run([PYTHON, "-m", "lenitive.knowledge.parse_ahead"], cwd=ROOT, check=False)
    # An editable install is not byte-compiled, and where Python is told to write no bytecode (many containers) each start
    # would compile all modules again.
    subprocess.run([PYTHON, "-m", "compileall", "-q", ROOT / "src"], check=False)
    folders = sorted({p.parent for p in (ROOT / "src").rglob("_kernel.c")})
    bare = [f.name for f in folders if not any(p.suffix in {".so", ".pyd"} for p in f.glob("_kernel.*"))]
    if bare:
        say(
            f"no C compiler: {' and '.join(bare)} run on NumPy, with the same answers; a response takes some seventy times longer"
        )


def demo() -> None:
    """Review the example records and name what was written."""
    setup("requirements")
    run(PYTHON, "-m", "lenitive", "demo", *sys.argv[2:])
    say("the web app, with the same examples: python3 bootstrap.py web")


def web() -> None:
    """Run the web app with the simulated examples, on this machine alone, until it is stopped."""
    setup("requirements-web")
    # In this process's place, so that Ctrl+C reaches the server and nothing between.
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "lenitive", "serve", "--demo", *sys.argv[2:]])


def present(name: str) -> bool:
    """Tell whether a program that the tests need is there, R with its packages."""
    if name == "initdb" and any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        return True  # Debian keeps it off the path
    if shutil.which(name) is None:
        return False
    if name != "Rscript":
        return True
    wanted = ", ".join(f'"{package}"' for package in R_PACKAGES)
    check = f"quit(status = !all(sapply(c({wanted}), requireNamespace, quietly = TRUE)))"
    return subprocess.run([name, "-e", check], check=False, capture_output=True).returncode == 0


def system_tools() -> list[str]:
    """Names of tests' needs that are absent after trying to install them."""
    missing = {name: spec for name, spec in SYSTEM_TOOLS.items() if not present(name)}
    if missing and as_root():
        packages = " ".join(package for package, _ in missing.values())
        say(f"installing for the tests: {packages}")
        apt_install(packages)
    return [
        f"{name} ({why}; Debian: {package})"
        for name, (package, why) in SYSTEM_TOOLS.items()
        if not present(name)
    ]


def test() -> None:
    """Run linters, types, the import contract and the tests."""
    setup("requirements-test")
    absent = system_tools()
    for line in absent:
        say(f"NOT AVAILABLE, its tests are skipped: {line}")
    if absent and os.environ.get("REQUIRE_ALL") == "1":
        raise SystemExit("REQUIRE_ALL=1 and something is missing (see above).")
    say("ruff")
    run(PYTHON, "-m", "ruff", "check", "src", "tests", "tools", "benchmarks", "bootstrap.py")
    say("mypy")
    run(PYTHON, "-m", "mypy")
    say("import contract")
    run(BIN / "lint-imports")
    say("tests")
    workers = str(max(1, min(4, os.cpu_count() or 1)))
    run(PYTHON, "-m", "pytest", "-q", "-n", workers, *sys.argv[2:])
    for line in absent:
        say(f"skipped for want of: {line}")


def main() -> None:
    """Choose by the first word."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    if word == "setup":
        setup("requirements-test" if "--test" in sys.argv[2:] else "requirements")
    elif word in {"demo", "web", "test"}:
        {"demo": demo, "web": web, "test": test}[word]()
    else:
        print(__doc__)
        raise SystemExit(0 if word in {"-h", "--help"} else 2)


if __name__ == "__main__":
    main()
