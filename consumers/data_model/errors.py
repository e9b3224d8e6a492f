"""Errors of the data model on our side. What Twenty itself says passes through as a `TwentyError`.

    SchemaError           outcome
    ├── SchemaClash       not applied; what is there cannot be used (each clash says what to do)     not retriable
    ├── ServerLacks       not applied; the server lacks what we need (each says what to do)          not retriable
    ├── WrongWorkspace    not applied; the plan was made for another workspace                       not retriable
    ├── NotShared         not applied; an object has no sharing rule and was not made private       not retriable
    └── StepNotSeen       unknown; a step was sent and the workspace does not show it yet            retriable

A repeated `cutover schema apply` goes on where an error stopped the last one. Messages hold names of objects and fields,
types and counts, never a word of the practice's data.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.errors import CutoverError, Effect, ExitCode


class SchemaError(CutoverError):
    """The root of the tree."""

    exit_code = ExitCode.APPROVAL


class SchemaClash(SchemaError):
    """The workspace has things of the names we need that cannot be used. `reasons`: one a clash."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("the data model was not changed:\n" + "\n".join(f"- {reason}" for reason in reasons))
        self.reasons = tuple(reasons)


class ServerLacks(SchemaError):
    """The server's metadata API lacks operations, fields or types that the plan needs. `reasons`: one a lack."""

    def __init__(self, version: str | None, reasons: Sequence[str]) -> None:
        named = f"Twenty {version}" if version else "this Twenty (it does not tell its version)"
        super().__init__(f"nothing was written: {named} lacks what we need:\n" + "\n".join(f"- {one}" for one in reasons))
        self.reasons = tuple(reasons)


class WrongWorkspace(SchemaError):
    """A plan is to be applied to a workspace that it was not made for."""


class NotShared(SchemaError):
    """An object was not made private: no sharing rule would let a person read it. Earlier steps stay."""


class StepNotSeen(SchemaError):
    """A step was sent, and after all our waiting the workspace does not show it."""

    retriable = True
    outcome = Effect.UNKNOWN
