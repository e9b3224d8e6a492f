"""One table per kind of thing: lists of entities, their objects, types and reasons stand in the modules that declare them.

A list is a dict, set, tuple, list or `match` that names three of them or more.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.reports.reasons import REASONS
from events.vocabulary.entities import Entity
from events.vocabulary.kinds import KINDS
from events.vocabulary.mapping import FieldType, TableKind
from projections.destination import destination
from projections.types.registry import TYPES

ROOT = Path(__file__).parent.parent
ENOUGH = 3
THINGS = {
    "entities": {kind.value for kind in (*Entity, *TableKind)},
    "objects": {name for one in destination().objects.values() for name in (one.singular, one.plural)},
    "types": {*KINDS, *(one.name for one in TYPES), *(one.value for one in FieldType)},
    "reasons": set(REASONS),
}
VOCABULARIES = {"Entity": "entities", "TableKind": "entities", "FieldType": "types", "kinds": "types"}
DECLARING = {
    "entities": ("events/vocabulary/records.py",),
    "objects": (),
    "types": ("events/vocabulary/kinds.py", "projections/types/", "projections/entities/", "producers/kinds/custom.py"),
    "reasons": ("cutover/reports/reason_codes/",),
}
"""The modules and folders that declare things."""
ALLOWED = {
    ("producers/binding/known_ids.py", "entities"): "who is known by id: patients, plans and providers have a set each",
    ("cutover/reports/workflow_sketches/sketch.py", "entities"): "words in the triggers of rules",
    (
        "cutover/reports/workflow_sketches/sketch.py",
        "objects",
    ): "the objects that a rule's trigger is about",
    ("consumers/data_model/planning/compare.py", "objects"): "fields that Twenty itself gives every new object",
    ("producers/sources/extract.py", "reasons"): "the reasons for which rows of a file stay unread",
    ("consumers/state/fold.py", "reasons"): "the reasons for which a record waits instead of being refused",
    ("cutover/reports/sampling/cards.py", "types"): "the rules of the types in words for the person who signs the sample",
    ("producers/verdicts/unreadable.py", "reasons"): "reasons of a whole column, which its verdict tells already",
    ("producers/verdicts/look.py", "types"): "the kinds of cells in which a day and a month have an order",
    ("cutover/commands/extracts/audit.py", "reasons"): "the ends of a sentence about a file, in words of the audit",
    ("producers/entities/custom_object.py", "entities"): "the links that any row may have: to patient, provider and practice",
}
"""Lists that stand elsewhere for a reason of their own."""
MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("events", "producers", "projections", "consumers", "cutover")
    for path in (ROOT / package).rglob("*.py")
    if "demo_practice" not in path.parts  # it judges the program, and shares no table with it
)


def elements(node: ast.AST) -> list[ast.AST]:
    """Return the parts of a list that name its things: keys, elements, patterns."""
    match node:
        case ast.Dict():
            return [key for key in node.keys if key is not None]
        case ast.Set() | ast.Tuple() | ast.List():
            return list(node.elts)
        case ast.Match():
            return [case.pattern for case in node.cases]
        case _:
            return []


def named(part: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the things that a part names, each with its sort: by its text, by a vocabulary's member, by a reason's constant."""
    for node in ast.walk(part):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from ((sort, node.value) for sort, known in THINGS.items() if node.value in known)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in VOCABULARIES:
            yield VOCABULARIES[node.value.id], node.attr.lower().replace("_", "-")
        elif isinstance(node, ast.Name) and node.id.isupper() and node.id.lower() in THINGS["reasons"]:
            yield "reasons", node.id.lower()


def lists_in(source: str) -> set[str]:
    """Return the sorts of things of which a module holds a list."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        things: dict[str, set[str]] = {}
        for part in elements(node):
            for sort, thing in named(part):
                things.setdefault(sort, set()).add(thing)
        found |= {sort for sort, some in things.items() if len(some) >= ENOUGH}
    return found


@pytest.mark.parametrize(
    ("source", "sorts"),
    [
        ("ORDER = (Entity.NOTE, Entity.CLAIM, Entity.BILLING)", {"entities"}),
        ("ORDER = {Entity.NOTE: 1, TableKind.CLAIM: 2}", set()),
        ("WORDS = {'note': 1, 'claim': 2, 'billing': 3}", {"entities"}),
        ("match kind:\n    case Entity.NOTE: pass\n    case Entity.CLAIM | Entity.BILLING: pass", {"entities"}),
        ("ORDER = ['people', 'tasks', 'treatmentPlans']", {"objects"}),
        ("TYPES = {FieldType.DATE, FieldType.SELECT, FieldType.NUMBER}", {"types"}),
        ("RULES = {'DATE': 1, 'RICH_TEXT': 2, 'EMAILS': 3}", {"types"}),
        ("LOST = (MISSING_ID, 'unknown_patient', INVALID_DATE)", {"reasons"}),
    ],
)
def test_a_list_is_seen(source: str, sorts: set[str]) -> None:
    assert lists_in(source) == sorts


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_list_of_things_stands_where_they_are_declared(module: Path) -> None:
    name = module.as_posix()
    found = lists_in((ROOT / module).read_text(encoding="utf-8"))
    declared = {sort for sort, places in DECLARING.items() if name.startswith(places or ("-",))}
    assert found - declared == {sort for place, sort in ALLOWED if place == name}
