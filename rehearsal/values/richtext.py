"""RICH_TEXT: Markdown and BlockNote, each made from the other where only one is sent (cassette ``values-rich-text``)."""

from __future__ import annotations

import json
import re
from typing import Any

_HEADING = re.compile(r"(#{1,3}) (.*)")
_BULLET = re.compile(r"[-*] (.*)")


def blocks_of(markdown: str) -> str:
    """Return the BlockNote, as JSON text, for a Markdown text. A block a heading, bullet or paragraph; marks inside a line
    stay as they are.
    """
    blocks: list[dict[str, Any]] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(_block("paragraph", "\n".join(paragraph)))
            paragraph.clear()

    for line in markdown.splitlines():
        if heading := _HEADING.match(line):
            close()
            blocks.append(_block("heading", heading[2], level=len(heading[1])))
        elif bullet := _BULLET.match(line):
            close()
            blocks.append(_block("bulletListItem", bullet[1]))
        elif line.strip():
            paragraph.append(line)
        else:
            close()
    close()
    return json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))


def markdown_of(blocks: list[Any]) -> str:
    """Return the Markdown for BlockNote blocks: a line each."""
    lines = [_line(block) for block in blocks if isinstance(block, dict)]
    return "\n\n".join(lines) + "\n"


def _block(kind: str, text: str, **properties: Any) -> dict[str, Any]:
    return {"type": kind, "props": properties, "content": [{"type": "text", "text": text, "styles": {}}], "children": []}


def _line(block: dict[str, Any]) -> str:
    content = block.get("content")
    parts = content if isinstance(content, list) else []
    text = "".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))
    if block.get("type") == "heading":
        level = (block.get("props") or {}).get("level", 1)
        return "#" * int(level) + " " + text
    return "- " + text if block.get("type") == "bulletListItem" else text
