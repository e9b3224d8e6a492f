"""The reason codes that the code itself uses, found by reading its syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]

# where the reason stands among the arguments of what is called so
_CALLS = {
    "NotATable": 0,
    "FileIssue": 1,
    "Issue": 1,
    "Refused": 0,
    "Rejected": 1,
    "RefusedRow": 2,
    "Finding": 0,
    "Kept": 3,
    "_conflict": 3,
    "letter": 2,
    "_of_event": 2,
}
_VARIABLES = {"reason", "code", "trouble"}
_ENUMS = {"Refusal"}
_LOOKED_AT = (ast.AnnAssign, ast.Assign, ast.Call, ast.ClassDef)
_CODE = re.compile(r"[a-z][a-z_-]+")


def codes_used(*packages: str) -> dict[str, str]:
    """Return each code in these packages, and a file that uses it. The data model's own reasons are not about records."""
    paths = [
        path for package in packages for path in sorted((ROOT / package).rglob("*.py")) if path.parent.name != "data_model"
    ]
    nodes = {path: [*_nodes(ast.parse(path.read_text(encoding="utf-8")))] for path in paths}
    # a field's empty default is no code, and may have the name of a variable elsewhere
    constants = {name: value for of_file in nodes.values() for name, value in _constants(of_file) if value}
    found: dict[str, str] = {}
    for path, of_file in nodes.items():
        if path.name == "reasons.py" and path.parent.name == "values":
            found.update({value: str(path.relative_to(ROOT)) for _, value in _constants(of_file)})
        for code in _codes(of_file, constants):
            found.setdefault(code, str(path.relative_to(ROOT)))
    return found


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that may hold a code. Each worker of the tests walks all trees, so that they are walked once."""
    return (node for node in ast.walk(tree) if isinstance(node, _LOOKED_AT))


def _constants(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield each `NAME = "code"`, wherever it stands."""
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(value))):
                yield name, value


def _codes(nodes: Iterable[ast.AST], constants: Mapping[str, str]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.ClassDef(name=name) if name in _ENUMS:
                yield from (value for _, value in _constants(_nodes(node)))
            case ast.Call():
                yield from _of_call(node, constants)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _VARIABLES:
                yield from _texts(value, constants)


def _of_call(call: ast.Call, constants: Mapping[str, str]) -> Iterator[str]:
    name = getattr(call.func, "attr", None) or getattr(call.func, "id", "")
    at = _CALLS.get(name)
    if at is not None and len(call.args) > at:
        yield from _texts(call.args[at], constants)
    for keyword in call.keywords:
        if keyword.arg == "reason":
            yield from _texts(keyword.value, constants)


def _texts(node: ast.expr, constants: Mapping[str, str]) -> Iterator[str]:
    """Yield the codes an expression may stand for: a text, the name of one, either side of a choice."""
    match node:
        case ast.Constant(value=str(text)) if _CODE.fullmatch(text):
            yield text
        case ast.Name(id=name) if name in constants:
            yield constants[name]
        case ast.IfExp(body=body, orelse=other):
            yield from _texts(body, constants)
            yield from _texts(other, constants)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _texts(value, constants)
