"""Hypothesis strategies for events and records: every value that a field of its kind may hold. All data is invented."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from events.vocabulary import kinds
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, LINE_FIELDS, Issue, Record

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
personal = st.text(st.characters(categories=["L", "Nd"]), min_size=4, max_size=20).map(lambda text: f"Ω{text}Ω")
"""What a person could be known by; nothing that an envelope says in clear looks like it."""
ids = st.binary(min_size=16, max_size=16)
longs = st.integers(-(2**63), 2**63 - 1)
moments = st.integers(0, 4_102_444_800_000).map(lambda millis: EPOCH + timedelta(milliseconds=millis))
"""From 1970 to 2100, in whole milliseconds."""
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
json_objects = st.dictionaries(texts, json_values, max_size=4)
custom_values = st.none() | st.booleans() | st.floats(allow_nan=False) | texts | days | moments

_BY_KIND = {
    kinds.TEXT: texts,
    kinds.WORD: texts,
    kinds.ID: texts,
    kinds.DATE: days,
    kinds.DATE_TIME: moments,
    kinds.MONEY: longs,
    kinds.NUMBER: longs,
    kinds.BOOLEAN: st.booleans(),
    kinds.TEXTS: st.lists(texts, max_size=3),
}
_BY_KIND[kinds.LINES] = st.lists(
    st.fixed_dictionaries({name: st.none() | _BY_KIND[kind] for name, kind in LINE_FIELDS.items()}), max_size=3
)


def values_of(entity: Entity) -> st.SearchStrategy[dict]:
    """Draw values of an entity's record: each field known or not, blank or not."""
    return st.fixed_dictionaries({}, optional={name: st.none() | _BY_KIND[kind] for name, kind in FIELDS[entity].items()})


def records_of(entity: Entity) -> st.SearchStrategy[Record]:
    return st.builds(
        Record,
        entity=st.just(entity),
        native_id=texts,
        values=values_of(entity),
        custom=st.dictionaries(texts, custom_values, max_size=4),
        issues=st.lists(st.builds(Issue, texts, texts), max_size=2).map(tuple),
    )


records = st.sampled_from(list(Entity)).flatmap(records_of)
