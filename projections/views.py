"""Views of the destination, as entities declare them: a list, a board or a calendar of an object's records, by names.

Twenty 2.21 refuses quotes, backslashes and any of `; . = * /` in a view's name (`IsValidMetadataName`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ViewKind(StrEnum):
    """Kind of a view, by Twenty's word for it."""

    TABLE = "TABLE"
    BOARD = "KANBAN"
    CALENDAR = "CALENDAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFilter:
    """A condition on the records of a view. `operand` is Twenty's; `options` are the values of a SELECT that it allows."""

    field: str
    operand: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedView:
    """A view beside the one that Twenty makes for all records of the object.

    `key` names it for good. `columns` begin with the field that names a record. `arranged_by` is the SELECT whose options are
    the columns of a board, or the date of a calendar. `sort` is a field and `ASC` or `DESC`. One `to_look_at` lists records
    that lack something, and stands last in the menu.
    """

    key: str
    object: str
    name: str
    icon: str
    columns: tuple[str, ...]
    kind: ViewKind = ViewKind.TABLE
    arranged_by: str | None = None
    filters: tuple[ViewFilter, ...] = ()
    sort: tuple[str, str] | None = None
    to_look_at: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields without which the view has no meaning; columns may be fewer."""
        arranged = (self.arranged_by,) if self.arranged_by else ()
        return (*arranged, *(one.field for one in self.filters))


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedColumns:
    """The columns of the view that Twenty makes for all records of an object that we make, in their order. `label` is the
    object's name for several records.
    """

    object: str
    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLayout:
    """All views that a practice gets, and the entries of its folder in the menu in their order: views by key, objects by
    singular name.
    """

    columns: tuple[WantedColumns, ...] = ()
    views: tuple[WantedView, ...] = ()
    folder: str = ""
    entries: tuple[str, ...] = ()


def names_in_order(text: str) -> tuple[str, ...]:
    """Return the names in a text."""
    return tuple(text.split())


def without(field: str) -> ViewFilter:
    """Return the condition that a field holds nothing."""
    return ViewFilter(field=field, operand="IS_EMPTY")


OF_PBN = ViewFilter(field="pbnId", operand="IS_NOT_EMPTY")
"""The condition that a record comes from PbN."""
