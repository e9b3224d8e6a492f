"""Commands that say on standard error what they do; followers go on until they are stopped or need a person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

from cutover.cli.failure import failure_of, print_failure
from cutover.cli.lines import lines, say
from cutover.cli.notices import notify
from cutover.following.passing import Ending, ending_of
from cutover.project.errors import defect_of, exit_code_of
from cutover.project.log_format import LogFormat
from cutover.project.stopping import Stop, until_stopped
from cutover.reports.answer import Answer, show
from cutover.reports.documents.runs import StoppedFollower
from cutover.runs.happenings.happenings import CommandFailed, FollowerStarted, FollowerStopped

_STOPPED: StoppedFollower = {"stopped": True}
_NOTHING = Answer(document=_STOPPED, text=["stopped"])


def go_on(
    command: str, form: LogFormat, work: Callable[[Stop], Answer | None], *, as_json: bool, folder: Path | None = None
) -> NoReturn:
    """Run a follower and print its last answer. End with 0 when it was stopped, also after findings, else as `passing` says.

    The settings of the project in `folder` name those who are told of its end.
    """
    with lines(form):
        try:
            with until_stopped() as stop:
                say(FollowerStarted(command))
                answer = work(stop)
            say(FollowerStopped(command))
            show(replace(answer or _NOTHING, findings=False), as_json=as_json)
        except BrokenPipeError:  # the reader of the pipe is gone
            sys.stderr.close()
        except Exception as error:
            code = _failed(command, ending_of(error), error, as_json=as_json)
            if folder is not None:
                notify(folder, command, code)
            raise SystemExit(code) from None
    raise SystemExit(0)


def come_to_an_end(command: str, form: LogFormat, work: Callable[[Stop], Answer], *, as_json: bool) -> Answer:
    """Run a command that ends by itself, or after the work at hand when it is stopped. Raises what the command raises."""
    with lines(form), until_stopped() as stop, stop.at_work():
        try:
            return work(stop)
        except Exception as error:
            if form is not LogFormat.JSON:
                raise
            code = exit_code_of(error)
            raise SystemExit(_failed(command, Ending.DEFECT if code is None else code, error, as_json=as_json)) from None


def _failed(command: str, code: IntEnum, error: Exception, *, as_json: bool) -> int:
    failure = replace(failure_of(error), code=int(code))
    if code == Ending.DEFECT:
        failure = replace(failure, message=defect_of(error), kind="Defect")
    say(CommandFailed(command=command, exit_code=failure.code, message=failure.message))
    print_failure(failure, as_json=as_json)
    return failure.code
