"""Sights of columns, for the people who decide on them: how many cells are filled, and what cells look like, never a value."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from producers.kinds.profile import Profile

_SHOWN = 3
"""Shapes of a column that are shown."""
_LONGEST_RUN = 4
"""Characters of one kind in a row that a shape repeats; a longer run ends with `…`."""
_LONGEST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSight:
    """Counts over the sampled rows of one column, and the shapes of its cells, the most frequent first."""

    header: str
    rows: int
    filled: int
    distinct: int
    shapes: tuple[str, ...]

    @classmethod
    def of(cls, header: str, profile: Profile) -> ColumnSight:
        """Return what may be shown of a column with this profile."""
        shapes = Counter(masked(value) for value in profile.values)
        ordered = sorted(shapes, key=lambda shape: (-shapes[shape], shape))
        return cls(
            header=header, rows=profile.rows, filled=profile.filled, distinct=profile.distinct, shapes=tuple(ordered[:_SHOWN])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSight:
    """A table by its file and sheet, with a sight of each column."""

    file: str
    sheet: str | None
    columns: tuple[ColumnSight, ...]


def masked(text: str) -> str:
    """Return the shape of a text, which tells no value: `9` for a digit, `A` and `a` for letters, all else as it is; long runs
    and ends are cut.
    """
    kinds = ("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in text[: 4 * _LONGEST])
    runs = ((kind, len(list(run))) for kind, run in groupby(kinds))
    shape = "".join(kind * n if n <= _LONGEST_RUN or kind not in "9Aa" else kind * _LONGEST_RUN + "…" for kind, n in runs)
    return shape if len(shape) <= _LONGEST else shape[:_LONGEST] + "…"
