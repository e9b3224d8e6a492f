"""The root of every error that this project raises, and the exit code that a command ends with.

An error that no command ends with (it is handled before) has no exit code: where it gets to the end, it is a defect.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """Exit codes of commands. FINDINGS: done, with differences, conflicts, dead letters, drift or withheld deletions."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREACHABLE = 3
    APPROVAL = 4


class Effect(StrEnum):
    """The effect of a failed request or command on Twenty."""

    NOT_APPLIED = "NOT_APPLIED"
    APPLIED = "APPLIED"
    UNKNOWN = "UNKNOWN"


class CutoverError(Exception):
    """The root. Its text is one line: what failed, the value (never a patient's, never a secret), what to do.

    `retriable`: the same thing may be tried again as it is. `outcome`: whether Twenty was changed by what failed.
    """

    exit_code: ClassVar[ExitCode | None] = None
    retriable: bool = False
    outcome: Effect = Effect.NOT_APPLIED
