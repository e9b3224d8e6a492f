"""Options that a SELECT got for words which the mapping does not list: a field that is made again needs them, too. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from consumers.data_model.ledger import Applied
from consumers.data_model.planning.compare import BY_VALUE, NO_WORDS
from consumers.data_model.steps import StepKind
from projections.options import option_key, option_values
from projections.spec import TwentyField


def with_later_words(fields: Iterable[TwentyField], applied: Iterable[Applied]) -> list[TwentyField]:
    """Return the fields with the options that the steps in force made for further words."""
    later: dict[tuple[str, str | None], dict[str, str]] = {}
    for one in applied:
        if one.step.kind is StepKind.ADD_OPTIONS:
            words = later.setdefault((one.step.object, one.step.field), {})
            words |= {option_key(label): label for _, label in one.step.options}
    return [_having(field, later.get((field.object, field.name), {}).values()) for field in fields]


def _having(field: TwentyField, words: Iterable[str]) -> TwentyField:
    if field.type != "SELECT" or (field.object, field.name) in BY_VALUE:
        return field
    known = {} if field.options == NO_WORDS else {option_key(label): value for value, label in field.options}
    more = tuple(option_values(words, known).values())
    if not more:
        return field
    return replace(field, options=more if field.options == NO_WORDS else (*field.options, *more))
