"""Lines on standard error about what a command that goes on is doing; the only place that words them.

A line is plain text (`TIME LEVEL event: name=value …`) or one JSON object. It is made from a happening, whose fields are
counts, codes, positions and ids. What other packages log is said by its logger's name alone: their words may repeat a value.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from consumers.workers.happenings import ConflictsMet, DeadLettersMade, Happening, ValuesLeftOut
from cutover.project.log_format import LogFormat
from cutover.runs.happenings.happenings import (
    CommandFailed,
    DeletionsWithheld,
    DeliverySetAside,
    FindingMet,
    OutageBegun,
    OutageLasts,
    ProjectNotice,
)

_LOGGER = logging.getLogger("cutover")
_HAPPENING = "happening"
_QUIET = frozenset({"kafka"})
"""Libraries that speak of each attempt to reach a server; what comes of it is raised, and said as an outage."""
_WARNINGS = (
    ConflictsMet,
    DeadLettersMade,
    DeletionsWithheld,
    DeliverySetAside,
    FindingMet,
    OutageBegun,
    OutageLasts,
    ProjectNotice,
    ValuesLeftOut,
)
"""Happenings that may ask for a person."""


def say(happening: Happening) -> None:
    """Write a line about a happening."""
    level = logging.WARNING if isinstance(happening, _WARNINGS) else logging.INFO
    level = logging.ERROR if isinstance(happening, CommandFailed) else level
    _LOGGER.log(level, name_of(type(happening)), extra={_HAPPENING: happening})


@contextmanager
def lines(form: LogFormat) -> Iterator[None]:
    """Write lines in this form to standard error, in this block."""
    handler = _ToStandardError()
    handler.setFormatter(_Formatter(form))
    handler.addFilter(lambda record: record.name.partition(".")[0] not in _QUIET)
    root = logging.getLogger()
    before = _LOGGER.level
    root.addHandler(handler)
    _LOGGER.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(handler)
        _LOGGER.setLevel(before)


def name_of(kind: type[Happening]) -> str:
    """Return the name of a kind of happenings: `window_carried` of WindowCarried."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


class _ToStandardError(logging.Handler):
    """Writes to what standard error is now: a progress bar puts a stream of its own there, to stay below the lines."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # nobody reads any more; what is done is in the log all the same
            pass


class _Formatter(logging.Formatter):
    def __init__(self, form: LogFormat) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        happening = getattr(record, _HAPPENING, None)
        if isinstance(happening, Happening):
            event = name_of(type(happening))
            said = {field.name: getattr(happening, field.name) for field in fields(happening)}
        else:
            event, said = "library_spoke", {"logger": record.name}
        if self._form is LogFormat.JSON:
            head = {"time": time, "level": record.levelname.lower(), "event": event, "process": os.getpid()}
            return json.dumps({**head, **said}, ensure_ascii=False)
        told = " ".join(f"{name}={_text(value)}" for name, value in said.items())
        return f"{time} {record.levelname} {event.replace('_', ' ')}: {told}".rstrip(": ")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{count}" for name, count in value.items()) or "-"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value)) or "-"
    text = "-" if value is None else str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[\s"=]', text) else text or "-"
