"""Commands that end without an answer: one line on standard error, and with `--json` a document on standard output."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

import typer

from cutover.project.errors import defect_of, exit_code_of, message_of
from events.errors import ExitCode

if TYPE_CHECKING:
    from cutover.reports.documents.failure import FailureDocument

INTERRUPTED, DEFECT = 130, 70


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """The end of a command without an answer: one line, the exit code, the error's kind, and whether a repetition may help."""

    message: str
    code: int
    kind: str = "UsageError"
    retriable: bool = False


def failure_of(error: Exception) -> Failure:
    """Return the failure that an error amounts to. A defect of the program ends with 70, never with 1.

    The text of a defect may repeat a record's values: it is printed only where CUTOVER_DEBUG asks for it.
    """
    code = exit_code_of(error)
    if code is not None:
        retriable = code is ExitCode.UNREACHABLE or bool(getattr(error, "retriable", False))
        return Failure(message=message_of(error), code=int(code), kind=type(error).__name__, retriable=retriable)
    if os.environ.get("CUTOVER_DEBUG"):
        import traceback

        traceback.print_exception(error)
    return Failure(message=defect_of(error), code=DEFECT, kind="Defect")


def fail(failure: Failure, *, as_json: bool) -> NoReturn:
    """Print a failure, as a document too where the command was called with `--json`, and exit."""
    report(failure, as_json=as_json)
    raise typer.Exit(failure.code)


def report(failure: Failure, *, as_json: bool) -> None:
    """Print a failure's line on standard error, and its document where the command was called with `--json`."""
    sys.stderr.write(f"cutover: {failure.message}\n")
    print_failure(failure, as_json=as_json)


def print_failure(failure: Failure, *, as_json: bool) -> None:
    """Print a failure's document on standard output, where the command was called with `--json`."""
    if as_json:
        said: FailureDocument = {
            "error": {
                "message": failure.message,
                "exit_code": failure.code,
                "kind": failure.kind,
                "retriable": failure.retriable,
            }
        }
        sys.stdout.write(json.dumps(said, ensure_ascii=False) + "\n")
