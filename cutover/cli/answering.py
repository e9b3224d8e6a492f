"""Running a command: its project, its answer on the terminal, its exit code. An error is one line on standard error."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from cutover.project.errors import defect_of, exit_code_of, message_of
from events.errors import ExitCode

if TYPE_CHECKING:
    from cutover.project.project import Project
    from cutover.reports.answer import Answer
    from cutover.runs.session import Session

OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""A window's records live until its end: with Python's own 700 a replay spends a fifth of its time looking through them."""


def answer(as_json: bool, work: Callable[[], Answer]) -> NoReturn:
    """Run a command, print its answer, end with its exit code; an error is one line on standard error."""
    from cutover.reports.answer import show

    try:
        answer = work()
        show(answer, as_json=as_json)
    except KeyboardInterrupt:
        fail("stopped; repeat the same command to go on", 130)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(int(ExitCode.DONE)) from None
    except Exception as error:
        code = exit_code_of(error)
        if code is None:
            _defect(error)
        fail(message_of(error), int(code))
    raise typer.Exit(int(answer.exit_code))


def _defect(error: Exception) -> NoReturn:
    """Exit with 70 after a defect of the program, never with 1.

    The error's text may repeat a record's values: print its kind and place alone, unless CUTOVER_DEBUG asks for all of it.
    """
    if os.environ.get("CUTOVER_DEBUG"):
        import traceback

        traceback.print_exception(error)
    fail(defect_of(error), 70)


def fail(message: str, code: int) -> NoReturn:
    sys.stderr.write(f"cutover: {message}\n")
    raise typer.Exit(code)


def in_project(folder: Path, as_json: bool, work: Callable[[Session], Answer]) -> NoReturn:
    from cutover.runs.session import Session

    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)

    def run() -> Answer:
        with _opened(folder) as project:
            answer = work(Session(project))
            for warning in project.warnings:
                sys.stderr.write(f"cutover: notice: {warning}\n")
            return answer

    answer(as_json, run)


def with_project(folder: Path, work: Callable[[Project], Answer]) -> Answer:
    from cutover.project.project import find_project

    with find_project(folder) as project:
        return work(project)


def fresh_session(folder: Path) -> Session:
    """Return a fresh session of a follower."""
    from cutover.following.outages import LOG_PATIENCE
    from cutover.runs.session import Session

    project = _opened(folder)
    project.log_patience = LOG_PATIENCE
    return Session(project)


def _opened(folder: Path) -> Project:
    """Return the project in this folder, whose clock hears of crash points where the environment asks for one."""
    from cutover.cli.crash import crash_points
    from cutover.project.project import find_project
    from events.clock import World

    return find_project(folder, World(reached=crash_points(os.environ)))
