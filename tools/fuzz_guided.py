"""Let coverage choose the bytes that the readers are given, with atheris (libFuzzer): one reader, each of them, or all in one.

    python tools/fuzz_guided.py --each --seconds 60      every reader for a minute of its own
    python tools/fuzz_guided.py --reader fitbit --seconds 600
    python tools/fuzz_guided.py --seconds 60 [FILE...]   all in one, beginning with their examples and any files given

What must hold is what ``tools/fuzz_import.py`` asks: whatever the bytes, an import ends in what they say and problems with their place and
remedy. A file that breaks it is kept under the name that is printed. Needs atheris, which is built for Linux.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve()
_INSTRUMENTED = ("lenitive.files", "lenitive.intake", "lenitive.sleep", "lenitive.shells.importing")
_LONGEST = 1 << 16
_SLOWEST_S = 20


def by_path(name: str) -> ModuleType:
    """A program beside this one as a module."""
    spec = importlib.util.spec_from_file_location(name, HERE.parent / f"{name}.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"{name}.py is not beside this program")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def run(reader: str | None, limits: list[str], files: list[Path], kept: Path) -> None:
    """Fuzz in this process until the time is up or the files are made; libFuzzer then ends it."""
    import atheris

    with tempfile.TemporaryDirectory() as place:
        corpus = Path(place) / "corpus"
        corpus.mkdir()
        with atheris.instrument_imports(include=list(_INSTRUMENTED), enable_loader_override=False):
            fuzz = by_path("fuzz_import")
            found = [one for one in fuzz.kinds() if reader in {None, one.name}]
            if not found:
                raise SystemExit(f"no reader is called {reader}")
            seeds = [one.example for one in found if one.example is not None] + [
                p.read_bytes() for p in files
            ]
            for i, seed in enumerate(seeds or [b"date,pain\n2026-03-01,5\n"]):
                (corpus / f"seed-{i}").write_bytes(seed)
                # Much is imported only when it is used; what is imported here is seen by the fuzzer.
                fuzz.imported(seed, None, Path(place))

        def one_input(data: bytes) -> None:
            fuzz.imported(data, None, Path(place))

        atheris.Setup(
            [
                sys.argv[0],
                *limits,
                f"-max_len={_LONGEST}",
                f"-timeout={_SLOWEST_S}",
                "-rss_limit_mb=2048",
                "-print_final_stats=1",
                "-verbosity=0",
                f"-artifact_prefix={kept}/",
                str(corpus),
            ],
            one_input,
        )
        atheris.Fuzz()


def main() -> None:
    """Until the time is up; exit status 1 when an import broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--runs", type=int, help="so many files by one seed, instead of a time")
    parser.add_argument("--reader")
    parser.add_argument("--each", action="store_true", help="each reader in a process of its own")
    asked = parser.parse_args()
    kept = Path(tempfile.mkdtemp(prefix="lenitive-fuzz-"))
    if not asked.each:
        timed = [f"-max_total_time={asked.seconds}"]
        run(asked.reader, timed if asked.runs is None else [f"-runs={asked.runs}", "-seed=2026"], asked.files, kept)
        return
    from lenitive.shells.importing import kinds

    broken = 0
    for reader in kinds():
        command = [sys.executable, str(HERE), "--reader", reader.name, "--seconds", str(asked.seconds)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
        count = next(
            (
                line.rpartition(" ")[2]
                for line in done.stderr.splitlines()
                if line.startswith("stat::number_of_executed_units")
            ),
            "?",
        )
        print(
            f"{reader.name:24} {count:>8} files, {'none broke it' if done.returncode == 0 else 'BROKEN'}",
            flush=True,
        )
        if done.returncode:
            broken += 1
            print(done.stderr[-4000:], file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
