"""Invitations that are due."""

from __future__ import annotations

from consumers.data_model.invitations import unmatched_providers
from consumers.twenty.members import Member
from projections.providers import Provider


def provider(native_id: str, name: str, email: str | None) -> Provider:
    return Provider(native_id=native_id, code=None, first_name=None, last_name=None, display_name=name, email=email)


def test_members_are_matched_by_e_mail_whatever_its_case() -> None:
    members = [Member(id="m1", email="ann@example.com", name="Ann"), Member(id="m2", email="", name="Nobody")]
    providers = [
        provider("1", "Dr. Ann", "Ann@Example.com"),
        provider("2", "Dr. Bo", "bo@example.com"),
        provider("3", "Cy", None),
    ]
    assert unmatched_providers(providers, members) == [("Dr. Bo", "bo@example.com"), ("Cy", None)]


def test_those_who_left_come_last_and_a_shared_address_once() -> None:
    providers = [
        provider("1", "Left", "left@example.com"),
        provider("2", "Here", "here@example.com"),
        provider("3", "Here too", "here@example.com"),
        provider("4", "No mail", None),
        provider("5", "No mail either", None),
    ]
    labels = [label for label, _ in unmatched_providers(providers, [], inactive={"1"})]
    assert labels == ["Here", "No mail", "No mail either", "Left"]
