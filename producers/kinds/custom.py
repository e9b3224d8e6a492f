"""The kinds of custom fields: how the cells of each type are cleaned."""

from __future__ import annotations

from collections.abc import Mapping

from events.vocabulary.mapping import FieldType
from producers.kinds.cells import DATE, DATE_TIME, TEXTS, WORDS, by
from producers.kinds.reading import Cleaning, filtered, read_number
from producers.values.booleans import clean_boolean


def _behind_the_filter(cleaning: Cleaning) -> Cleaning:
    return lambda rules: filtered(cleaning(rules))


_CLEANINGS: Mapping[FieldType, Cleaning] = {
    FieldType.NUMBER: by(read_number),
    FieldType.BOOLEAN: by(clean_boolean),
    FieldType.DATE: DATE.clean,
    FieldType.DATE_TIME: DATE_TIME.clean,
    FieldType.SELECT: WORDS,
    FieldType.TEXT: TEXTS,
}
CUSTOM: Mapping[FieldType, Cleaning] = {type_: _behind_the_filter(cleaning) for type_, cleaning in _CLEANINGS.items()}
