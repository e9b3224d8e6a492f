"""The rooms of the house: every folder of the program, and the table that CONTRIBUTING shows of them."""

from __future__ import annotations

import ast
import re

from tests.docs.documents import ROOT

PACKAGES = ("cutover", "consumers", "projections", "producers", "events", "rehearsal")
MOST = 18
"""Modules in one folder, at most."""


def folders():
    """Return every folder of the program that holds modules, the top floor first."""
    for package in PACKAGES:
        yield ROOT / package
        yield from sorted(p.parent for p in (ROOT / package).rglob("__init__.py") if p.parent != ROOT / package)


def modules_in(folder):
    """Return the modules of a folder itself."""
    return [path for path in folder.glob("*.py") if path.name not in ("__init__.py", "__main__.py")]


def described(folder):
    """Return a room's responsibility, what it may import, and what it must not do: the first sentences of its docstring."""
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    does, _, rest = text.partition("\n\n")
    found = re.search(r"(May import .*?\.)\s+((?:Must not|No module) .*?\.)(?:\s|$)", rest.replace("\n", " "))
    return " ".join(does.split()), found and found[1], found and found[2]


def room_table():
    """Return the table of rooms in Markdown."""
    lines = ["| folder | modules | does | may import | must not |", "|---|--:|---|---|---|"]
    for folder in folders():
        does, may, must_not = described(folder)
        name = folder.relative_to(ROOT).as_posix()
        may = (may or "").removeprefix("May import ").rstrip(".")
        must_not = (must_not or "").removeprefix("Must not ").rstrip(".")
        lines.append(f"| `{name}/` | {len(modules_in(folder))} | {does.rstrip('.')} | {may} | {must_not} |")
    return "\n".join(lines)
