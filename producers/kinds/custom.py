"""The kinds of custom fields: how the cells of each type are cleaned."""

from __future__ import annotations

from collections.abc import Mapping

from events.vocabulary.mapping import FieldType
from producers.kinds.cells import DATE, DATE_TIME, TEXTS, WORDS, by
from producers.kinds.reading import Cleaning, read_number
from producers.values.booleans import clean_boolean

CUSTOM: Mapping[FieldType, Cleaning] = {
    FieldType.NUMBER: by(read_number),
    FieldType.BOOLEAN: by(clean_boolean),
    FieldType.DATE: DATE.clean,
    FieldType.DATE_TIME: DATE_TIME.clean,
    FieldType.SELECT: WORDS,
    FieldType.TEXT: TEXTS,
}
