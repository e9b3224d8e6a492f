"""Errors between us and Twenty. Every error tells two things: may it be tried again, and was anything written?

    TwentyError
    ├── Unreachable        no answer, or none in time              nothing applied    retriable
    ├── RateLimited        the workspace's limit is used up        nothing applied    retriable
    ├── Exhausted          its allowance or plan is used up        nothing applied    not retriable: a person must act first
    ├── ServerFault        Twenty failed while only reading        nothing applied    retriable
    ├── Unauthorised       the API key is missing, wrong or weak   nothing applied    not retriable
    ├── Refused            Twenty read it and said no (`kind`)     nothing applied*   not retriable
    │   └── NotFound       the record, field or object is gone     nothing applied    not retriable
    ├── OutcomeUnknown     a write without an answer               unknown            not retriable: read back first
    └── UnexpectedAnswer   an answer that is not Twenty's          unknown for writes not retriable

    * A refused upsert may have kept its updates (cassette `upsert-partly-failing`): its outcome is UNKNOWN where the
      refusal came from the database.

Messages hold codes, counts and ids, and name the next step. Twenty's own words can repeat a record's values (a name, an
address): they are in `detail` alone, which a caller may seal; `str(error)` never shows them.
"""

from __future__ import annotations

from enum import StrEnum

from events.errors import CutoverError, Effect, ExitCode


class Refusal(StrEnum):
    """Why Twenty refused: the reason code of a dead letter."""

    DUPLICATE = "duplicate"
    VALUE = "value"
    MISSING_RELATION = "missing-relation"
    UNKNOWN_FIELD = "unknown-field"
    UNKNOWN_OBJECT = "unknown-object"
    LIMIT = "limit"
    TOO_LARGE = "too-large"
    PERMISSION = "permission"
    NOT_FOUND = "not-found"
    SCHEMA = "schema"
    OTHER = "other"


class TwentyError(CutoverError):
    """The root of the tree. `detail` holds Twenty's own words (may repeat a record's values; never print it in clear).

    `roots` are the root fields of a GraphQL request that failed; none where the request failed as a whole.
    """

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, message: str, *, detail: str = "", outcome: Effect | None = None) -> None:
        super().__init__(message)
        self.detail = detail
        self.roots: tuple[str, ...] = ()
        if outcome is not None:
            self.outcome = outcome


class Unreachable(TwentyError):
    """No answer from the workspace's address, or none in time to a read."""

    retriable = True

    def __init__(self, message: str, *, retriable: bool = True) -> None:
        super().__init__(message)
        self.retriable = retriable


class RateLimited(TwentyError):
    """The workspace's rate limit is used up. `retry_after` is in seconds, None when the server does not say; `per_minute` is
    the limit, where the refusal names it.
    """

    retriable = True

    def __init__(self, message: str, *, retry_after: float | None = None, per_minute: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.per_minute = per_minute


class Exhausted(TwentyError):
    """The workspace takes no more: its quota for a period, its stock of records or storage, or its plan is used up.

    It says nothing about the record, which waits: the run ends, and goes on once there is room. `code` is Twenty's.
    """

    def __init__(self, message: str, *, code: str, detail: str = "") -> None:
        super().__init__(message, detail=detail)
        self.code = code


class ServerFault(TwentyError):
    """Twenty failed (5xx) while answering a request that changes nothing."""

    retriable = True


class Unauthorised(TwentyError):
    """The API key is missing, wrong, expired, or of a role that may not do this."""

    exit_code = ExitCode.USAGE


class Refused(TwentyError):
    """Twenty read the request and said no.

    `conflicting_id` is the record that holds a duplicate's value, where Twenty names it (GraphQL does, REST does not).
    `field` is the field that its words seem to name. It is cut from words that may repeat values: show it only when the
    object has a field of that name (`records` sees to it).
    """

    def __init__(
        self,
        message: str,
        *,
        kind: Refusal,
        detail: str = "",
        outcome: Effect | None = None,
        conflicting_id: str | None = None,
    ) -> None:
        super().__init__(message, detail=detail, outcome=outcome)
        self.kind = kind
        self.conflicting_id = conflicting_id
        self.field: str | None = None


class NotFound(Refused):
    """The record, field or object is not there (or soft-deleted)."""

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message, kind=Refusal.NOT_FOUND, detail=detail)


class OutcomeUnknown(TwentyError):
    """A write left and no usable answer came back. Read what Twenty holds before writing again."""

    outcome = Effect.UNKNOWN


class UnexpectedAnswer(TwentyError):
    """An answer that is not in the form Twenty answers in: wrong address, a proxy's page, or another version."""
