"""Profiles of columns: shares of shapes among a sample of their cells.

A profile holds counts and, in memory only, the distinct cells (to see whether they occur among the patients' ids).
Nothing of a cell reaches an evidence text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from producers.values.blanks import filled
from producers.vocabulary.cell_shapes import features

ENOUGH_CELLS = 5
"""The filled cells from which a column's values say something about its meaning."""
SAMPLE = 1500
"""Rows of a table that are looked at to bind its columns."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Counts over the sampled cells of one column. `counts` is per feature, of `filled` cells; `values` never leaves memory."""

    rows: int
    filled: int
    counts: Mapping[str, int]
    distinct: int
    most: int
    length: float
    values: frozenset[str] = field(repr=False, default=frozenset())
    distinct_by_location: int | None = None
    """Cells that differ within their location, where ids are unique per location only."""

    def share(self, *names: str) -> float:
        """Return the share of filled cells that have the most frequent of these features."""
        return max(self.counts.get(name, 0) for name in names) / self.filled if self.filled else 0.0

    def together(self, *names: str) -> float:
        """Return the share of filled cells that have any of these features, where no cell has two of them."""
        return min(1.0, sum(self.counts.get(name, 0) for name in names) / self.filled) if self.filled else 0.0

    @property
    def unique(self) -> float:
        """Return the distinct cells per filled cell: 1 when none comes twice, or none at one location."""
        distinct = self.distinct if self.distinct_by_location is None else self.distinct_by_location
        return distinct / self.filled if self.filled else 0.0

    def among(self, ids: frozenset[str]) -> float:
        """Return the share of distinct cells that occur among `ids`."""
        return sum(v in ids for v in self.values) / len(self.values) if self.values and ids else 0.0


def profile_of(cells: Iterable[str]) -> Profile:
    """Return the profile of a column's cells."""
    rows = 0
    seen: Counter[str] = Counter()
    for cell in cells:
        rows += 1
        seen[cell] += 1
    seen = _cleared(seen)
    counts: Counter[str] = Counter()
    for cell, times in seen.items():
        for name in features(cell):
            counts[name] += times
    full = seen.total()
    length = sum(len(c) * n for c, n in seen.items()) / full if full else 0.0
    return Profile(
        rows=rows,
        filled=full,
        counts=counts,
        distinct=len(seen),
        most=max(seen.values(), default=0),
        length=length,
        values=frozenset(seen),
    )


def _cleared(cells: Counter[str]) -> Counter[str]:
    """Return the filled cells, as the filter leaves them."""
    found: Counter[str] = Counter()
    for cell, times in cells.items():
        text = filled(cell)
        if text is not None:
            found[text] += times
    return found


def profiles_of(rows: Sequence[Sequence[str]], width: int, location: int | None = None) -> list[Profile]:
    """Return the profile of every column of a table of `width` columns, from its sampled rows. The column `location` tells
    where a row's ids are unique.
    """
    found = [profile_of(row[index] for row in rows) for index in range(width)]
    if location is None:
        return found
    return [replace(p, distinct_by_location=_distinct_pairs(rows, index, location)) for index, p in enumerate(found)]


def _distinct_pairs(rows: Sequence[Sequence[str]], index: int, location: int) -> int:
    pairs = ((row[location].strip().casefold(), filled(row[index])) for row in rows)
    return len({pair for pair in pairs if pair[1] is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    """Ids that occur in other tables of the extract, and the meaning of their headers. Empty sets mean: unknown."""

    patients: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    """Their ids, codes and names."""
    provider_words: frozenset[str] = frozenset()
    """Of these what no other column would hold by chance: a code of letters, a name; no bare number."""
    given_names: frozenset[str] = frozenset()
    locations: frozenset[str] = frozenset()
    """Names of locations that patients belong to, as they are compared; empty for a practice with one location."""
    patient_headers: frozenset[str] = frozenset()
    plan_headers: frozenset[str] = frozenset()
