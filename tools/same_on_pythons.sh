#!/usr/bin/env bash
# Reviews of the examples on several Pythons: equal digests of what was asked, and documents that agree to 1e-9.
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
import base64, json, math, struct, sys
from collections import defaultdict
from pathlib import Path

TOLERANCE = 1e-9
"""Of a number, beside the largest of its place: sums of floats are compensated from Python 3.12 on."""

def numbers(value):
    """The numbers of an array as the document writes it."""
    raw = base64.b64decode(value)
    return list(struct.unpack(f"<{len(raw) // 8}d", raw))

def apart(a, b):
    """How far two values lie apart, beside their size; infinite where they are not numbers."""
    if a == b:
        return 0.0
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return 0.0 if math.isnan(a) and math.isnan(b) else abs(a - b) / max(abs(a), abs(b), 1.0)
    return math.inf

def differences(a, b, where=""):
    """Each place at which two documents differ, with how far."""
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({*a, *b}):
            if key == "float64":
                x, y = numbers(a[key]), numbers(b[key])
                yield where, max((apart(p, q) for p, q in zip(x, y, strict=True)), default=0.0)
            elif where or key != "digest":  # the document's own digest is of its bytes
                yield from differences(a.get(key), b.get(key), f"{where}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for i, (x, y) in enumerate(zip(a, b, strict=True)):
            yield from differences(x, y, f"{where}[{i}]")
    else:
        yield where, apart(a, b)

found = defaultdict(dict)
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    version, example = path.name.removesuffix(".json").rsplit(".", 1)
    found[example][version] = json.loads(path.read_text(encoding="utf-8"))
bad = 0
for example, by in found.items():
    first, *others = by
    for version in others:
        far = sorted(differences(by[first], by[version]), key=lambda d: -d[1])
        asked = by[first]["asked"] == by[version]["asked"]
        bad += not asked or far[0][1] > TOLERANCE
        print(f"{example}: Python {first} and {version}: {'equal' if asked else 'OTHER'} digests of what was asked; farthest apart {far[0][1]:.1e} at {far[0][0]}")
sys.exit(bool(bad))
PY
