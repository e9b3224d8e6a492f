"""The settings as people edit them: the `cutover.toml` that `cutover init` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from cutover.project.setting_sections import Section
from cutover.project.settings import Settings, variable_of
from cutover.project.shown_as import PLAIN, ShownAs

LINE = 128
"""Characters of a line in `cutover.toml`, at most."""

_HEAD = """\
# Cutover's settings for one practice. Every setting can be overridden by an environment variable, CUTOVER_SECTION__KEY
# (CUTOVER_TWENTY__URL, for example). Relative paths start at this folder.
"""


def sections_of(settings: type[Settings] = Settings) -> dict[str, type[Section]]:
    """Return the sections of the settings, by name."""
    found = {name: field.annotation for name, field in settings.model_fields.items()}
    return {name: one for name, one in found.items() if isinstance(one, type) and issubclass(one, Section)}


def template(values: Mapping[str, str], settings: type[Settings] = Settings) -> str:
    """Return the text of `cutover.toml`. `values` are those of the keys that have no default, such as `practice.id`."""
    parts = [_HEAD]
    for name, section in sections_of(settings).items():
        given = {key: values[where] for key in section.model_fields if (where := f"{name}.{key}") in values}
        parts.append("\n".join([f"[{name}]", *_file_lines(name, section, given)]) + "\n")
    return "\n".join(parts)


def _file_lines(name: str, section: type[Section], given: Mapping[str, str]) -> Iterator[str]:
    if section.comment:
        yield from _comment(section.comment)
    for key, field in section.model_fields.items():
        words = _plain(field.description or "")
        if is_secret(field):
            yield from _comment(f"{key}: a secret, only as {variable_of(name, key)}; {words}")
            continue
        value, commented_out = _file_value(field, given.get(key))
        setting = f"{'# ' if commented_out else ''}{key} = {value}"
        line = f"{setting}  # {words}"
        if len(line) <= LINE:
            yield line
        else:
            yield from _comment(words)
            yield setting


def _comment(text: str) -> Iterator[str]:
    yield from wrap(text, LINE, initial_indent="# ", subsequent_indent="# ", break_long_words=False, break_on_hyphens=False)


def _file_value(field: FieldInfo, given: str | None) -> tuple[str, bool]:
    """Return the setting's value in the file, and whether it is commented out there."""
    shown = shown_as(field)
    if given is not None:
        return _toml(given), False
    if shown.example is not None:
        return _toml(shown.example), True
    value = shown.written if shown.written is not None else field.default
    assert value is not PydanticUndefined, "init gives the values that have no default"
    return ('""', True) if value is None else (_toml(value), False)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return f"{value:_}"
        case float():
            return f"{value:g}"
        case Path():
            return json.dumps(value.as_posix(), ensure_ascii=False)
        case dict():
            return f"{{ {', '.join(f'{json.dumps(key)} = {json.dumps(one)}' for key, one in value.items())} }}"
    return json.dumps(value, ensure_ascii=False)


def _plain(markdown: str) -> str:
    """Return a text without the targets of its links, and without the code marks around single words."""
    return re.sub(r"`([^` ]*)`", r"\1", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown))


def is_secret(field: FieldInfo) -> bool:
    """Return whether a setting is a secret, which is never written into a file."""
    return field.annotation is SecretStr


def shown_as(field: FieldInfo) -> ShownAs:
    """Return how a setting is shown where that differs from its default."""
    return next((one for one in field.metadata if isinstance(one, ShownAs)), PLAIN)
