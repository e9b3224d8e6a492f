"""How a command ends: exit codes, the errors that the program itself raises, and the exit codes of everybody else's.

A follower ends with other codes (`passing`).

UserError              one clear line: what, where, what to do
├─ UsageError          2   the command cannot be run like this
│  ├─ SettingsError    2   `cutover.toml`, an environment variable or a file that they name
│  └─ Busy             2   another command is at work in this project (`locks`)
├─ UnreachableError    3   Twenty, the log or the state store cannot be used
│  └─ FolderForbidden  3   this user may not write into the project's folder
└─ ApprovalMissing     4   an approval is missing, nothing was written
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import ClassVar


class ExitCode(IntEnum):
    """How a command ends. FINDINGS: done, with differences, conflicts, dead letters, drift or withheld deletions."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 3
    APPROVAL = 4


class UserError(Exception):
    """Something that the operator can put right. Its text is one line, without a patient's value and without a secret."""

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE


class UsageError(UserError):
    """The command cannot be run like this."""


class SettingsError(UsageError):
    """The settings, or a file that they name, cannot be used."""


class UnreachableError(UserError):
    """Twenty, the log or the state store cannot be used now; the same command can be run again."""

    exit_code = ExitCode.UNREACHABLE


class FolderForbidden(UnreachableError):
    """The project's folder may not be written by this user."""


class ApprovalMissing(UserError):
    """An approval is missing; nothing was written."""

    exit_code = ExitCode.APPROVAL


def exit_code_of(error: BaseException) -> ExitCode | None:
    """The exit code of an error that an operator may meet; None for a defect of the program (and for an interruption)."""
    if isinstance(error, UserError):
        return error.exit_code
    known = _of_other_packages()
    return next((known[kind] for kind in type(error).__mro__ if kind in known), None)


def message_of(error: BaseException) -> str:
    """The one line to show for an error that has an exit code. SQLAlchemy's own text is cut: it repeats parameters."""
    from sqlalchemy.exc import DBAPIError

    text = str(error)
    if isinstance(error, DBAPIError):
        said = next(iter(str(error.orig).splitlines()), "")
        text = f"a database of this project cannot be used ({said}); put that right, then run the same command again"
    return " ".join(text.split())


def defect_of(error: BaseException) -> str:
    """The line to show for a defect of the program. An error's text may repeat a record's values: its kind and place do not."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    what = f"{type(error).__name__} at {where}"
    return f"a defect of the program: {what}; what was done is in the log: repeat the command, and report this"


@cache
def _of_other_packages() -> Mapping[type, ExitCode]:
    # imported when something went wrong, so that `cutover --help` need not wait for every package
    from sqlalchemy.exc import InterfaceError, OperationalError

    from consumers.data_model.errors import SchemaError
    from consumers.ownership import OwnershipLost
    from consumers.twenty.errors import TwentyError, Unauthorised
    from consumers.twenty.visibility import NotEverything
    from events.codec import CodecError
    from events.database import DatabaseUnreachable
    from events.keys import KeyStoreError
    from events.log import LogError, LogMissing
    from producers.extract import ExtractError
    from producers.proposal import CannotBind

    return {
        CannotBind: ExitCode.APPROVAL,
        SchemaError: ExitCode.APPROVAL,
        NotEverything: ExitCode.APPROVAL,
        Unauthorised: ExitCode.USAGE,
        TwentyError: ExitCode.UNREACHABLE,
        OwnershipLost: ExitCode.UNREACHABLE,
        LogError: ExitCode.UNREACHABLE,
        LogMissing: ExitCode.APPROVAL,
        CodecError: ExitCode.UNREACHABLE,
        DatabaseUnreachable: ExitCode.UNREACHABLE,
        OperationalError: ExitCode.UNREACHABLE,
        InterfaceError: ExitCode.UNREACHABLE,
        KeyStoreError: ExitCode.USAGE,
        ExtractError: ExitCode.USAGE,
    }
