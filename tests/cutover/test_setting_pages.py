"""A setting describes itself where it is declared; `cutover.toml` and the page of the settings are made from that."""

import tomllib
from inspect import signature
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr

from cutover.project.init_project import init_project
from cutover.project.setting_pages import LINE, sections_of, template
from cutover.project.setting_sections import Section, TwentySection
from cutover.project.settings import Settings
from cutover.project.shown_as import ShownAs
from tests.docs.setting_tables import page_table

PRACTICE = {
    "id": "riverside",
    "name": "Riverside Family Dental",
    "timezone": "America/New_York",
    "currency": "USD",
    "date_order": "mdy",
    "namespace": "6f1f64a2-6f0e-4b0c-9a53-9a3d5b1f2f10",
}
VALUES = {f"practice.{key}": value for key, value in PRACTICE.items()}


class WithMore(TwentySection):
    pause: int = Field(default=5, description="seconds between two requests")
    trace: Path | None = Field(default=None, description="a file of requests")
    token: SecretStr = Field(default=SecretStr(""), description="a second key")


class MoreSettings(Settings):
    twenty: WithMore = WithMore()


def test_a_new_setting_is_one_line_and_stands_in_the_file_and_on_the_page():
    assert "\npause = 5  # seconds between two requests\n" in template(VALUES, MoreSettings)
    assert "| `pause` | `5` | seconds between two requests |" in page_table("twenty", WithMore)


def test_a_new_path_starts_at_the_projects_folder_and_is_commented_out_in_the_file(tmp_path):
    settings = MoreSettings(practice=PRACTICE, twenty={"trace": "requests.log"}).starting_at(tmp_path)
    assert settings.twenty.trace == tmp_path / "requests.log"
    assert '\n# trace = ""  # a file of requests\n' in template(VALUES, MoreSettings)
    assert "| `trace` | none | a file of requests |" in page_table("twenty", WithMore)


def test_a_new_secret_is_named_with_its_variable_and_has_no_place_in_the_file():
    text = template(VALUES, MoreSettings)
    assert "\n# token: a secret, only as CUTOVER_TWENTY__TOKEN; a second key\n" in text
    assert "token" not in tomllib.loads(text)["twenty"]
    assert "| `token` | – | a secret: only as `CUTOVER_TWENTY__TOKEN`; a second key |" in page_table("twenty", WithMore)


def section_with(field, annotation=str):
    """Return a section with one setting, `one`."""
    return type("One", (Section,), {"__annotations__": {"one": annotation}, "one": field})


def line_of(section):
    settings = type("Few", (Settings,), {"__annotations__": {"some": section}, "some": section()})
    return template(VALUES, settings).partition("[some]\n")[2]


def test_an_example_is_commented_out_and_is_no_default():
    section = section_with(Field(default="", description="a file"), Annotated[str, ShownAs(example="one.csv")])
    assert line_of(section) == '# one = "one.csv"  # a file\n'
    assert "| `one` | empty | a file |" in page_table("some", section)


def test_what_init_writes_instead_of_the_default_is_named_beside_it():
    section = section_with(Field(default="", description="an address"), Annotated[str, ShownAs(written="http://here")])
    assert line_of(section) == 'one = "http://here"  # an address\n'
    assert "| `one` | empty (`init` writes `http://here`) | an address |" in page_table("some", section)


def test_the_file_leaves_out_what_only_the_page_can_show():
    field = Field(default="", description="a `key` of [the list](list.md), see `cutover audit`")
    section = section_with(field, Annotated[str, ShownAs(more="; further words")])
    assert line_of(section) == 'one = ""  # a key of the list, see `cutover audit`\n'
    assert "| a `key` of [the list](list.md), see `cutover audit`; further words |" in page_table("some", section)


def test_a_comment_too_long_for_its_line_stands_above_its_setting():
    lines = line_of(section_with(Field(default="", description="word " * 40))).splitlines()
    assert lines[-1] == 'one = ""'
    assert all(line.startswith("# word") for line in lines[:-1])
    assert max(map(len, lines)) <= LINE


def test_every_setting_is_described():
    assert [
        (name, key)
        for name, section in sections_of().items()
        for key, field in section.model_fields.items()
        if not field.description
    ] == []


def test_no_line_of_the_file_is_longer_than_a_line_of_code():
    assert max(map(len, template(VALUES).splitlines())) <= LINE


@pytest.mark.parametrize("key", ["timezone", "currency", "date_order"])
def test_the_page_names_the_default_of_init(key):
    default = signature(init_project).parameters[key].default
    assert f"| `{key}` | `{default}` |" in page_table("practice", sections_of()["practice"])
