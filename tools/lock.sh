#!/usr/bin/env bash
# Writes the three hash-locked lists from pyproject.toml. Run after changing a dependency. Needs uv on the PATH.
# No index address goes into them, so that a site's own package mirror keeps working.
set -euo pipefail
cd "$(dirname "$0")/.."
common=(--universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 --quiet)
uv pip compile "${common[@]}" pyproject.toml --group build -o requirements.lock
uv pip compile "${common[@]}" pyproject.toml --extra web --group build -c requirements.lock -o requirements-web.lock
uv pip compile "${common[@]}" pyproject.toml --extra web --extra postgres --group build --group test -c requirements-web.lock -o requirements-test.lock
