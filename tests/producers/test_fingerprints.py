"""A row's fingerprint is the same for the same row under the same binding, and says nothing without the key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from producers.state.fingerprints import Fingerprints
from producers.state.row_settings import row_settings
from tests.producers.desk import PRACTICE

BINDING = TableBinding(
    kind=TableKind.NOTE,
    columns=(
        ColumnBinding(header="Id", field="native_id"),
        ColumnBinding(header="Text", field="text"),
        ColumnBinding(header="X", custom="x"),
    ),
)
MAPPING = ColumnMapping(
    practice="fern",
    tables=(BINDING,),
    custom_fields=(CustomField(entity=Entity.NOTE, name="x", label="X", type=FieldType.TEXT),),
)
FINGERPRINTS = Fingerprints(bytes(32))
cells = st.lists(st.text(max_size=8), min_size=3, max_size=3)


@given(row=cells, other=cells)
def test_rows_have_the_same_fingerprint_only_when_they_are_the_same(row: list[str], other: list[str]) -> None:
    of = FINGERPRINTS.of_rows(BINDING, MAPPING)
    assert (of(row) == of(other)) == (row == other)
    assert len(of(row)) == 16


@pytest.mark.parametrize(
    ("row", "other"),
    [(["a", "b", ""], ["ab", "", ""]), (["a", "", "b"], ["a", "b", ""]), (["a\x1f", "b", ""], ["a", "\x1fb", ""])],
)
def test_a_cell_ends_where_it_ends(row: list[str], other: list[str]) -> None:
    of = FINGERPRINTS.of_rows(BINDING, MAPPING)
    assert of(row) != of(other)


def test_a_byte_that_no_encoding_explains_has_a_fingerprint() -> None:
    of = FINGERPRINTS.of_rows(BINDING, MAPPING)
    assert of(["\udc81", "", ""]) != of(["\udc82", "", ""])


def test_another_key_gives_another_fingerprint() -> None:
    other = Fingerprints(bytes([1]) * 32)
    row = ["1", "a", "b"]
    assert FINGERPRINTS.of_rows(BINDING, MAPPING)(row) != other.of_rows(BINDING, MAPPING)(row)
    assert FINGERPRINTS.of_text("e-mail", "ada@post.example") != other.of_text("e-mail", "ada@post.example")
    assert FINGERPRINTS.of_content(b"bytes") != other.of_content(b"bytes")
    assert FINGERPRINTS.of_id("household", bytes(16)) != other.of_id("household", bytes(16))


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, columns=(BINDING.columns[0], ColumnBinding(header="Text", field="type"), BINDING.columns[2])),
        replace(BINDING, columns=(BINDING.columns[1], BINDING.columns[0], BINDING.columns[2])),
        replace(BINDING, kind=TableKind.COMMUNICATION),
    ],
)
def test_a_row_read_otherwise_has_another_fingerprint(other: TableBinding) -> None:
    row = ["1", "a", "b"]
    assert FINGERPRINTS.of_rows(BINDING, MAPPING)(row) != FINGERPRINTS.of_rows(other, MAPPING)(row)


def test_a_custom_field_of_another_type_and_other_settings_count_too() -> None:
    row = ["1", "a", "b"]
    before = FINGERPRINTS.of_rows(BINDING, MAPPING)(row)
    typed = replace(MAPPING, custom_fields=(replace(MAPPING.custom_fields[0], type=FieldType.NUMBER),))
    assert FINGERPRINTS.of_rows(BINDING, typed)(row) != before
    settings = row_settings(PRACTICE, cleaner=2)
    others = [dict(settings), *({**settings, name: "another"} for name in settings)]
    assert len({Fingerprints(bytes(32), other).of_rows(BINDING, MAPPING)(row) for other in others}) == len(others)


def test_a_renamed_header_changes_nothing() -> None:
    renamed = replace(BINDING, columns=(ColumnBinding(header="Key", field="native_id"), *BINDING.columns[1:]))
    row = ["1", "a", "b"]
    assert FINGERPRINTS.of_rows(BINDING, MAPPING)(row) == FINGERPRINTS.of_rows(renamed, MAPPING)(row)
