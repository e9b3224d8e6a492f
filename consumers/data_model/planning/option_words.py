"""Words as options of a SELECT: which of them have none yet, and how new ones are sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from consumers.twenty.metadata import SelectOption
from projections.options import option_key, option_label, option_values

COLORS = ("green", "turquoise", "sky", "blue", "purple", "pink", "red", "orange", "yellow", "gray")
"""Twenty's colours, in the order in which its own form hands them out."""


def missing_words(words: Iterable[str], options: Sequence[SelectOption]) -> tuple[tuple[str, str], ...]:
    """Return (value, label) for the words that none of these options stands for, with values that are free."""
    taken = {option_key(one.stands_for): one.value for one in sorted(options, key=lambda one: one.word is not None)}
    # Two labels may be one word (cassette metadata-field-errors, label twice): all values count, under keys no word has.
    taken |= {f"\n{value}": value for option in options for value in (option.value, option.api_value)}
    return tuple(option_values(words, taken).values())


def missing_values(wanted: Iterable[tuple[str, str]], options: Sequence[SelectOption]) -> tuple[tuple[str, str], ...]:
    """Return those of the wanted (value, label) whose very value is not among these options."""
    there = {option.value for option in options}
    return tuple(one for one in wanted if one[0] not in there)


def valid_options(options: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (value, label) with labels that Twenty takes; of several whose labels become the same word, the first."""
    first: dict[str, tuple[str, str]] = {}
    for value, label in options:
        first.setdefault(option_key(label), (value, option_label(label) or value))
    return tuple(first.values())


def coloured(options: Iterable[tuple[str, str]], after: int = 0) -> list[SelectOption]:
    """Return new options as they are sent, standing behind `after` others."""
    return [
        SelectOption(value=value, label=label, color=COLORS[place % len(COLORS)], position=place)
        for place, (value, label) in enumerate(options, start=after)
    ]
