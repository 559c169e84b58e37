#!/usr/bin/env bash
# Builds the wheel, installs it without the source tree in an empty environment, and runs one review from it:
# a data file left out of the wheel shows here and nowhere else.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
.venv/bin/python -m pip wheel -q --no-deps --no-build-isolation -w "$work" "$root"
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --require-hashes -r requirements.lock
"$work/venv/bin/python" -m pip install -q --no-deps "$work"/lenitive-*.whl
cp -r examples/clear-responder "$work/record"
cd "$work"
"$work/venv/bin/lenitive" review record --seed 1 --format json >review.json
"$work/venv/bin/lenitive" review record --seed 1 --format html --out review.html
"$work/venv/bin/lenitive" review record --seed 1 --format pdf --out review.pdf
"$work/venv/bin/python" - <<'PY'
import json
from pathlib import Path

import lenitive
from lenitive.knowledge import load
from lenitive.render.document import SCHEMA

document = json.loads(Path("review.json").read_text())
assert document["schema"] == SCHEMA, document["schema"]
assert document["answers"], "no answer in the review"
assert "site-packages" in lenitive.__file__, lenitive.__file__
assert Path("review.pdf").read_bytes().startswith(b"%PDF"), "not a PDF"
assert load().ahead, "the knowledge in the wheel was not parsed ahead, or by other versions than the lock has"
print("the wheel alone reviews a record:", document["answers"][0]["grade"])
PY
