"""The approved mapping: it survives JSON, and its version says what it means and not which words it has met."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from events.vocabulary.custom_objects import of_name
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import (
    ColumnBinding,
    ColumnMapping,
    CustomField,
    FieldType,
    TableBinding,
    TableKind,
    Vocabulary,
    from_json,
    to_json,
    word_key,
)
from tests.events.sample_values import texts

confidences = st.floats(0, 1)
columns = st.builds(
    ColumnBinding,
    header=texts,
    field=st.none() | texts,
    custom=st.none() | texts,
    ignored=st.none() | texts,
    confidence=confidences,
    evidence=texts,
)
vocabularies = st.builds(
    Vocabulary,
    entity=st.sampled_from(list(Entity)),
    field=texts,
    type=st.sampled_from(FieldType),
    words=st.lists(texts, max_size=3).map(tuple),
)
mappings = st.builds(
    ColumnMapping,
    practice=texts,
    tables=st.lists(
        st.builds(
            TableBinding,
            kind=st.sampled_from(list(TableKind)),
            columns=st.lists(columns, max_size=3).map(tuple),
            confidence=confidences,
            evidence=texts,
        ),
        max_size=2,
    ).map(tuple),
    custom_fields=st.lists(
        st.builds(CustomField, entity=st.sampled_from(list(Entity)), name=texts, label=texts, type=st.sampled_from(FieldType)),
        max_size=2,
    ).map(tuple),
    vocabularies=st.lists(vocabularies, max_size=2).map(tuple),
)
STATUS = Vocabulary(entity=Entity.PATIENT, field="status", type=FieldType.SELECT, words=("Active", "Inactive"))
RIVERSIDE = ColumnMapping(
    practice="riverside",
    tables=(
        TableBinding(
            kind=TableKind.PATIENT,
            columns=(ColumnBinding(header="Patient Id", field="native_id"), ColumnBinding(header="VIP", custom="vip")),
        ),
    ),
    custom_fields=(
        CustomField(entity=Entity.PATIENT, name="vip", label="VIP", type=FieldType.BOOLEAN),
        CustomField(entity=Entity.NOTE, name="vip", label="V", type=FieldType.TEXT),
    ),
    vocabularies=(STATUS, replace(STATUS, entity=Entity.CLAIM, words=("Sent",))),
)


@given(mapping=mappings)
def test_a_mapping_survives_json(mapping):
    assert from_json(to_json(mapping)) == mapping


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"practice": 1}', b'{"practice": "p", "tables": [{"kind": "invoice", "columns": []}]}']
)
def test_what_is_no_mapping_is_refused(data):
    with pytest.raises(ValidationError):
        from_json(data)


@given(mapping=mappings, words=st.lists(texts, max_size=3))
def test_a_version_does_not_depend_on_words(mapping, words):
    with_words = replace(mapping, vocabularies=tuple(replace(v, words=tuple(words)) for v in mapping.vocabularies))
    assert with_words.version == mapping.version


def test_a_version_is_16_hex_digits():
    assert len(bytes.fromhex(RIVERSIDE.version)) == 8


@pytest.mark.parametrize("field", [f.name for f in fields(ColumnMapping)])
def test_a_version_depends_on_all_that_decides_how_rows_are_read(field):
    whole = replace(RIVERSIDE, objects=(of_name("goal"),))
    assert replace(whole, **{field: "elsewhere" if field == "practice" else ()}).version != whole.version


def test_a_version_depends_on_an_object_that_is_on_and_not_on_one_that_was_carried():
    off = replace(RIVERSIDE, objects=(of_name("goal"),))
    assert replace(off, objects=(replace(of_name("goal"), is_on=True),)).version != off.version
    assert replace(off, objects=(replace(of_name("goal"), carried=True),)).version == off.version


def test_a_version_depends_on_the_type_that_words_are_carried_as():
    as_text = replace(RIVERSIDE, vocabularies=(replace(STATUS, type=FieldType.TEXT), RIVERSIDE.vocabularies[1]))
    assert as_text.version != RIVERSIDE.version


def test_custom_fields_are_those_of_one_entity():
    assert RIVERSIDE.custom_of(Entity.PATIENT) == {"vip": RIVERSIDE.custom_fields[0]}


def test_a_vocabulary_is_that_of_one_entitys_field():
    assert RIVERSIDE.vocabulary(Entity.CLAIM, "status").words == ("Sent",)


def test_a_field_without_words_has_no_vocabulary():
    assert RIVERSIDE.vocabulary(Entity.CLAIM, "channel") is None


def test_new_words_join_the_vocabulary_of_their_field_only():
    more = RIVERSIDE.with_words(Entity.PATIENT, "status", ["Deceased"])
    assert [v.words for v in more.vocabularies] == [("Active", "Inactive", "Deceased"), ("Sent",)]


def test_words_that_differ_only_in_case_and_blanks_are_one():
    more = RIVERSIDE.with_words(Entity.PATIENT, "status", [" ACTIVE ", "On  hold", "on hold"])
    assert more.vocabularies[0].words == ("Active", "Inactive", "On  hold")


def test_adding_words_changes_no_version():
    assert RIVERSIDE.with_words(Entity.PATIENT, "status", ["Deceased"]).version == RIVERSIDE.version


@pytest.mark.parametrize(
    ("one", "other"), [("Paid", "PAID"), (" In  Process ", "in process"), ("STRASSE", "straße"), ("a\tb", "A b")]
)
def test_spellings_of_one_word(one, other):
    assert word_key(one) == word_key(other)


@pytest.mark.parametrize(("one", "other"), [("Paid", "Unpaid"), ("No show", "Noshow"), ("A", "Á")])
def test_words_that_are_not_the_same(one, other):
    assert word_key(one) != word_key(other)


@pytest.mark.parametrize("kind", TableKind)
def test_a_table_of_records_names_their_entity(kind):
    without = {TableKind.TREATMENT_LINE, TableKind.AUTOMATION, TableKind.UNKNOWN}
    assert (kind.entity is None) == (kind in without)


def test_a_tables_headers_are_those_of_its_columns_in_order():
    assert RIVERSIDE.tables[0].headers == ("Patient Id", "VIP")
