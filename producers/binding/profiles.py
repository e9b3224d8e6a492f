"""What the cells of a column look like: shares of shapes among a sample of its cells, and how well they fit a column's meaning.

A profile holds counts and, in memory only, the distinct cells (to see whether they occur among the patients' ids).
Nothing of a cell reaches an evidence text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from producers.values.blanks import filled
from producers.vocabulary.cell_shapes import features
from producers.vocabulary.columns import Shape

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

    def share(self, *names: str) -> float:
        """The share of filled cells that have the most frequent of these features."""
        return max(self.counts.get(name, 0) for name in names) / self.filled if self.filled else 0.0

    @property
    def unique(self) -> float:
        """Distinct cells per filled cell: 1 when none comes twice."""
        return self.distinct / self.filled if self.filled else 0.0

    def among(self, ids: frozenset[str]) -> float:
        """The share of distinct cells that occur among `ids`."""
        return sum(v in ids for v in self.values) / len(self.values) if self.values and ids else 0.0


def profile_of(cells: Iterable[str]) -> Profile:
    """The profile of a column's cells."""
    rows = 0
    seen: Counter[str] = Counter()
    for cell in cells:
        rows += 1
        seen[cell.strip()] += 1
    for cell in [c for c in seen if filled(c) is None]:
        del seen[cell]
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


def profiles_of(rows: Sequence[Sequence[str]], width: int) -> list[Profile]:
    """The profile of every column of a table of `width` columns, from its sampled rows."""
    return [profile_of(row[index] for row in rows) for index in range(width)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What other tables of the extract say: ids that occur in them, and what the headers of these ids mean. Empty sets mean:
    nobody knows.
    """

    patients: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    providers: frozenset[str] = frozenset()
    """Their ids, codes and names."""
    provider_words: frozenset[str] = frozenset()
    """Of these what no other column would hold by chance: a code of letters, a name; no bare number."""
    given_names: frozenset[str] = frozenset()
    patient_headers: frozenset[str] = frozenset()
    plan_headers: frozenset[str] = frozenset()


def fit(shape: Shape, p: Profile, known: Known) -> float:
    """How well cells fit a meaning, 0..1; 0.5 says nothing either way (an empty column, or a meaning without a shape)."""
    if p.filled == 0:
        return 0.5
    match shape:
        case Shape.EMAIL:
            return max(p.share("email"), 0.8 * p.share("at"))
        case Shape.PHONE:
            return p.share("phone") * (0.75 if p.share("digits") > 0.9 else 1.0)
        case Shape.BIRTH_DATE | Shape.DATE:
            return max(p.share("date"), 0.7 * p.share("date_time"))
        case Shape.DATE_TIME:
            return max(p.share("date_time"), 0.85 * p.share("date"), 0.9 * _together(p, "date", "date_time"))
        case Shape.TIME:
            return p.share("time") if not p.share("digits") > 0.5 else 0.0
        case Shape.MONEY:
            return p.share("money") * (1.0 if p.share("amount") > 0.3 else 0.7)
        case Shape.CODE:
            return p.share("code")
        case Shape.TOOTH:
            return p.share("tooth") * (0.6 if p.share("small") == 1 and p.distinct > 32 else 1.0)
        case Shape.SURFACE:
            return p.share("surface")
        case Shape.STATE:
            return p.share("state")
        case Shape.POSTCODE:
            return p.share("postcode")
        case Shape.STREET:
            return 0.3 + 0.7 * p.share("street")
        case Shape.CITY:
            return 0.7 * p.share("name")
        case Shape.FILE:
            return p.share("file")
        case Shape.PATH:
            return p.share("path", "file")
        case Shape.FLAG:
            return p.share("flag") if p.distinct <= 4 else 0.0
        case Shape.INITIAL:
            return max(p.share("initial"), 0.5 * p.share("name"))
        case _:
            return _fit_words(shape, p, known)


def _fit_words(shape: Shape, p: Profile, known: Known) -> float:
    match shape:
        case Shape.ID:
            return p.share("id") * (0.4 + 0.6 * min(1.0, p.unique * 1.1))
        case Shape.PATIENT_ID:
            return max(p.among(known.patients), (0.35 if len(known.patients) > 20 else 0.55) * p.share("id"))
        case Shape.PLAN_ID:
            return max(p.among(known.plans), 0.55 * p.share("id"))
        case Shape.PROVIDER:
            return max(p.among(known.providers), 0.5 * p.share("id"), 0.5 * p.share("whole_name"))
        case Shape.FULL_NAME:
            return 0.9 * p.share("whole_name") if p.length <= 40 else 0.0
        case Shape.AUTHOR:
            return max(p.among(known.provider_words), _fit_words(Shape.FULL_NAME, p, known))
        case Shape.CARRIER:
            return max(p.share("insurer"), _like_word(p))
        case Shape.NAME:
            return 0.8 * p.share("name") if p.length <= 30 else 0.0
        case Shape.MINUTES | Shape.ORDER:
            return p.share("small", "digits") if p.length <= 4 else 0.0
        case Shape.CHANNEL:
            return 0.1 + 0.9 * p.share("channel") if p.distinct <= 25 else 0.0
        case Shape.DELIVERY:
            return 0.1 + 0.9 * p.share("delivery") if p.distinct <= 30 else 0.0
        case Shape.VISIT:
            return 0.2 + 0.8 * p.share("visit") if p.distinct <= 40 else 0.0
        case Shape.CLAIM:
            return 0.2 + 0.8 * p.share("claim") if p.distinct <= 40 else 0.0
        case Shape.PLAN:
            return 0.2 + 0.8 * p.share("plan") if p.distinct <= 40 else 0.0
        case Shape.PATIENT_STATUS:
            return 0.2 + 0.8 * p.share("patient_status") if p.distinct <= 30 else 0.0
        case Shape.TEXT:
            return _like_text(p)
        case _:
            return _like_word(p)


def _together(p: Profile, *names: str) -> float:
    return min(1.0, sum(p.counts.get(name, 0) for name in names) / p.filled)


def _like_text(p: Profile) -> float:
    """Running text: long cells, or at least cells that are nothing else."""
    if p.share("date", "date_time", "email", "phone", "money") > 0.5:
        return 0.1
    return min(1.0, 0.4 + p.length / 60)


def _like_word(p: Profile) -> float:
    """Words that may be anything but plainly a date, an address, an amount or a long text."""
    if p.share("date", "date_time", "email", "phone", "amount") > 0.5:
        return 0.1
    return 0.6 if p.length <= 40 else 0.3


_ANY_WORDS = frozenset(
    {
        Shape.CHANNEL,
        Shape.DELIVERY,
        Shape.VISIT,
        Shape.CLAIM,
        Shape.PLAN,
        Shape.PATIENT_STATUS,
        Shape.PROVIDER,
        Shape.AUTHOR,
    }
)


def contradicts(shape: Shape, p: Profile, known: Known) -> bool:
    """Whether enough filled cells look like something else altogether: the column does not mean this (any more)."""
    if p.filled < 10:
        return False
    if shape in _ANY_WORDS:
        return _like_word(p) <= 0.1
    return fit(shape, p, known) <= 0.1
