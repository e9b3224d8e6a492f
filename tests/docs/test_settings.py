"""The settings' page is made from the settings."""

import tomllib

from cutover.project.init_project import init_project
from cutover.project.setting_pages import sections_of
from tests.docs.documents import doc, sections, table_rows
from tests.docs.reference import HOW, with_tables
from tests.docs.setting_tables import page_table


def test_the_tables_are_those_of_the_program():
    assert with_tables(doc("settings.md")) == doc("settings.md"), HOW


def test_a_table_that_differs_is_noticed():
    changed = doc("settings.md").replace("| `rate_limit` | `100` |", "| `rate_limit` | `60` |")
    assert changed != doc("settings.md")
    assert with_tables(changed) == doc("settings.md")


def test_each_section_has_its_table_under_its_name():
    page = sections(doc("settings.md"))
    assert {name: page_table(name, section) in page[f"[{name}]"] for name, section in sections_of().items()} == dict.fromkeys(
        sections_of(), True
    )


def test_what_init_writes_has_only_documented_settings(tmp_path):
    page = sections(doc("settings.md"))
    written = tomllib.loads(init_project(tmp_path / "riverside").settings_file.read_text(encoding="utf-8"))
    for section, keys in written.items():
        assert keys.keys() <= {row[0].strip("`") for row in table_rows(page[f"[{section}]"])}
