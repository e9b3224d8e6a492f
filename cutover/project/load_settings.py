"""Loading settings: the file, the environment over it, and one error for whatever is wrong."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from cutover.project.errors import SettingsError
from cutover.project.settings import FILE_NAME, PREFIX, Settings, variable_of

_SECTIONS: Final[Mapping[str, type[BaseModel]]] = {
    name: field.annotation for name, field in Settings.model_fields.items() if isinstance(field.annotation, type)
}


def _secrets() -> dict[tuple[str, str], str]:
    """Return the remedy for each secret that stands in the file: its variable, or the setting that names a file for it."""
    found = {}
    for section, model in _SECTIONS.items():
        for key in (key for key, field in model.model_fields.items() if field.annotation is SecretStr):
            file = f", or name a file that holds it in {section}.{key}_file" if f"{key}_file" in model.model_fields else ""
            found[section, key] = f"set {variable_of(section, key)}{file}"
    return found


_SECRETS: Final = _secrets()


def load_settings(folder: Path) -> Settings:
    """Return the settings of the project in this folder (absolute). Raises SettingsError."""
    file = folder / FILE_NAME
    document = _document(file)
    _check_keys(document, file)
    _check_variables()
    try:
        settings = Settings(**document).starting_at(folder)
    except ValidationError as error:
        raise SettingsError(_explained(error.errors(include_url=False, include_input=False)[0], file)) from None
    urls = {"log.url": settings.log.url, "state.url": settings.state.url, "keys.url": settings.keys.url}
    for name, other in combinations(urls, 2):
        if urls[name] == urls[other]:
            raise SettingsError(
                f"{file}: {other}: is the same database as {name}; give each its own: they are kept and backed up apart"
            )
    return settings


def _document(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read ({error.strerror}); check its name and its permissions") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{file}: is not UTF-8 text; save it as UTF-8") from None
    except ValueError as error:  # no TOML, or a number without end
        raise SettingsError(
            f"{file}: is not TOML: {' '.join(str(error).split())}; correct it there (texts stand in quotes)"
        ) from None


def _check_keys(document: Mapping[str, Any], file: Path) -> None:
    """Refuse unknown keys go first: one may be the misspelt name of another that is missing."""
    for section, content in document.items():
        if section not in _SECTIONS:
            raise SettingsError(f"{file}: {section}: is no section; {_meant(section, _SECTIONS)}")
        if not isinstance(content, dict):
            raise SettingsError(
                f"{file}: {section}: must be a section; write [{section}] on a line of its own and its keys below"
            )
        known = [key for key in _SECTIONS[section].model_fields if (section, key) not in _SECRETS]
        for key in content:
            if remedy := _SECRETS.get((section, key)):
                raise SettingsError(
                    f"{file}: {section}.{key}: a secret must not stand in this file; remove it there and {remedy}"
                )
            if key not in known:
                raise SettingsError(f"{file}: {section}.{key}: is no setting; {_meant(key, known)}")


def _check_variables() -> None:
    for variable in sorted(os.environ):
        section, delimiter, key = variable.lower().removeprefix(PREFIX.lower()).partition("__")
        if not variable.upper().startswith(PREFIX) or (section not in _SECTIONS and not delimiter):
            continue  # a variable of another program
        if section not in _SECTIONS:
            raise SettingsError(f"environment: {variable}: there is no section {section}; {_meant(section, _SECTIONS)}")
        if not delimiter:
            raise SettingsError(f"environment: {variable}: names a section without a key; use {variable}__KEY")
        if key not in _SECTIONS[section].model_fields:
            raise SettingsError(f"environment: {variable}: is no setting; {_meant(key, _SECTIONS[section].model_fields)}")


def _explained(detail: ErrorDetails, file: Path) -> str:
    where = [str(part) for part in detail["loc"]]
    variable = variable_of(*where)
    from_environment = variable in (name.upper() for name in os.environ)
    origin = f"environment: {variable}" if from_environment else f"{file}: {'.'.join(where)}"
    return f"{origin}: {_wrong(detail)}"


def _wrong(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return f"is missing; add it to {FILE_NAME} (`cutover init` writes one that is complete)"
    if kind == "enum":
        names = re.findall("'([^']*)'", context["expected"])
        return f"must be one of {', '.join(names)}"
    if kind == "value_error":
        return str(context["error"])
    if kind.startswith("uuid"):
        return "must be a UUID; restore the one that `cutover init` wrote: the ids in Twenty are made under it"
    bounds = {"greater_than_equal": "at least {ge}", "less_than_equal": "at most {le}", "greater_than": "more than {gt}"}
    if kind in bounds:
        return f"must be {bounds[kind].format(**context)}"
    forms = {
        "string": "a text in quotes",
        "path": "a path in quotes",
        "int": "a whole number",
        "float": "a number",
        "finite": "a number",
    }
    return f"must be {forms.get(kind.partition('_')[0], 'of another type: ' + detail['msg'])}"


def _meant(word: str, known: Iterable[str]) -> str:
    """Return a hint: the section of the key, a similar name, or else all names."""
    sections = [name for name, model in _SECTIONS.items() if word in model.model_fields]
    if len(sections) == 1:
        return f"it belongs to section {sections[0]}"
    close = difflib.get_close_matches(word.lower(), known := list(known), n=1, cutoff=0.5)
    return f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(known)}"
