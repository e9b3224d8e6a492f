"""The documents of `identities list` and `identities decide`."""

from __future__ import annotations

from typing_extensions import TypedDict


class HeldRow(TypedDict):
    """A row that holds a patient's id."""

    reason: str
    extract: str
    file: str | None
    row: int
    recorded_at: str
    cells: list[str] | None
    """Only with `--decrypt`."""


class HeldIdentity(TypedDict):
    """A patient's id under which two people stand."""

    record: str
    pbnId: str | None
    reason: str
    since: str | None
    state: str
    """`open`, or `decided` and not carried out by a sync yet."""
    verdict: str | None
    by: str | None
    rows: list[HeldRow]
    waiting: int
    """Rows that name the id and wait for it."""
    waiting_rows: list[HeldRow]


class IdentitiesDocument(TypedDict):
    """The ids under which two people stand."""

    decrypted: bool
    identities: list[HeldIdentity]


class DecidedDocument(TypedDict):
    """A person's decision about one id."""

    record: str
    pbnId: str | None
    verdict: str
    by: str
    why: str
    newPbnId: str | None
    """The id of its own that the other person gets."""
    rows: str | None
    """The choice for the rows that name the shared id."""
    file: str | None
    row: int | None
    """The row that counts, that is about another person, or that is left out."""
