"""The parts of docs/ that are made from the program, as `tests.docs.write_reference` writes them and the tests compare them."""

from __future__ import annotations

import json
import re

from cutover.project.setting_pages import sections_of
from cutover.reports.documents.registry import DOCUMENTS, OF_EVERY_COMMAND
from tests.docs.documents import ROOT
from tests.docs.rooms import room_table
from tests.docs.setting_tables import page_table
from tests.json_documents import schema_of

DOCS = ROOT / "docs"
HOW = "run: make reference"


def made():
    """Return the text of every file that is made from the program, in whole or in part, by path."""
    page, rooms = DOCS / "settings.md", ROOT / "CONTRIBUTING.md"
    return {
        page: with_tables(page.read_text(encoding="utf-8")),
        rooms: with_rooms(rooms.read_text(encoding="utf-8")),
        **{schema_file(command): schema_text(command) for command in DOCUMENTS | OF_EVERY_COMMAND},
    }


def schema_file(command):
    """Return the path of a command's JSON Schema."""
    return DOCS / "schemas" / f"{command.replace(' ', '-')}.json"


def schema_text(command):
    """Return the text of a command's JSON Schema."""
    return json.dumps(schema_of(command), ensure_ascii=False, indent=2) + "\n"


def with_rooms(document):
    """Return CONTRIBUTING.md with its table of rooms renewed."""
    marked = re.compile(r"(<!-- rooms: begin -->\n).*?(<!-- rooms: end -->)", re.DOTALL)
    document, found = marked.subn(lambda marks: f"{marks[1]}{room_table()}\n{marks[2]}", document)
    assert found == 1, "CONTRIBUTING.md has no place for the rooms"
    return document


def with_tables(document):
    """Return docs/settings.md with the tables of its sections renewed."""
    for name, section in sections_of().items():
        marked = re.compile(rf"(<!-- settings: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        table = page_table(name, section)
        document, found = marked.subn(lambda marks, table=table: f"{marks[1]}{table}\n{marks[2]}", document)
        assert found == 1, f"docs/settings.md has no place for the settings of [{name}]"
    return document
