"""The Avro schemas: how they are found, that they explain themselves, and that a released one never changes."""

import json
from pathlib import Path

import pytest

from events.change_events import Operation
from events.codec import schemas
from events.codec.schemas import all_schemas, by_fingerprint, latest
from events.compensations import Action, Phase
from events.dead_letters import Stage
from events.vocabulary import kinds
from events.vocabulary.entities import CUSTOM, Entity
from events.vocabulary.records import FIELDS, LINE_FIELDS
from tests.events.pins import label, pin

RELEASED = json.loads((Path(__file__).parent / "released_schemas.json").read_text())
ENVELOPES = ("change-event", "compensation", "decision", "dead-letter")
ABOUT_A_PAYLOAD = {"native_id", "custom", "unknown", "changed", "issues"}


each_schema = pytest.mark.parametrize("schema", all_schemas(), ids=label)


def records_in(source):
    """Yield a record schema and every record schema inside it."""
    if isinstance(source, dict):
        if source.get("type") == "record":
            yield source
        for value in source.values():
            yield from records_in(value)
    elif isinstance(source, list):
        for value in source:
            yield from records_in(value)


def fields_of(source):
    return {field["name"]: field for field in source["fields"]}


def test_there_is_a_schema_for_every_entity_and_every_kind_of_event():
    bodies = {"tombstone", "intent-body", "json-body"}
    assert {schema.name for schema in all_schemas()} == {
        *(entity.value for entity in Entity),
        CUSTOM,
        *ENVELOPES,
        *bodies,
        "part",
    }


def test_the_versions_of_a_type_are_numbered_from_one_without_a_gap():
    versions = {}
    for schema in all_schemas():
        versions.setdefault(schema.name, []).append(schema.version)
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in versions.values())


def test_a_schema_file_with_another_name_is_refused(tmp_path):
    (tmp_path / "patient.avsc").write_text("{}")
    with schemas.including(tmp_path), pytest.raises(ValueError, match=r"patient\.avsc: a schema file is named NAME\.vN\.avsc"):
        all_schemas()


def test_the_latest_version_is_the_one_with_the_highest_number(monkeypatch):
    patient = latest("patient")
    later = [
        schemas.Schema(name="patient", version=version, fingerprint=bytes(8), parsed=None, source={}) for version in (9, 10)
    ]
    monkeypatch.setattr(schemas, "all_schemas", lambda: (later[1], patient, later[0]))
    assert latest.__wrapped__("patient").version == 10


def test_a_name_without_a_schema_is_a_key_error():
    with pytest.raises(KeyError, match="no schema is named 'invoice'"):
        latest("invoice")


@each_schema
def test_a_schema_is_found_by_its_fingerprint(schema):
    assert by_fingerprint(schema.fingerprint) is schema


def test_an_unknown_fingerprint_finds_nothing():
    assert by_fingerprint(b"\x00" * 8) is None


def test_fingerprints_differ():
    assert len({schema.fingerprint for schema in all_schemas()}) == len(all_schemas())


@each_schema
def test_every_record_and_every_field_is_explained(schema):
    for record in records_in(schema.source):
        assert record.get("doc", "").strip(), record["name"]
        for field in record["fields"]:
            assert field.get("doc", "").strip(), f"{record['name']}.{field['name']}"


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_ends_with_what_sealing_needs(name):
    assert list(fields_of(latest(name).source))[-3:] == ["payload_schema", "key_id", "payload"]


@pytest.mark.parametrize("entity", Entity)
def test_a_payload_has_exactly_the_fields_of_its_entity(entity):
    assert fields_of(latest(entity.value).source).keys() == FIELDS[entity].keys() | ABOUT_A_PAYLOAD


@pytest.mark.parametrize(("entity", "name"), [(entity, name) for entity in Entity for name in FIELDS[entity]])
def test_a_field_can_be_blank_and_has_the_avro_type_of_its_kind(entity, name):
    kind, field = FIELDS[entity][name], fields_of(latest(entity.value).source)[name]
    blank, _ = field["type"]
    assert (blank, field["default"]) == ("null", None)
    meant = kinds.kind_in(field)
    assert (meant.avro, meant.items) == (kind.avro, kind.items)


def test_a_line_item_has_exactly_the_fields_of_the_vocabulary():
    line = fields_of(latest("treatment-plan").source)["lines"]["type"][1]["items"]
    assert fields_of(line).keys() == LINE_FIELDS.keys()
    assert {name: kinds.kind_in(field).avro for name, field in fields_of(line).items()} == {
        name: kind.avro for name, kind in LINE_FIELDS.items()
    }


@pytest.mark.parametrize(
    ("name", "field", "enum"),
    [
        ("change-event", "operation", Operation),
        ("compensation", "phase", Phase),
        ("compensation", "action", Action),
        ("dead-letter", "stage", Stage),
    ],
)
def test_an_enumeration_has_the_words_of_the_code_in_their_order(name, field, enum):
    assert fields_of(latest(name).source)[field]["type"]["symbols"] == [member.value for member in enum]


def test_every_schema_is_pinned():
    """A new version is pinned by `python tests/events/pin_new_schemas.py`."""
    assert RELEASED.keys() == {label(schema) for schema in all_schemas()}


@each_schema
def test_a_released_schema_has_not_changed(schema):
    """Logs hold bytes written with it for ever: what must differ is a new version, in a file of its own."""
    assert pin(schema) == RELEASED[label(schema)]
