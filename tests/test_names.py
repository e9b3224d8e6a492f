"""One name, one meaning: no two modules define a public type of the same name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = ("events", "producers", "projections", "consumers", "rehearsal", "cutover")


def types_of(source):
    """Yield each public type of a module with its definition: a class is its own, an alias is the text that it names."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield node.name, None
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, ast.unparse(node.value)


def is_public_type(name):
    return name[0].isupper() and not name.isupper()


def defined_twice(sources):
    """Return the names of types that two of the modules define, unless all of them are the same alias."""
    definitions = defaultdict(list)
    for module, source in sources.items():
        for name, text in types_of(source):
            if is_public_type(name):
                definitions[name].append(text or module)
    return {name for name, found in definitions.items() if len(set(found)) > 1}


def test_two_classes_and_an_unlike_alias_of_one_name_are_found():
    assert defined_twice({"a": "class Kept: ...", "b": "class Kept: ..."}) == {"Kept"}
    assert defined_twice({"a": "class Row: ...", "b": "Row = tuple[int, str]"}) == {"Row"}
    assert defined_twice({"a": "Row = tuple[int, int]", "b": "Row = tuple[int, str]"}) == {"Row"}


def test_equal_aliases_private_types_and_constants_are_no_clash():
    assert defined_twice({"a": "Json = dict[str, Any]", "b": "Json = dict[str, Any]"}) == set()
    assert defined_twice({"a": "class _Row: ...\nMOST = 1", "b": "class _Row: ...\nMOST = 2"}) == set()


def test_no_public_type_is_defined_twice():
    modules = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    assert defined_twice({str(path): path.read_text(encoding="utf-8") for path in modules}) == set()
