"""Change the bytes of every reader's example, and of any files given, and import them until the time is up.

    python tools/fuzz_import.py --seconds 600 [--seed 1] [FILE...]

Whatever the bytes, an import ends in what they say and problems with their place and remedy. Anything else stops the run, and the file
that did it is kept in the folder it names. ``tests/fuzz/test_import_readers.py`` does the same for a few seconds.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
import tempfile
import time
import zipfile
from datetime import time as time_of_day
from pathlib import Path

from lenitive.intake import DiaryOptions, read_folder, write_folder
from lenitive.shells.importing import Gathered, gather, kinds
from lenitive.sleep import ReaderOptions

PIECES = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\x80", b"\n", b"\r\n", b",", b";", b"\t", b'"', b'""', b"{", b"}", b"[", b"]", b":", b"<", b">", b"/>",
    b"<!ENTITY a 'b'>", b"&a;", b"null", b"true", b"NaN", b"1e999", b"-1", b"-0", b"0", b"1", b"59.9", b"99999999999999999999", b"-62135596801000", b"253402300800000",
    b"\xd9\xa0", b"\xc2\xb2", b"=1+1", b"0000-00-00", b"2026-02-30", b"9999-12-31T23:59:59Z", b"0001-01-01T00:00:00+14:00", b"2026-03-29T02:30:00", b"24:00",
    b"31/12/2099", b"12/31/1999", b"7/10", b"7:30", b"100 %", b"date", b"start", b"end", b"stage", b"pain", b"Symptom", b"mirtazapine 15 mg", b"UTC+99:99", b"\\u0000",
)  # fmt: skip
"""What means something in one format or another."""


def starts(files: list[Path]) -> list[bytes]:
    """What is changed: examples, each also in an archive, and the files given."""
    examples = [reader.example for reader in kinds() if reader.example is not None]
    return [
        *examples,
        *map(zipped, examples),
        b"SQLite format 3\x00" + bytes(200),
        *(path.read_bytes() for path in files),
    ]


def zipped(data: bytes, name: str = "export.csv") -> bytes:
    """A file in an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, chance: random.Random) -> bytes:
    """The same file with a few of its bytes replaced, repeated, left out or put elsewhere."""
    for _ in range(chance.choice((1, 1, 2, 3, 8, 30))):
        at, to = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        to = min(to, at + chance.choice((0, 1, 1, 4, 20, 200)))
        piece = chance.choice(PIECES) if chance.random() < 0.7 else chance.randbytes(chance.choice((1, 2, 8)))
        if chance.random() < 0.2:
            piece = data[at:to] * chance.choice((2, 3, 50))
        data = data[:at] + piece + data[to:]
    return data[: 2**20]


def imported(data: bytes, kind: str | None, folder: Path) -> Gathered:
    """What an import says of some bytes, and that it holds what was promised."""
    path = folder / "export"
    path.write_bytes(data)
    lights = (time_of_day(22), time_of_day(7)) if len(data) % 2 else None
    found = gather([path], kind=kind, diary=DiaryOptions(), nights=ReaderOptions(lights=lights))
    assert all(problem.what and problem.remedy for problem in found.problems)
    assert all("\n" not in str(problem) and "\r" not in str(problem) for problem in found.problems)
    assert found.usable or found.problems
    if found.usable:
        again = read_folder(write_folder(found.record))
        assert again.record == found.record, again.problems
    return found


def main() -> None:
    """Until the time is up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance, begun, count, used, slowest = random.Random(asked.seed), time.monotonic(), 0, 0, 0.0
    names = [None, None, None, *(reader.name for reader in kinds()), "table"]
    whole = starts(asked.files)
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() - begun < asked.seconds:
            data, kind = (
                changed(chance.choice(whole), chance),
                chance.choice(names) if chance.random() < 0.3 else None,
            )
            at = time.monotonic()
            try:
                found = imported(data, kind, Path(folder))
            except BaseException:
                kept = Path(tempfile.mkdtemp(prefix="lenitive-fuzz-")) / "export"
                kept.write_bytes(data)
                print(f"after {count} files, as {kind}: {kept}", file=sys.stderr)
                raise
            count, used, slowest = count + 1, used + found.usable, max(slowest, time.monotonic() - at)
    print(f"{count} files, {used} of them read, none broke the import; the slowest took {slowest:.2f} s")


if __name__ == "__main__":
    main()
