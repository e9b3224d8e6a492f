"""Sights of columns, for the people who decide on them: how many cells are filled, and their shapes.

Examples are real values. They stay in memory, but for a person who asks for them by name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from producers.kinds.profile import Profile

_SHOWN = 3
"""Shapes of a column that are shown, and examples."""
_LONGEST_RUN = 4
"""Characters of one kind in a row that a shape repeats; a longer run ends with `…`."""
_LONG_RUN = re.compile(rf"([9Aa])\1{{{_LONGEST_RUN},}}")
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
        shape_of = {value: masked(value) for value in profile.values}
        shapes = Counter(shape_of.values())
        ordered = sorted(shapes, key=lambda shape: (-shapes[shape], shape))
        return cls(
            header=header,
            rows=profile.rows,
            filled=profile.filled,
            distinct=profile.distinct,
            shapes=tuple(ordered[:_SHOWN]),
            examples=_examples(shape_of, ordered[:_SHOWN]),
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


def _examples(shape_of: Mapping[str, str], shapes: Sequence[str]) -> tuple[str, ...]:
    """Return a value of each shape, then others, the same ones for the same values."""
    ordered = sorted(shape_of)
    first = {shape_of[value]: value for value in reversed(ordered)}
    chosen = dict.fromkeys(chain((first[shape] for shape in shapes), ordered))
    return tuple(_in_one_line(value) for value in islice(chosen, _SHOWN))


def _in_one_line(text: str) -> str:
    """Return a value without ends of lines and characters that would steer a terminal, cut where it is long."""
    line = "".join(c if c.isprintable() else " " for c in text[: _LONGEST_EXAMPLE + 1])
    return line if len(line) <= _LONGEST_EXAMPLE else line[:_LONGEST_EXAMPLE] + "…"


class _Kinds(dict[int, str]):
    """The kind of each character that was met, by its code: what `str.translate` takes."""

    def __missing__(self, code: int) -> str:
        c = chr(code)
        self[code] = kind = "9" if c.isdigit() else "A" if c.isupper() else "a" if c.isalpha() else c
        return kind


_KINDS = _Kinds()


def masked(text: str) -> str:
    """Return the shape of a text, which tells no value: `9` for a digit, `A` and `a` for letters, all else as it is; long runs
    and ends are cut.
    """
    shape = _LONG_RUN.sub(lambda run: run[1] * _LONGEST_RUN + "…", text[: 4 * _LONGEST].translate(_KINDS))
    return shape if len(shape) <= _LONGEST else shape[:_LONGEST] + "…"
