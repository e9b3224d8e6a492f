"""Many fields in one request: the tool `create_many_field_metadata` of a Twenty's MCP server, which takes the same API key.

The metadata API makes one field a request. The tool makes up to twenty by one migration, all or none of them, with the service
that `createOneField` uses (`field-metadata/tools/field-metadata-tools.factory.ts` of 2.21). Whether a server has it, and for
which inputs, is asked of its own list of tools (`learn_tools`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import OutcomeUnknown, TwentyError, Unreachable

MOST_FIELDS = 20
"""Fields in one request at most, as the tool's schema says."""
_TOOL = "create_many_field_metadata"
_INPUTS = frozenset(
    {"objectMetadataId", "type", "name", "label", "icon", "isUnique", "options", "relationCreationPayload"},
)


class ToolFailed(OutcomeUnknown):
    """The tool answered that it failed. Nothing is under way any more; it makes all fields or none."""


def offers_many_fields(connection: Connection) -> bool:
    """Return whether the server has the tool for this API key, with all inputs that we send. Raises Unreachable."""
    call = _call("learn_tools", {"toolNames": [_TOOL], "aspects": ["schema"]}, "learn the tool for many fields")
    try:
        tools = _text(connection.send(call))["tools"]
        given = next(one for one in tools if one["name"] == _TOOL)["inputSchema"]["properties"]["fields"]
        return bool(given["maxItems"] >= MOST_FIELDS and given["items"]["properties"].keys() >= _INPUTS)
    except Unreachable:
        raise
    except (TwentyError, LookupError, TypeError, AttributeError, StopIteration, orjson.JSONDecodeError):
        return False


def create_many_fields(connection: Connection, fields: Sequence[Mapping[str, Any]]) -> None:
    """Make these fields, given as in the input of `createOneField`: all of them or none.

    Raises ToolFailed where the tool says so, another TwentyError where no answer came; ValueError for too many fields.
    """
    if not 0 < len(fields) <= MOST_FIELDS:
        raise ValueError(f"{len(fields)} fields are none, or more than {MOST_FIELDS}")
    sent = {"toolName": _TOOL, "arguments": {"fields": [dict(one) for one in fields]}}
    call = _call("execute_tool", sent, f"create {len(fields)} fields", writes=True)
    answered = connection.send(call)
    try:
        made = _text(answered)
    except (LookupError, TypeError, orjson.JSONDecodeError):
        made = None
    if made is not True:
        detail = str(made.get("error", "")) if isinstance(made, dict) else ""
        raise ToolFailed(f"Twenty failed to {call.purpose} together: they are made one by one", detail=detail)


def _call(tool: str, arguments: Mapping[str, Any], purpose: str, *, writes: bool = False) -> Call:
    params = {"name": tool, "arguments": dict(arguments)}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    return Call(method="POST", path="/mcp", purpose=purpose, surface=Surface.METADATA, writes=writes, json=body)


def _text(answer: Any) -> Any:
    """Return what a tool answered, which is JSON in a text. Raises LookupError, TypeError, JSONDecodeError."""
    return orjson.loads(answer["result"]["content"][0]["text"])
