"""The identity of a table's records: the column that is filled, unique and linked to; the header decides only after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.header_scores import header_score
from producers.binding.guessing.joins import Pointed, is_key
from producers.kinds.profile import ENOUGH_CELLS, Profile

BY_NAME = 0.8
"""The confidence in the only unique column of a table that is named as an id."""
BY_OWN_NAME = 0.74
"""The confidence in the only unique column that is named as an id of the table's own rows, among other words."""
BY_LINKS = 0.85
"""The confidence in an identity that only links of other tables prove."""
_NEARLY_UNIQUE = 0.9
_LEAST_UNIQUE = 0.7
_LEAST_FILLED = 0.7
_DOUBLED = 0.75
_PASSED_OVER = 0.75  # a column beside another to which the links of other tables point
_ONCE_A_LINE, _REPEATED = 0.82, 0.85
_OF_LINES = ("code", "tooth", "surface", "fee")
"""The columns that only lines have: a plan has a description and a status, too."""
_SAID, _SEVERAL = 0.8, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Evidence for a column as the identity: `factor` by its values, whether it is `unique`, the number of `links` to it
    from other tables. A plan's id `repeats` where the rows are its lines.
    """

    factor: float
    links: int = 0
    repeats: bool = False
    unique: bool = False

    def weigh(self, score: float) -> float:
        """Weigh the score of a column's header and cells. Links outweigh a header that says little."""
        if self.repeats and score >= _REPEATED * _ONCE_A_LINE:
            return max(score, _ONCE_A_LINE)
        if self.links and score:
            return max(score, BY_LINKS) * self.factor
        return score * self.factor


def identities(
    kind: TableKind, headers: Sequence[str], profiles: Sequence[Profile], pointed: Sequence[Pointed]
) -> list[Identity]:
    """Return for each column of a table taken for a kind what speaks for it as the identity of its records."""
    repeats = kind is TableKind.TREATMENT_PLAN and has_lines(headers, profiles)
    links: Counter[int] = Counter()
    for one in pointed:
        if one.kind in (kind, None):
            links[one.index] += one.links
    return [
        Identity(
            factor=(1.0 if repeats else _factor(p)) * (_PASSED_OVER if links and index not in links else 1.0),
            links=links[index],
            repeats=repeats,
            unique=is_key(p),
        )
        for index, p in enumerate(profiles)
    ]


def _factor(p: Profile) -> float:
    if p.filled < ENOUGH_CELLS:
        return 1.0
    if p.unique < _LEAST_UNIQUE or p.filled < _LEAST_FILLED * p.rows:
        return 0.0
    return 1.0 if p.unique >= _NEARLY_UNIQUE else _DOUBLED


def has_lines(headers: Sequence[str], profiles: Sequence[Profile]) -> bool:
    """Return whether the rows of a table of plans hold the lines of plans: then a plan's id comes once a line."""
    if any(p.share("code") >= 0.5 for p in profiles):
        return True
    said = (any(header_score(TableKind.TREATMENT_LINE, name, header) >= _SAID for name in _OF_LINES) for header in headers)
    return sum(said) >= _SEVERAL
