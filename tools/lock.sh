#!/usr/bin/env bash
# Writes the two hash-locked lists from pyproject.toml. Run after changing a dependency. Needs uv on the PATH.
# No index address goes into them, so that a site's own package mirror keeps working.
set -euo pipefail
cd "$(dirname "$0")/.."
common=(--universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --quiet)
uv pip compile "${common[@]}" pyproject.toml --group build -o requirements.lock
uv pip compile "${common[@]}" pyproject.toml --group build --group test -c requirements.lock -o requirements-test.lock
