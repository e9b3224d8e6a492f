"""The sample workflow of a real Twenty, switched off and on again by the row that fires it. Twenty's worker must run.

The workspace is EMPTY (see `test_whole_migration`), with the sample workflow that Twenty gives to a new workspace.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from consumers.data_model.firing_workflows import SAMPLE, TRIGGERS, firing_workflows
from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.schema import SampleSwitch, schema_apply
from cutover.commands.records.rollback import RollbackOptions, rollback
from tests.cutover.commands.office import Office
from tests.interoperability.real_twenty import KEY, RATE, URL, approved_office, needs_twenty

pytestmark = needs_twenty

WORKER = 90
"""Seconds that Twenty's worker may take to run the workflow."""


@pytest.fixture
def twenty() -> Iterator[Workspace]:
    with Workspace(URL, KEY, rate_limit=RATE) as workspace:
        firing = [one for one in firing_workflows(workspace) if one.is_sample]
        if [one.name for one in firing] != [SAMPLE]:
            pytest.skip("the workspace has not the sample workflow of a new workspace, or it is switched off")
        yield workspace


@pytest.fixture
def office(twenty: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return a project whose mapping is approved."""
    owner = next(one.email for one in twenty.members() if one.email)
    return approved_office(tmp_path, monkeypatch, owner)[0]


@pytest.fixture
def people(twenty: Workspace) -> Iterator[dict[str, str]]:
    """Yield an empty dictionary, name → id, of people who are destroyed in the end with the companies that Twenty gave them."""
    made: dict[str, str] = {}
    yield made
    read = twenty.read("people", sorted(made.values()), fields=("id", "companyId"))
    twenty.destroy("people", sorted(made.values()))
    if companies := sorted({one["companyId"] for one in read.values() if one["companyId"]}):
        twenty.destroy("companies", companies)


def add(twenty: Workspace, people: dict[str, str], number: int, domain: str) -> str:
    """Make a person with an address at a domain that no company has."""
    identity = people[domain] = f"8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c70{number:02}"
    twenty.create("people", [{"id": identity, "emails": {"primaryEmail": f"pat@{domain}"}}])
    return identity


def company_of(twenty: Workspace, person: str) -> Any:
    return twenty.read("people", [person], fields=("id", "companyId"))[person]["companyId"]


def assert_fires_on(twenty: Workspace, person: str) -> None:
    began = time.monotonic()
    while company_of(twenty, person) is None:
        assert time.monotonic() - began < WORKER, "Twenty gave the person no company: does its worker run?"
        time.sleep(1)
    print(f"\nTwenty gave a person a company of its own after {time.monotonic() - began:.0f} s")


def test_its_trigger_row_in_the_trash_stops_it_and_restored_it_fires_again(
    office: Office, twenty: Workspace, people: dict[str, str]
) -> None:
    [sample] = firing_workflows(twenty)
    assert_fires_on(twenty, add(twenty, people, 1, "one.example"))

    office.run(schema_apply, samples=SampleSwitch.OFF)
    assert firing_workflows(twenty) == []
    rows = twenty.read(TRIGGERS, sample.triggers, deleted=True, fields=("id", "deletedAt"))
    assert all(one["deletedAt"] for one in rows.values())
    assert twenty.read("workflows", [sample.id], fields=("id", "statuses"))[sample.id]["statuses"] == ["ACTIVE"]
    spared = add(twenty, people, 2, "two.example")

    office.run(schema_apply, samples=SampleSwitch.ON)
    assert firing_workflows(twenty) == [sample]
    assert_fires_on(twenty, add(twenty, people, 3, "three.example"))
    assert company_of(twenty, spared) is None  # its turn came before that of the third

    office.run(schema_apply, samples=SampleSwitch.OFF)
    assert firing_workflows(twenty) == []
    assert office.run(rollback, RollbackOptions(everything=True, schema=True, yes=True)).document["kept"] == []
    assert firing_workflows(twenty) == [sample]
