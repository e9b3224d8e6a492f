"""The errors that the program itself raises, and the exit code and the line for any error.

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

from pathlib import Path
from typing import Final

from events.errors import CutoverError, ExitCode


class UserError(CutoverError):
    """Something that the operator can put right. Its text is one line, without a patient's value and without a secret."""

    exit_code = ExitCode.USAGE


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
    """Return the exit code of an error that an operator may meet; None for a defect of the program (and for an
    interruption).
    """
    if isinstance(error, CutoverError):
        return error.exit_code
    return ExitCode.UNREACHABLE if _OF_DATABASES.intersection(_names_of(error)) else None


def message_of(error: BaseException) -> str:
    """Return the one line to show for an error that has an exit code. SQLAlchemy's own text is cut: it repeats parameters."""
    text = str(error)
    if "sqlalchemy.exc.DBAPIError" in _names_of(error):
        said = next(iter(str(getattr(error, "orig", "")).splitlines()), "")
        text = f"a database of this project cannot be used ({said}); put that right, then run the same command again"
    return " ".join(text.split())


def _names_of(error: BaseException) -> list[str]:
    """Return the dotted names of an error's class and of those above it: to compare them needs no import."""
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]


def defect_of(error: BaseException) -> str:
    """Return the line to show for a defect of the program. An error's text may repeat a record's values: its kind and place
    do not.
    """
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    what = f"{type(error).__name__} at {where}"
    return f"a defect of the program: {what}; what was done is in the log: repeat the command, and report this"


_OF_DATABASES: Final = frozenset({"sqlalchemy.exc.OperationalError", "sqlalchemy.exc.InterfaceError"})
"""Errors of a database that is away, by dotted name: to compare them needs no import of SQLAlchemy."""
