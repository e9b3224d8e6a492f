"""Options of SELECT and MULTI_SELECT fields, and what a change of them does to records (cassette
``metadata-select-options``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from rehearsal.model.model import Field, Option
from rehearsal.operations.refusals import ModelProblem
from rehearsal.store.uniqueness import Row
from rehearsal.values.uuids import is_uuid, new_uuid

OPTION_TYPES = ("SELECT", "MULTI_SELECT")
MAX_LENGTH = 63
_VALUE = re.compile(r"[A-Z_][A-Z0-9_]*\Z")


def option_problems(options: Any) -> list[ModelProblem]:
    """Return what is wrong with the options sent for a field (cassette ``metadata-field-errors``)."""
    if not isinstance(options, list) or not options or not all(isinstance(option, dict) for option in options):
        return [_problem("Options are required for enum fields")]
    problems = []
    for option in options:
        value, label = option.get("value"), option.get("label")
        if not isinstance(value, str) or not value:
            problems.append(_problem("Option value is required"))
        elif not _VALUE.match(value):
            problems.append(_problem(f'Value must be in UPPER_CASE and follow snake_case "{value}"'))
        elif len(value) > MAX_LENGTH:
            problems.append(_problem(f"Option value exceeds {MAX_LENGTH} characters"))
        if option.get("id") is not None and not is_uuid(option["id"]):
            problems.append(_problem("Option id is invalid"))
        if not isinstance(label, str) or not label.strip():
            problems.append(_problem("Option label is required"))
        elif "," in label:
            problems.append(_problem("Label must not contain a comma"))
        elif len(label) > MAX_LENGTH:
            problems.append(_problem(f"Option label exceeds {MAX_LENGTH} characters"))
    for key in ("value", "position", "id"):
        counts = Counter(str(option[key]) for option in options if option.get(key) is not None)
        if any(count > 1 for count in counts.values()):
            problems.append(_problem(f"Duplicated option {key}"))
    return problems


def default_problems(default: Any, kind: str, values: list[str]) -> list[ModelProblem]:
    """Return what is wrong with the default of a field with these option values."""
    if default is None:
        return []
    entries = default if kind == "MULTI_SELECT" and isinstance(default, list) else [default]
    problems = []
    if kind == "MULTI_SELECT" and not isinstance(default, list):
        return [_problem(f"Default value for multi-select must be an array got {default}")]
    if not entries:
        return [_problem("If defined default value must contain at least one value")]
    for entry in entries:
        if not isinstance(entry, str) or len(entry) < 3 or entry[0] != "'" or entry[-1] != "'":
            problems.append(_problem("Default value should be as quoted string"))
        elif entry[1:-1] not in values:
            problems.append(_problem(f'Default value "{entry}" must be one of the option values'))
    return problems


def read_options(options: list[dict[str, Any]]) -> tuple[Option, ...]:
    """Read options as they are kept; those sent without an id are new ones."""
    return tuple(
        Option(
            id=option["id"] if is_uuid(option.get("id")) else new_uuid(),
            value=option["value"],
            label=option["label"].strip(),
            color=str(option.get("color") or "gray"),
            position=option["position"] if isinstance(option.get("position"), int) else place,
        )
        for place, option in enumerate(options)
    )


def follow_options(before: Field, options: tuple[Option, ...]) -> Callable[[Row], Row]:
    """Return the change to a record when a field gets other options: values follow the option's id; without it they are
    emptied.
    """
    values_by_id = {option.id: option.value for option in options}
    renamed = {option.value: values_by_id.get(option.id) for option in before.options or ()}
    column = before.name

    def follow(row: Row) -> Row:
        value = row[column]
        if isinstance(value, list):
            return row | {column: [new for entry in value if (new := renamed.get(entry)) is not None]}
        return row | {column: renamed.get(value)} if value is not None else row

    return follow


def _problem(message: str) -> ModelProblem:
    return ModelProblem(code="INVALID_FIELD_INPUT", message=message)
