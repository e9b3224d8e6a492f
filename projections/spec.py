"""Specification of one entity on the side of the destination: its object and fields in Twenty, its links, its place, its
projection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from events.vocabulary.records import Record
from projections.desired import Context, Projected
from projections.icons import OTHERS, PATIENTS
from projections.views import WantedView


class WritingStage(IntEnum):
    """The stages of writing. Objects of one stage do not point at each other, only at those of stages before."""

    ROOT = 0
    PARENTS = 1
    RECORDS = 2
    LINKED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TwentyObject:
    """An object: API names, labels, icon, and whether it is one that Twenty ships (standard) or one that we make. `shown` is
    its name for people in an office. `other_fields` are the fields that Twenty itself gives this object.
    """

    singular: str
    plural: str
    label: str
    label_plural: str
    standard: bool
    stage: WritingStage
    shown: str
    icon: str = OTHERS
    other_fields: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TwentyField:
    """A field we need. `options` are (value, label) of a SELECT; `target` the singular name of a relation's other side,
    `back_label` and `back_icon` the relation's label and icon there. `audited`: whether its changes go to Twenty's audit log;
    None: as Twenty does.
    """

    object: str
    name: str
    label: str
    type: str
    unique: bool = False
    options: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    back_label: str | None = None
    back_icon: str | None = None
    icon: str = OTHERS
    audited: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedField:
    """A field as an entity declares it. `words` names the field of the entity's records whose words become the options of a
    SELECT; `fixed` are labels of options that are always there. Without an `icon` it has that of its type.
    """

    name: str
    label: str
    type: str
    icon: str | None = None
    unique: bool = False
    words: str | None = None
    fixed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The object whose records tie an entity's records to their person, and its column with the record's id."""

    object: TwentyObject
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationSpec:
    """One entity. `place` is its place among the entities, `shown` its name for people in an office.

    `of_locations` are relations that a practice with several locations needs besides.
    An entity without an `object` is never written: its records are those of the object `matched`. `provider` is the field
    that holds a record's provider. `columns` are those of the list of an object that we make, `views` further views.
    """

    entity: str
    place: int
    shown: str
    object: TwentyObject | None = None
    matched: str | None = None
    fields: tuple[WantedField, ...] = ()
    relations: tuple[TwentyField, ...] = ()
    of_locations: tuple[TwentyField, ...] = ()
    link: Link | None = None
    columns: tuple[str, ...] = ()
    views: tuple[WantedView, ...] = ()
    project: Callable[[Record, Context], Projected] | None = None
    provider: str | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """Return the fields of records whose words become options, by the name of the SELECT field."""
        return {one.name: one.words for one in self.fields if one.words is not None}


PBN_ID = WantedField(name="pbnId", label="PbN ID", type="TEXT", unique=True, icon="IconId")
CREATED = WantedField(name="originalCreateDate", label="Original Create Date", type="DATE_TIME", icon="IconCalendarPlus")


def patient_of_object(singular: str, back_label: str, back_icon: str | None = None) -> TwentyField:
    """Return the relation of an object that we make to its patient's person."""
    return TwentyField(
        object=singular,
        name="patient",
        label="Patient",
        type="RELATION",
        target="person",
        back_label=back_label,
        back_icon=back_icon,
        icon=PATIENTS,
    )


def names(text: str) -> frozenset[str]:
    """Return the names in a text."""
    return frozenset(text.split())
