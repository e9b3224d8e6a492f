"""Results of producing: what an extract came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from producers.changes.books import Books

if TYPE_CHECKING:
    from producers.binding.findings import Finding
    from producers.sources.extract import FileIssue
    from producers.state.confirmations import Confirmed
    from producers.state.row_settings import RowSettings


class DeletionDoubt(StrEnum):
    """Reasons not to believe deletions: too many at once, a file of the extract that cannot be read, one that was cut off, a
    delivery that changed while it was read, rows that tell no location.
    """

    OVER_LIMIT = "over_limit"
    UNREADABLE_FILE = "unreadable_file"
    TRUNCATED_FILE = "truncated_file"
    CHANGED_WHILE_READ = "changed_while_read"
    UNPLACED_ROWS = "unplaced_rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """Deletions that were not believed: `absent` of an entity's `live` records disappeared. `records` are their pbnIds."""

    entity: Entity
    absent: int
    live: int
    why: DeletionDoubt
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAgain:
    """Known records whose rows were read again because `settings` changed, and the number of those that `changed` by that."""

    settings: tuple[str, ...]
    records: int
    changed: int


@dataclass(kw_only=True)
class Produced:
    """The account of one extract. `changes` counts created, updated, deleted, unchanged, withheld (and stale, forgotten)."""

    extract: str = ""
    changes: Counter[str] = field(default_factory=Counter)
    withheld: list[Withheld] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    mapping: ColumnMapping | None = None
    dead_letters: int = 0
    refused: int = 0
    tables: list[tuple[str, str, int]] = field(default_factory=list)
    confirmed: dict[Entity, Confirmed] = field(default_factory=dict)
    file_issues: list[FileIssue] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    read_under: dict[str, RowSettings] = field(default_factory=dict)
    read_again: ReadAgain | None = None
