"""The house rules that a program can check: which way imports run, how long a module is, what it may not be called."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "events": set(),
    "producers": {"events"},
    "projections": {"events"},
    "consumers": {"events", "projections"},
    "rehearsal": set(),
    "cutover": {"events", "producers", "projections", "consumers", "rehearsal"},
}
MODULES = sorted(path.relative_to(ROOT) for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers"}
LONGEST = 450

each_module = pytest.mark.parametrize("module", MODULES, ids=str)


def imported(source):
    """Yield the top-level packages that a module imports, wherever in it and under whatever condition."""
    for node in statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "(relative)" if node.level else node.module.split(".")[0]


def statements(tree):
    """Yield the statements below a node. Expressions hold none, and are passed over: they are nine nodes of ten."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.stmt, ast.excepthandler, ast.match_case)):
            yield node
            yield from statements(node)


@pytest.mark.parametrize(
    ("source", "packages"),
    [
        ("import events.log.port as log, json", ["events", "json"]),
        ("from consumers.state.view import View", ["consumers"]),
        ("def later():\n    from cutover import main", ["cutover"]),
        ("if TYPE_CHECKING:\n    import rehearsal", ["rehearsal"]),
        ("from . import log", ["(relative)"]),
        ("try:\n    import json\nexcept OSError:\n    import events\nelse:\n    import re", ["json", "events", "re"]),
        ("match 1:\n    case 1:\n        import json", ["json"]),
    ],
)
def test_every_kind_of_import_is_seen(source, packages):
    assert list(imported(source)) == packages


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_every_package_has_modules(package):
    assert any(module.parts[0] == package for module in MODULES)


@each_module
def test_imports_run_one_way_only(module):
    package = module.parts[0]
    others = set(imported((ROOT / module).read_text(encoding="utf-8"))) & {*MAY_IMPORT, "tests", "benchmarks", "(relative)"}
    assert others <= {package, *MAY_IMPORT[package]}


@each_module
def test_a_module_is_short_enough_to_be_about_one_thing(module):
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= LONGEST


@each_module
def test_a_module_is_named_after_what_it_is_about(module):
    words = {word for part in module.with_suffix("").parts for word in part.split("_")}
    assert not words & SAYS_NOTHING
