"""The document of a command that ends without an answer: its error."""

from __future__ import annotations

from typing_extensions import TypedDict


class FailureDetails(TypedDict):
    """One line for people, and the same for programs."""

    message: str
    exit_code: int
    kind: str
    """The error's class, such as `ApprovalMissing`; `UsageError` for the command line, `Defect` for a defect of the program."""
    retriable: bool
    """True where the same command may succeed later without a change."""


class FailureDocument(TypedDict):
    """The error of any command."""

    error: FailureDetails
