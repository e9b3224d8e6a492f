"""Producers know the source alone: no module of theirs names the destination or one of its objects."""

import ast
import re
from pathlib import Path

import pytest

from projections.destination import destination

PRODUCERS = Path(__file__).parent.parent.parent / "producers"
MODULES = sorted(PRODUCERS.rglob("*.py"))
OBJECTS = {name for one in destination().objects.values() for name in (one.singular, one.plural)} - {
    "note",
    "notes",
    "company",
    "companies",
}
"""The objects' names, without those that are words of a practice's headers, too."""


def named_in(source):
    """Yield each mention of the destination, and each string that is the name of an object or of an object's field."""
    yield from re.findall(r"twenty", source, re.IGNORECASE)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.partition(".")[0] in OBJECTS:
            yield node.value


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("# what Twenty holds", ["Twenty"]),
        ("from events.vocabulary.entities import twenty_id", ["twenty"]),
        ("holder = 'task'", ["task"]),
        ("field = 'person.primaryProvider'", ["person.primaryProvider"]),
        ("noun = 'patient'", []),
    ],
)
def test_a_mention_is_found(source, found):
    assert list(named_in(source)) == found


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PRODUCERS).as_posix())
def test_producers_name_no_object_of_the_destination(module):
    assert list(named_in(module.read_text(encoding="utf-8"))) == []
