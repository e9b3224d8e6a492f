"""Lines on standard error about the work of a command, made by structlog; the only place that words them.

A line is `name=value …` (logfmt) or one JSON object. It is made from a happening, whose fields are counts, codes, positions
and ids. Of messages of other packages only the logger's name is written: their words may repeat a value.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import structlog
from structlog.typing import EventDict

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
_SAYING = structlog.wrap_logger(
    _LOGGER,
    processors=[structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
)
_QUIET = frozenset({"kafka"})
"""Libraries that log each attempt to reach a server; the result of these attempts is raised, and said as an outage."""
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
_HEAD = ("time", "level", "event", "practice", "process")
_everywhere: dict[str, str] = {}
"""Names and values of every line in a block of `lines`. Workers write from several threads, and threads share no context."""


def say(happening: Happening) -> None:
    """Write a line about a happening."""
    level = logging.WARNING if isinstance(happening, _WARNINGS) else logging.INFO
    level = logging.ERROR if isinstance(happening, CommandFailed) else level
    told = {field.name: getattr(happening, field.name) for field in fields(happening)}
    _SAYING.log(level, name_of(type(happening)), **told)


def say_everywhere(practice: str) -> None:
    """Name the practice in each further line of this block."""
    _everywhere["practice"] = practice


@contextmanager
def lines(form: LogFormat) -> Iterator[None]:
    """Write lines in this form to standard error, in this block."""
    handler = _ToStandardError()
    handler.setFormatter(_formatter(form))
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
        _everywhere.clear()


def name_of(kind: type[Happening]) -> str:
    """Return the name of a kind of happenings: `window_carried` of WindowCarried."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


class _ToStandardError(logging.Handler):
    """Writes to the standard error of the moment: a progress bar puts a stream of its own there, to stay below the lines."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except (OSError, ValueError):  # standard error is closed; the log holds what was done all the same
            pass


def _formatter(form: LogFormat) -> logging.Formatter:
    as_json = form is LogFormat.JSON
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.processors.LogfmtRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[_logger_alone],
        processors=[
            structlog.stdlib.add_log_level,
            _with_time_and_practice,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *([] if as_json else [_as_texts]),
            renderer,
        ],
    )


def _logger_alone(_logger: object, _method: str, said: EventDict) -> EventDict:
    """Return a line of another package without its words, its arguments and its traceback."""
    record = said["_record"]
    return {"event": "library_spoke", "logger": record.name, "_record": record, "_from_structlog": False}


def _with_time_and_practice(_logger: object, _method: str, said: EventDict) -> EventDict:
    at = structlog.processors.TimeStamper(fmt="iso", utc=True, key="time")(None, "", {})
    head = {**said, **at, **_everywhere, "process": os.getpid()}
    return {**{name: head.pop(name) for name in _HEAD if name in head}, **head}


def _as_texts(_logger: object, _method: str, said: EventDict) -> EventDict:
    return {name: _text(value) for name, value in said.items()}


def _text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{count}" for name, count in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value))
    return value
