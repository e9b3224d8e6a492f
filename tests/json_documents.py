"""The documents of `--json` against their types: their JSON Schemas, and the documents that the program prints under test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Union

from pydantic import ConfigDict, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from cutover.reports.documents.registry import DOCUMENTS, OF_EVERY_COMMAND


class _WithoutTitles(GenerateJsonSchema):
    """Schemas whose fields have no titles: these would repeat their names."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(command: str) -> dict[str, Any]:
    """Return the JSON Schema of a command's document. A document may have fields that are not in it."""
    kind = (DOCUMENTS | OF_EVERY_COMMAND)[command]
    listed = TypeAdapter(list[kind], config=ConfigDict(use_attribute_docstrings=True))  # type: ignore[valid-type]
    made = listed.json_schema(schema_generator=_WithoutTitles)
    parts = made.get("$defs", {})
    one = made["items"]
    if "$ref" in one:
        one = parts.pop(one["$ref"].rpartition("/")[2])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"cutover {command} --json",
        **{key: value for key, value in one.items() if key != "title"},
        **({"$defs": parts} if parts else {}),
    }


def check_document(command: str, document: Any) -> None:
    """Raise ValidationError unless a document is exactly what its type says; a field that is not in its type is an error."""
    _exactly(command).validate_json(json.dumps([document], default=str), strict=True)


def check_of_any_command(document: Any) -> None:
    """Raise ValidationError unless a document is exactly what the type of one of the commands says."""
    _exactly_one_of_all().validate_json(json.dumps([document], default=str), strict=True)


def check_output(arguments: Sequence[str], output: str) -> None:
    """Check each line of what `cutover ARGUMENTS` printed, where that was JSON."""
    command = command_of(arguments)
    if "--json" in arguments and command is not None:
        for line in output.splitlines():
            check_document(command, json.loads(line))


def command_of(arguments: Sequence[str]) -> str | None:
    """Return the command that these arguments call, in its words; None for none."""
    return next((words for n in (2, 1) if (words := " ".join(arguments[:n])) in DOCUMENTS), None)


@cache
def _exactly(command: str) -> TypeAdapter[Any]:
    return TypeAdapter(list[(DOCUMENTS | OF_EVERY_COMMAND)[command]], config=ConfigDict(extra="forbid"))  # type: ignore[misc]


@cache
def _exactly_one_of_all() -> TypeAdapter[Any]:
    return TypeAdapter(list[Union[tuple(DOCUMENTS.values())]], config=ConfigDict(extra="forbid"))  # type: ignore[misc]  # noqa: UP007
