"""Answers of the REST API."""

from __future__ import annotations

from typing import Any

HttpAnswer = tuple[int, Any]
"""An HTTP status, and a body of JSON."""
