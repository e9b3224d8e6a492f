"""Specification of one kind of table on the side of the source."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from producers.entities.carried import Carried, Exported
from producers.entities.column import Column
from producers.entities.steps import ColumnLayout, Steps

HeaderAliases = Mapping[str, frozenset[str]]


class IdFrom(Enum):
    """The origin of a record's id where its row has none."""

    CELL = "none: the row cannot be carried"
    PATIENT = "the patient's id"
    FILE = "the digest of the row's file"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One kind of table.

    `columns` can be bound; the bound ones must reach the weight `enough` together. `nouns` are the words for a row, which may
    stand before any header; `nouns_of` has those of columns about another thing. `signs` are words that headers of other kinds
    hardly have; words in `against` do not stand in the headers of such a table. A `clear` alias names a column on its own, a
    `vague` one could name several.

    Tables are read in the order of `place`. `entity` is the one that rows are part of, where they make no record of their own.
    Columns of other tables link to it (`linked_by`: kind and column), where they have `fewest_linked` values at least. The
    field `numbered` is the record's id where no column gives it. A record cannot do without the fields `needed`, nor
    without its patient where `patient_needed` says so. `assemble` makes the fields of several columns. The other columns of a
    table that `keeps_columns` become custom fields. `carried` are the fields that the table's columns fill, `exported` the
    objects that a practice exports.
    """

    kind: TableKind
    place: int
    nouns: frozenset[str]
    nouns_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    enough: float
    columns: tuple[Column, ...]
    signs: frozenset[str] = frozenset()
    clear: HeaderAliases
    vague: HeaderAliases
    entity: Entity | None = None
    against: frozenset[str] = frozenset()
    id_from: IdFrom = IdFrom.CELL
    linked_by: tuple[tuple[str, str], ...] = ()
    fewest_linked: int = 2
    numbered: str | None = None
    needed: frozenset[str] = frozenset()
    assemble: Callable[[ColumnLayout], Steps] | None = None
    keeps_columns: bool = False
    patient_needed: bool = True
    carried: Mapping[str, Carried] = field(default_factory=dict)
    exported: tuple[Exported, ...] = ()

    @property
    def rows_of(self) -> Entity | None:
        """Return the entity whose records the rows make, or are part of."""
        return self.entity or self.kind.entity

    @property
    def hangs_on_patient(self) -> bool:
        """Return whether a row names its patient, or the plan of a patient."""
        return any(column.name in ("patient_id", "plan_id") for column in self.columns)

    def own_nouns(self, name: str) -> frozenset[str]:
        """Return the words for the thing that a column is about."""
        return self.nouns_of.get(name, self.nouns)

    def column(self, name: str) -> Column:
        """Return the column of this name; raises KeyError where the kind has none."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())
