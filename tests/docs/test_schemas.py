"""Each command's document has a JSON Schema in docs/schemas/, which is that of the program."""

import json
import re

import pytest
from pydantic import ValidationError

from cutover.reports.documents.registry import DOCUMENTS, OF_EVERY_COMMAND
from tests.docs.documents import doc, sections
from tests.docs.program import commands
from tests.docs.reference import DOCS, HOW, schema_file, schema_text
from tests.json_documents import check_document, check_output, command_of, schema_of

GENERAL = "`html`"
"""The field that stands in the table of the options that several commands have."""
NOTHING_KEPT = {"live": True, "differences": 0, "kept_back": 0, "refused_rows": 0, "conflicts": 0}


def test_every_command_has_a_type_for_its_document():
    assert sorted(DOCUMENTS) == sorted(commands())


def test_the_folder_holds_the_schemas_of_the_commands_and_nothing_else():
    assert set((DOCS / "schemas").iterdir()) == {schema_file(name) for name in DOCUMENTS | OF_EVERY_COMMAND}, HOW


@pytest.mark.parametrize("command", sorted(DOCUMENTS | OF_EVERY_COMMAND))
def test_a_schema_is_that_of_the_program(command):
    assert schema_file(command).read_text(encoding="utf-8") == schema_text(command), HOW


def names_in(schema):
    """Return the names of all fields in a schema."""
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}


def section_of(command):
    """Return a command's section in docs/cli.md, with those that it refers to."""
    body = sections(doc("cli.md"))
    by_command = {re.sub(r"`cutover |( [A-Z\[].*)?`", "", heading): text for heading, text in body.items()}
    section = by_command[command]
    for other in re.findall(r"(?:as|in)\s+`([a-z -]+)`", section):
        section += by_command.get(other, "")
    return section


@pytest.mark.parametrize("command", sorted(DOCUMENTS))
def test_every_field_stands_in_the_section_of_its_command(command):
    told = section_of(command) + GENERAL
    assert sorted(name for name in names_in(schema_of(command)) if f"`{name}`" not in told) == []


def test_a_document_with_all_its_fields_passes():
    check_document("go-live", NOTHING_KEPT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"live": True, "differences": 0, "kept_back": 0},
        {**NOTHING_KEPT, "besides": 1},
        {**NOTHING_KEPT, "differences": "0"},
        {**NOTHING_KEPT, "differences": None},
    ],
    ids=["a field is missing", "a field is not in the type", "a text for a number", "null for a number"],
)
def test_a_document_that_differs_from_its_type_is_noticed(wrong):
    with pytest.raises(ValidationError):
        check_document("go-live", wrong)


def test_what_a_command_printed_is_checked_line_by_line():
    good = json.dumps(NOTHING_KEPT)
    check_output(["go-live", "--json"], f"{good}\n{good}\n")
    with pytest.raises(ValidationError):
        check_output(["go-live", "--json"], f"{good}\n{{}}\n")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["sync", "extract", "--json"], "sync"),
        (["sample", "accept", "--by", "Ines"], "sample accept"),
        (["sample", "--json"], "sample"),
        (["log", "verify", "--json"], "log verify"),
        (["--help"], None),
    ],
)
def test_arguments_name_their_command(arguments, command):
    assert command_of(arguments) == command


def test_a_schema_lets_further_fields_be():
    assert "additionalProperties" not in schema_of("go-live")
