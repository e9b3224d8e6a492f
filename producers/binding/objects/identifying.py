"""The identity of rows of no known entity: a column of ids that are all there once, else a natural key of a few columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from producers.binding.guessing.header_scores import named_as_id, named_as_number
from producers.binding.guessing.joins import is_key
from producers.kinds.profile import Profile
from producers.kinds.sensitive import sensitive
from producers.records.natural_keys import as_text
from producers.values.blanks import filled
from producers.values.units import unit_of
from producers.vocabulary.cell_shapes import features
from producers.vocabulary.headers import meaning

_PERIODS: Final = frozenset(["date", "day", "week", "month", "quarter", "year", "period", "fiscal"])
_LATER: Final = frozenset(["created", "entered", "modified", "updated", "exported", "printed", "run"])
"""Words of dates that say when a row was written, and not what it is about."""
_MOST: Final = 4
"""Columns of a natural key."""
_LONGEST: Final = 60
_DATED: Final = 0.9
_MEASURES: Final = frozenset({"money", "digits"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIdentity:
    """The columns that tell rows apart: one of ids, or those of a natural key, each compared as text or as a day."""

    ids: int | None = None
    key: Mapping[int, Literal["text", "date"]]
    evidence: str


def identity_of(
    headers: Sequence[str],
    profiles: Sequence[Profile],
    rows: Sequence[Sequence[str]],
    links: Collection[int],
    places: Collection[int] = (),
) -> RowIdentity | None:
    """Return the identity of a table's rows, all of which are given; None where no few columns tell them apart.

    `links` are the columns that join other tables, by index. Those that name a location, `places`, are part of each natural
    key: the next delivery may be another location's.
    """
    hidden = {i for i, header in enumerate(headers) if sensitive(header, profiles[i]) is not None}
    others = [i for i in range(len(headers)) if i not in hidden]
    named = [i for i in others if i not in links and (named_as_id(headers[i]) or named_as_number(headers[i]))]
    for index in named:
        if is_key(profiles[index]) and _tells_apart(rows, [index]):
            return RowIdentity(ids=index, key={}, evidence=f"{len(rows)} rows have {len(rows)} different ids here")
    chosen = [i for i in places if _may_tell(i, links, profiles, rows)]
    about = [i for i in others if i in links or _is_period(headers[i], profiles[i])]
    for index in [*_without_many_dates(about, profiles), *(i for i in others if i not in about)]:
        if len(chosen) == _MOST or (len(chosen) > len(places) and _tells_apart(rows, chosen)):
            break
        if index not in chosen and _may_tell(index, about, profiles, rows):
            chosen.append(index)
    if not chosen or not _tells_apart(rows, chosen):
        return None
    for index in [i for i in chosen if i not in about]:
        fewer = [i for i in chosen if i != index]
        chosen = fewer if fewer and _tells_apart(rows, fewer) else chosen
    names = " and ".join(repr(headers[i]) for i in chosen)
    key = {i: _compared_as(profiles[i]) for i in chosen}
    return RowIdentity(key=key, evidence=f"{len(rows)} rows are told apart by {names}")


def _compared_as(p: Profile) -> Literal["text", "date"]:
    return "date" if p.share("date") >= _DATED else "text"


def _is_period(header: str, p: Profile) -> bool:
    said = set(meaning(header).split())
    return bool(said & _PERIODS or p.share("date") >= _DATED) and not said & _LATER


def _without_many_dates(about: Sequence[int], profiles: Sequence[Profile]) -> list[int]:
    """Return the columns without dates behind the first: a row is about one day, and others of its days may change."""
    dates = [i for i in about if profiles[i].share("date") >= _DATED]
    return [i for i in about if i not in dates[1:]]


def _may_tell(index: int, about: Collection[int], profiles: Sequence[Profile], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a column may be part of a key: filled everywhere, and a period, a link or short words; no measure."""
    p = profiles[index]
    if p.filled < p.rows or any(filled(row[index]) is None for row in rows):
        return False
    if index in about:
        return True
    measures = sum(bool(features(value) & _MEASURES) or unit_of(value) is not None for value in p.values)
    return 2 * measures <= len(p.values) and p.length <= _LONGEST and p.share("date_time") < _DATED


def _tells_apart(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    seen = {tuple(as_text(filled(row[index]) or "") for index in columns) for row in rows}
    return len(seen) == len(rows)
