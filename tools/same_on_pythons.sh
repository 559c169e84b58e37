#!/usr/bin/env bash
# Reviews of the examples on several Pythons: equal digests of what was asked, and equal documents.
# Usage: tools/same_on_pythons.sh python3.11 python3.12 python3.13     (each installs the locked packages in a folder of its own)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
commit=$(git -C "$root" rev-parse HEAD)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
for python in "$@"; do
  name=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  here=$work/$name && mkdir -p "$here"
  git -C "$root" archive "$commit" | tar -x -C "$here"
  "$python" -m venv "$here/.venv"
  "$here/.venv/bin/pip" --disable-pip-version-check install -qq --require-hashes -r "$here/requirements.lock"
  "$here/.venv/bin/pip" --disable-pip-version-check install -qq --no-deps --no-build-isolation -e "$here"
  for record in "$here"/examples/*/diary.csv; do
    example=$(basename "$(dirname "$record")")
    (cd "$here" && OMP_NUM_THREADS=1 .venv/bin/lenitive review "examples/$example" --format json --out "$work/$name.$example.json")
  done
done
"$1" - "$work" <<'PY'
import json, sys
from collections import defaultdict
from pathlib import Path

def differing(a, b, where=""):
    """Places at which two documents differ, numbers with their relative difference."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({*a, *b}):
            yield from differing(a.get(key), b.get(key), f"{where}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b)):
            yield from differing(x, y, f"{where}[{i}]")
    elif a != b:
        yield where, a, b

found = defaultdict(dict)
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    version, example = path.name.removesuffix(".json").rsplit(".", 1)
    found[example][version] = json.loads(path.read_text(encoding="utf-8"))
bad = 0
for example, by in found.items():
    first = next(iter(by))
    for version, document in by.items():
        asked = document["asked"] == by[first]["asked"]
        places = list(differing(by[first], document))
        bad += bool(places) or not asked
        print(f"{example}: Python {first} and {version}: {'equal digests' if asked else 'DIGESTS DIFFER'}, {len(places)} places differ")
        for where, a, b in places[:5]:
            print(f"    {where}: {a!r} {b!r}"[:160])
sys.exit(bool(bad))
PY
