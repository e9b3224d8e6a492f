"""Sights of columns, for the people who decide on them: how many cells are filled, and their shapes.

Examples are real values. They stay in memory, but for a person who asks for them by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, islice

from producers.kinds.profile import Profile

_SHOWN = 3
"""Shapes of a column that are shown, and examples."""
_LONGEST_RUN = 4
"""Characters of one kind in a row that a shape repeats; a longer run ends with `…`."""
_LONGEST = 40
_LONGEST_EXAMPLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSight:
    """Counts over the sampled rows of one column, and the shapes of its cells, the most frequent first.

    `examples` are real values: one of each shape first, long ones cut.
    """

    header: str
    rows: int
    filled: int
    distinct: int
    shapes: tuple[str, ...]
    examples: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, header: str, profile: Profile) -> ColumnSight:
        """Return what may be shown of a column with this profile."""
        shapes = Counter(masked(value) for value in profile.values)
        ordered = sorted(shapes, key=lambda shape: (-shapes[shape], shape))
        return cls(
            header=header,
            rows=profile.rows,
            filled=profile.filled,
            distinct=profile.distinct,
            shapes=tuple(ordered[:_SHOWN]),
            examples=_examples(profile.values, ordered[:_SHOWN]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSight:
    """A table by its file and sheet, with a sight of each column."""

    file: str
    sheet: str | None
    columns: tuple[ColumnSight, ...]

    @classmethod
    def of(cls, file: str, sheet: str | None, headers: Sequence[str], profiles: Sequence[Profile]) -> TableSight:
        """Return what may be shown of a table whose columns have these profiles."""
        columns = tuple(ColumnSight.of(header, profile) for header, profile in zip(headers, profiles, strict=True))
        return cls(file=file, sheet=sheet, columns=columns)


def _examples(values: frozenset[str], shapes: Sequence[str]) -> tuple[str, ...]:
    """Return a value of each shape, then others, the same ones for the same values."""
    ordered = sorted(values)
    first = {shape: value for value in reversed(ordered) if (shape := masked(value)) in shapes}
    chosen = dict.fromkeys(chain((first[shape] for shape in shapes), ordered))
    return tuple(_in_one_line(value) for value in islice(chosen, _SHOWN))


def _in_one_line(text: str) -> str:
    """Return a value without ends of lines and characters that would steer a terminal, cut where it is long."""
    line = "".join(c if c.isprintable() else " " for c in text[: _LONGEST_EXAMPLE + 1])
    return line if len(line) <= _LONGEST_EXAMPLE else line[:_LONGEST_EXAMPLE] + "…"


def masked(text: str) -> str:
    """Return the shape of a text, which tells no value: `9` for a digit, `A` and `a` for letters, all else as it is; long runs
    and ends are cut.
    """
    kinds = ("9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c for c in text[: 4 * _LONGEST])
    runs = ((kind, len(list(run))) for kind, run in groupby(kinds))
    shape = "".join(kind * n if n <= _LONGEST_RUN or kind not in "9Aa" else kind * _LONGEST_RUN + "…" for kind, n in runs)
    return shape if len(shape) <= _LONGEST else shape[:_LONGEST] + "…"
