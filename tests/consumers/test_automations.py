"""A value that an automation of Twenty wrote is told from a person's edit by the timeline; in doubt it is a person's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.journal.automations import AUTOMATIONS, last_writers

MEMBER = "d52a9c17-1931-48b3-b737-42d821bd4fc1"


def row(at: int, *fields: str, by: str | None = None, member: bool = False, **more: Any) -> dict[str, Any]:
    """Return a timeline row as a 2.21 writes it: `updatedBy` is in it where the actor is another one than before."""
    changed: dict[str, Any] = {name: {"before": None, "after": "x"} for name in fields}
    if by is not None:
        changed["updatedBy"] = {"before": {"source": "API"}, "after": {"source": by, "name": "…"}}
    return {
        "createdAt": f"2026-12-01T09:48:{at:02}.000Z",
        "name": "person.updated",
        "properties": {"diff": changed},
        "workspaceMemberId": MEMBER if member else None,
        **more,
    }


def by_machine(*rows: dict[str, Any]) -> set[str]:
    return {name for name, source in last_writers(rows).items() if source in AUTOMATIONS} - {"updatedBy"}


def test_the_newest_row_of_a_field_tells_who_wrote_it() -> None:
    assert by_machine(row(1, "company", by="APPLICATION")) == {"company"}
    assert by_machine(row(1, "company", by="WORKFLOW")) == {"company"}
    assert by_machine(row(1, "company", by="MANUAL", member=True), row(2, "company", by="APPLICATION")) == {"company"}
    assert by_machine(row(1, "company", by="APPLICATION"), row(2, "company", by="MANUAL", member=True)) == set()


def test_a_later_edit_of_another_field_by_a_person_changes_nothing() -> None:
    rows = (row(1, "company", by="APPLICATION"), row(2, "jobTitle", by="MANUAL", member=True))
    assert by_machine(*rows) == {"company"}
    assert by_machine(*reversed(rows)) == {"company"}


def test_a_row_without_an_actor_is_of_the_one_before() -> None:
    assert by_machine(row(1, "company", by="APPLICATION"), row(2, "city")) == {"company", "city"}
    assert by_machine(row(1, "company", by="API"), row(2, "city")) == set()
    assert by_machine(row(2, "city")) == set()


@pytest.mark.parametrize("properties", [{}, None, {"diff": None}, {"diff": []}, "text"])
def test_rows_that_tell_no_fields_are_passed_over(properties: object) -> None:
    assert by_machine(row(1, "company", by="APPLICATION"), row(2, properties=properties)) == {"company"}


def test_other_programs_and_agents_are_no_automations_of_twenty() -> None:
    for source in ("API", "AGENT", "IMPORT", "EMAIL", "CALENDAR", "SYSTEM", "MANUAL", "WEBHOOK", ""):
        assert by_machine(row(1, "company", by=source)) == set()


def test_two_writers_of_one_moment_leave_it_open() -> None:
    rows = (row(1, "company", by="APPLICATION"), row(1, "company", by="MANUAL", member=True))
    assert by_machine(*rows) == by_machine(*reversed(rows)) == set()


ROWS = st.lists(
    st.tuples(
        st.integers(0, 59),
        st.lists(st.sampled_from(["company", "city", "phones"]), min_size=1, unique=True),
        st.sampled_from([None, "API", "APPLICATION", "WORKFLOW"]),
        st.booleans(),
    ),
    unique_by=lambda one: one[0],
)


@given(ROWS)
def test_what_a_person_wrote_last_is_never_an_automations(history: list[Any]) -> None:
    rows = [row(at, *fields, by="MANUAL" if member else by, member=member) for at, fields, by, member in history]
    newest: dict[str, bool] = {}
    for _, fields, _, member in sorted(history):
        newest |= dict.fromkeys(fields, member)
    assert by_machine(*rows).isdisjoint(name for name, member in newest.items() if member)
