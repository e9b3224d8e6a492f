"""The tool for many fields of Twenty's MCP server: all of them, or none (``field-metadata-tools.factory.ts`` of 2.21)."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.model.model import FIELD_TYPES
from rehearsal.operations.fields import create_field, delete_field
from rehearsal.values.errors import ApiError
from rehearsal.workspace.workspace import RehearsalWorkspace

TOOL = "create_many_field_metadata"
_TEXTS = ("objectMetadataId", "name", "label", "description", "icon")
_SWITCHES = ("isNullable", "isUnique", "isLabelSyncedWithName", "isRemoteCreation")
_ANY = ("defaultValue", "options", "settings", "relationCreationPayload")
_FIELD = {
    "type": "object",
    "properties": {
        **{name: {"type": "string"} for name in _TEXTS},
        "type": {"type": "string", "enum": list(FIELD_TYPES)},
        **{name: {"type": "boolean"} for name in _SWITCHES},
        **{name: {} for name in _ANY},
    },
}
_SCHEMA = {"type": "object", "properties": {"fields": {"type": "array", "items": _FIELD, "minItems": 1, "maxItems": 20}}}

Json = dict[str, Any]


def handle(workspace: RehearsalWorkspace, body: Json) -> Json:
    """Return the answer to a JSON-RPC request ``tools/call`` for ``learn_tools`` or ``execute_tool``."""
    named = {"id": body.get("id"), "jsonrpc": "2.0"}
    if body.get("method") != "tools/call":
        return named | {"error": {"code": -32601, "message": f"Method '{body.get('method')}' not found"}}
    params = body.get("params") or {}
    tool, arguments = params.get("name"), params.get("arguments") or {}
    if tool == "learn_tools":
        result: Any = _learned(arguments.get("toolNames") or [])
    elif tool == "execute_tool":
        result = _executed(workspace, arguments)
    else:
        return named | {"error": {"code": -32602, "message": f"Unknown tool: {tool}"}}
    return named | {"result": {"content": [{"type": "text", "text": json.dumps(result)}], "isError": False}}


def _learned(names: list[str]) -> Json:
    tools = [{"name": TOOL, "inputSchema": _SCHEMA}] if TOOL in names else []
    missing = [name for name in names if name != TOOL]
    return {"tools": tools, "notFound": missing, "message": "Learned." if tools else "No matching tools found."}


def _executed(workspace: RehearsalWorkspace, arguments: Json) -> Json | bool:
    name = arguments.get("toolName")
    if name != TOOL:
        return {"success": False, "message": f'Tool "{name}" not found', "error": f'Tool "{name}" not found.'}
    made: list[str] = []
    try:
        for sent in arguments["arguments"]["fields"]:
            made.append(create_field(workspace, sent).id)
    except ApiError as error:
        for field_id in reversed(made):
            delete_field(workspace, field_id)
        return {"success": False, "message": f"Failed to execute {TOOL}", "error": f"Validation errors:\n{error}"}
    return True
