"""The identity of records."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity, pbn_id, record_id, twenty_id

NAMESPACE = UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def test_a_pbn_id_names_practice_entity_and_native_id():
    assert pbn_id("riverside", Entity.TREATMENT_PLAN, "77") == "riverside:treatment-plan:77"


def test_a_twenty_id_is_the_uuid_v5_of_the_pbn_id_under_the_projects_namespace():
    """The example of RFC 9562, appendix A.4."""
    assert twenty_id(NAMESPACE, "www.example.com") == UUID("2ed6657d-e927-568b-95e1-2665a8aea6a2")


@given(namespace=st.uuids(), identity=st.text(max_size=40))
def test_a_record_id_is_the_bytes_of_the_twenty_id(namespace, identity):
    assert record_id(namespace, identity) == twenty_id(namespace, identity).bytes


@pytest.mark.parametrize(
    "other",
    [pbn_id("lakeside", Entity.NOTE, "1"), pbn_id("riverside", Entity.CLAIM, "1"), pbn_id("riverside", Entity.NOTE, "2")],
)
def test_another_practice_entity_or_native_id_is_another_record(other):
    assert twenty_id(NAMESPACE, other) != twenty_id(NAMESPACE, pbn_id("riverside", Entity.NOTE, "1"))


def test_everything_but_the_practice_and_its_providers_belongs_to_a_patient():
    assert {entity for entity in Entity if not entity.of_patient} == {Entity.PRACTICE, Entity.PROVIDER}
