"""Running a command: its project, its answer on the terminal, its exit code.

An error is one line on standard error, and with `--json` one document on standard output.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from cutover.cli.failure import DEFECT, INTERRUPTED, Failure, fail, failure_of
from cutover.project.errors import exit_code_of
from events.errors import ExitCode

if TYPE_CHECKING:
    from consumers.workers.happenings import Tell
    from cutover.project.log_format import LogFormat
    from cutover.project.project import Project
    from cutover.reports.answer import Answer
    from cutover.runs.session import Session

OBJECTS_BETWEEN_COLLECTIONS = 10_000
"""A window's records live until its end: with Python's own 700 a replay spends a fifth of its time looking through them."""


def answer(as_json: bool, work: Callable[[], Answer]) -> NoReturn:
    """Run a command, print its answer, end with its exit code. Report an error as `fail` does."""
    from cutover.reports.answer import show

    try:
        answer = work()
        show(answer, as_json=as_json)
    except KeyboardInterrupt:
        stopped = Failure(message="stopped; repeat the same command to go on", code=INTERRUPTED, kind="Interrupted")
        fail(stopped, as_json=as_json)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(int(ExitCode.DONE)) from None
    except Exception as error:
        fail(failure_of(error), as_json=as_json)
    raise typer.Exit(int(answer.exit_code))


def in_project(
    folder: Path,
    as_json: bool,
    work: Callable[[Session], Answer],
    aloud: LogFormat | None = None,
    notice: str | None = None,
) -> NoReturn:
    """Run a command in a project; `aloud` is the form of its lines on standard error, None for none.

    Where the command has a name for a `notice`, its end is told to those whom [notify] names.
    """
    from cutover.runs.session import Session

    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)

    def run() -> Answer:
        with _opened(folder) as project, _speaking(aloud, project) as tell:
            session = Session(project)
            session.tell = tell or session.tell
            answer = work(session)
            for warning in project.warnings:
                sys.stderr.write(f"cutover: notice: {warning}\n")
            return answer

    answer(as_json, run if notice is None else lambda: _noticed(folder, notice, run))


def _noticed(folder: Path, command: str, run: Callable[[], Answer]) -> Answer:
    """Run a command and send the notice of its end."""
    from cutover.cli.notices import notify

    try:
        answer = run()
    except Exception as error:
        code = exit_code_of(error)
        notify(folder, command, DEFECT if code is None else int(code))
        raise
    notify(folder, command, int(answer.exit_code), answer.document)
    return answer


@contextmanager
def _speaking(aloud: LogFormat | None, project: Project) -> Iterator[Tell | None]:
    if aloud is None:
        yield None
        return
    from cutover.cli.lines import lines, say, say_everywhere

    with lines(aloud):
        say_everywhere(project.practice.id)
        yield say


def with_project(folder: Path, work: Callable[[Project], Answer]) -> Answer:
    from cutover.project.project import find_project

    with find_project(folder) as project:
        return work(project)


def fresh_session(folder: Path) -> Session:
    """Return a fresh session of a follower."""
    from cutover.cli.lines import say_everywhere
    from cutover.following.outages import LOG_PATIENCE
    from cutover.runs.session import Session

    project = _opened(folder)
    project.log_patience = LOG_PATIENCE
    say_everywhere(project.practice.id)
    return Session(project)


def _opened(folder: Path) -> Project:
    """Return the project in this folder, whose clock hears of crash points where the environment asks for one."""
    from cutover.cli.crash import crash_points
    from cutover.project.project import find_project
    from events.clock import World

    return find_project(folder, World(reached=crash_points(os.environ)))
