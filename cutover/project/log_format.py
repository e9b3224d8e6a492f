"""The form of the lines that a command writes to standard error."""

from __future__ import annotations

from enum import StrEnum


class LogFormat(StrEnum):
    """Plain text for people, or a JSON object a line for programs."""

    TEXT = "text"
    JSON = "json"
