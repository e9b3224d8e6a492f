"""Every setting is documented, with its default; nothing else is."""

import re
import tomllib

from pydantic import SecretStr

from cutover.project.init_project import init_project
from cutover.project.settings import Settings
from tests.docs.documents import doc, sections, table_rows


def documented():
    """{section: {key: default cell}} of docs/settings.md."""
    found = {}
    for heading, body in sections(doc("settings.md")).items():
        match = re.fullmatch(r"\[([a-z]+)\]", heading)
        if match:
            found[match[1]] = {row[0].strip("`"): row[1] for row in table_rows(body)}
    return found


def in_the_program():
    return {section: field.annotation.model_fields for section, field in Settings.model_fields.items()}


def test_every_setting_is_documented_and_every_documented_setting_exists():
    assert {s: sorted(keys) for s, keys in documented().items()} == {s: sorted(f) for s, f in in_the_program().items()}


def shown(default):
    """A default as the documentation writes it."""
    if default is None or default == "":
        return "none" if default is None else "empty"
    return f"`{default:g}`" if isinstance(default, float) else f"`{default}`"


def test_the_documented_defaults_are_those_of_the_program():
    wrong = []
    for section, fields in in_the_program().items():
        for key, field in fields.items():
            if not field.is_required() and not isinstance(field.default, SecretStr):
                cell = documented()[section][key]
                wrong += [] if cell.startswith(shown(field.default)) else [(section, key, cell)]
    assert not wrong


def test_what_init_writes_has_only_documented_settings(tmp_path):
    written = tomllib.loads(init_project(tmp_path / "riverside").settings_file.read_text(encoding="utf-8"))
    assert all(key in documented()[section] for section, keys in written.items() for key in keys)
