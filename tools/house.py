#!/usr/bin/env python3
"""Counts what the house promises: doors, names, parameters, roles. ``python tools/house.py`` prints them; a test holds them.

- *past a door*: imports of a room's inner modules from another room. Rooms are entered by their ``__init__``; the shells
  are leaves that only the package itself starts.
- *one meaning a name*: public classes that have the same name in two modules.
- *parameters*: functions with more than eight; what a command of the command line takes are its options, and not counted.
- *roles*: what each module may touch. A *pure* module reaches no clock, environment, network or file, also not through
  another module; a *shipped* one reads files that lie beside it in the package; one with a *scratch* works on a temporary
  copy of bytes that it was given; an *edge* talks to the world.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src"
PACKAGE = "lenitive"
MOST_PARAMETERS = 8

PURE, SHIPPED, SCRATCH, EDGE = "pure", "shipped", "scratch", "edge"
ROLES = {
    "terms": PURE,
    "files": PURE,
    "record": PURE,
    "knowledge": PURE,
    "kinetics": PURE,
    "intake": PURE,
    "response": PURE,
    "evidence": PURE,
    "titration": PURE,
    "safety": PURE,
    "library": PURE,
    "sleep": PURE,
    "virtual": PURE,
    "review": PURE,
    "cohort": PURE,
    "nof1": PURE,
    "render": PURE,
    "shells": EDGE,
    "__main__": EDGE,
    "__init__": PURE,
    # Modules that differ from their room; each says why.
    "doors": PURE,
    "frozen": PURE,
    "program": SHIPPED,  # reads this package's own sources, to say which code it is
    "intake.readers.apps": SHIPPED,  # the ready mappings, beside it
    "knowledge.files": SHIPPED,  # the one place of the core that opens files
    "knowledge.parsed": SHIPPED,  # the knowledge parsed ahead, beside those files
    "render.catalogue": SHIPPED,  # the words, beside it
    "render.html": SHIPPED,  # styles and templates, beside it
    "render.library.site": SHIPPED,  # the page's script, beside it
    "render.charts.draw": SCRATCH,  # drawings may be kept in a folder that the caller names
    "render.brief.page": SHIPPED,  # its style sheet
    "render.brief.paper": SCRATCH,
    "render.paper_diary.sheet": SCRATCH,
    "render.own_page.page": SHIPPED,
    "render.pdf": SCRATCH,  # the typesetter works on files
    "sleep.readers.database": SCRATCH,  # the database engine works on files
}
"""The role of each room, or of one of its modules. A module that no entry covers is a fault."""

_WORLD = frozenset(
    {"os", "socket", "ssl", "subprocess", "tempfile", "shutil", "sqlite3", "time", "urllib.request", "http.client",
     "http.server", "webbrowser", "getpass", "platform"}
)  # fmt: skip
"""Modules of the standard library through which the world is reached."""
_CALLS = frozenset(
    {"now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob"}
)
"""Methods that ask the clock or the file system."""


def modules() -> dict[str, Path]:
    """Every module of the package by its name."""
    found = {}
    for path in sorted((SOURCE / PACKAGE).rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def past_doors(found: dict[str, Path]) -> list[str]:
    """Imports of a room's inner modules from another room, with their places."""
    out = []
    for module, path in found.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{PACKAGE}."):
                inner = node.module.count(".") > 1
                if inner and _room(node.module) not in {_room(module), "shells"}:
                    out.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.module}")
    return out


def same_names(found: dict[str, Path]) -> dict[str, list[str]]:
    """Public classes that have the same name in two modules."""
    where: dict[str, list[str]] = defaultdict(list)
    for module, path in found.items():
        if ".migrations." in module:
            continue  # Django asks of each that it is called Migration.
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                where[node.name].append(module)
    return {name: places for name, places in sorted(where.items()) if len(places) > 1}


def long_lists(found: dict[str, Path]) -> list[str]:
    """Functions with more parameters than a reader can hold; the object itself is not counted."""
    out = []
    for module, path in found.items():
        if module.startswith(f"{PACKAGE}.shells.cli"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                own = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
                count = len(own) - (own[:1] in (["self"], ["cls"]))
                if count > MOST_PARAMETERS:
                    out.append(f"{path.relative_to(ROOT)}:{node.lineno}: {node.name} ({count})")
    return out


def role(module: str) -> str | None:
    """The role of a module: its own entry, else that of the nearest package above it."""
    inside = module.split(".")[1:] or ["__init__"]
    while inside:
        found = ROLES.get(".".join(inside))
        if found:
            return found
        inside = inside[:-1]
    return None


@dataclass
class _Reach:
    """Who touches the world, and who imports whom."""

    touches: dict[str, str] = field(default_factory=dict)
    imports: dict[str, set[str]] = field(default_factory=dict)


def _imports(tree: ast.Module, known: set[str]) -> Iterator[tuple[str, int]]:
    """What a module imports when it runs, not for its types alone."""
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if whole in known else node.module), node.lineno


def _reach(found: dict[str, Path]) -> _Reach:
    reach, known = _Reach(), set(found)
    for module, path in found.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        reach.imports[module] = set()
        for name, line in _imports(tree, known):
            if name in _WORLD or name.split(".")[0] in _WORLD:
                reach.touches.setdefault(module, f"imports {name} in line {line}")
            elif name in known:
                reach.imports[module].add(name)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = node.func
                if isinstance(called, ast.Name) and called.id == "open":
                    reach.touches.setdefault(module, f"opens a file in line {node.lineno}")
                elif isinstance(called, ast.Attribute) and called.attr in _CALLS:
                    reach.touches.setdefault(module, f"calls {called.attr}() in line {node.lineno}")
    return reach


def broken_roles(found: dict[str, Path]) -> list[str]:
    """Modules without a role, and pure ones that reach the world, each with the chain that leads there."""
    reach = _reach(found)
    out = [f"{module}: has no role; give it one in ROLES" for module in found if role(module) is None]
    for module in found:
        if role(module) != PURE:
            continue
        chain = _chain(module, reach)
        if chain:
            out.append(f"{' -> '.join(chain)}: {reach.touches.get(chain[-1], 'is an edge')}")
    return out


def _chain(start: str, reach: _Reach) -> list[str] | None:
    """The shortest way from a pure module to one that touches the world and may not be used so."""
    ways, seen = [[start]], {start}
    while ways:
        way = ways.pop(0)
        here = way[-1]
        if here in reach.touches and role(here) == PURE:
            return way
        if role(here) == EDGE:
            return way
        if role(here) in {SHIPPED, SCRATCH}:
            continue
        for there in sorted(reach.imports.get(here, ())):
            if there not in seen:
                seen.add(there)
                ways.append([*way, there])
    return None


def main() -> int:
    """Prints the counts; the exit status is 1 when a promise is broken."""
    found = modules()
    counts = {
        "imports past a door": past_doors(found),
        "class names with two meanings": [f"{n}: {', '.join(p)}" for n, p in same_names(found).items()],
        f"functions with more than {MOST_PARAMETERS} parameters": long_lists(found),
        "broken roles": broken_roles(found),
    }
    for what, rows in counts.items():
        print(f"{len(rows):4d} {what}")
        for row in rows:
            print(f"     {row}")
    return int(any(counts.values()))


if __name__ == "__main__":
    sys.exit(main())
