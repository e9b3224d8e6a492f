"""A sample is signed by a person: accepted by name, or rejected and taken back out of Twenty."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cutover.cli.paging import with_page
from cutover.commands.approvals.mapping import map_propose
from cutover.commands.approvals.sample import sample
from cutover.commands.approvals.sample_signing import sample_accept, sample_reject
from cutover.commands.log.reading import log_verify
from cutover.commands.oversight.status import status
from cutover.commands.records.sync import sync
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.answer import Answer
from cutover.reports.pages.sample import sample_page
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.decisions import Decided
from tests.consumers.reconcile.small_practice import write_extract
from tests.cutover.commands import office as offices
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy", why="two dates are wrong")


@pytest.fixture(scope="session")
def sampled(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return a project whose sample is in Twenty, and nothing else; to be copied."""

    def make(folder: Path) -> None:
        def paged(session: Session) -> Answer:
            return with_page(folder / "sample.html", session.project, lambda: sample(session, None), sample_page)

        with pytest.MonkeyPatch.context() as variables:
            office = offices.prepared(folder, offices.setting(variables))
            with office.served():
                said = office.run(paged)
                (folder / "sample.json").write_text(json.dumps(said.document))
                (folder / "sample.txt").write_text("\n".join(line for line in said.text if isinstance(line, str)))

    return made_once("sampled-office", make)


@pytest.fixture
def office(sampled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    copy = offices.copied(sampled, tmp_path / "office", offices.setting(monkeypatch))
    with copy.served():
        yield copy


@pytest.fixture(scope="session")
def document(sampled: Path) -> dict[str, Any]:
    """Return the sample's document."""
    said: dict[str, Any] = json.loads((sampled / "sample.json").read_text())
    return said


def card_of(document: dict[str, Any], pbn_id: str, field: str) -> tuple[dict[str, Any], dict[str, Any]]:
    [card] = [
        card for card in document["cards"] if card["pbnId"] == pbn_id and any(f["field"] == field for f in card["fields"])
    ]
    [found] = [one for one in card["fields"] if one["field"] == field]
    return card, found


def sync_with_sample(office: Office) -> Answer:
    return office.run(sync, [office.folder / "day-1"], SyncOptions())


def sample_again(office: Office, patients: int | None = None) -> Answer:
    office.run(map_propose, [office.folder / "day-1"])  # it names where the extract lies, and the copy has its own
    return office.run(sample, patients)


def decided(office: Office, kind: Decided) -> list[dict[str, object]]:
    return office.ask(lambda session: [d.body for d in session.decisions.all(kind)])


@pytest.mark.parametrize("command", [sample_accept, sample_reject])
def test_a_sample_is_signed_with_a_name(office: Office, command: Callable[..., Answer]) -> None:
    with pytest.raises(UsageError, match="--by NAME"):
        office.run(command, NamedPerson(by=" "))
    with pytest.raises(ApprovalMissing, match="the sample is not accepted"):
        sync_with_sample(office)


def test_a_sync_follows_an_accepted_sample(office: Office) -> None:
    said = office.run(sample_accept, INES)
    assert said.document["by"] == "Ines Abernathy"
    [body] = decided(office, Decided.SAMPLE_ACCEPTED)
    assert body == {"sample": said.document["run"], "by": "Ines Abernathy"}
    assert sync_with_sample(office).document["conflicts"] == 0


def test_a_rejected_sample_leaves_twenty_as_it_was_and_asks_for_a_new_one(office: Office) -> None:
    written = office.run(status).document["written"]
    office.run(sample_accept, INES)
    said = office.run(sample_reject, INES).document
    assert (said["undone"], said["kept"]) == (written, [])
    assert office.run(status).document["written"] == 0
    assert office.run(log_verify).document["problems"] == []
    [body] = decided(office, Decided.SAMPLE_REJECTED)
    assert body == {"samples": said["samples"], "by": "Ines Abernathy", "reason": "two dates are wrong"}
    with pytest.raises(ApprovalMissing, match="no sample was taken"):
        sync_with_sample(office)
    with pytest.raises(ApprovalMissing, match="next: `cutover sample`"):
        office.run(sample_accept, INES)
    sample_again(office)
    assert office.run(status).document["written"] == written
    office.run(sample_accept, INES)
    sync_with_sample(office)


def test_two_samples_are_rejected_together(office: Office) -> None:
    sample_again(office, 1)
    assert len(office.run(sample_reject, INES).document["samples"]) == 2
    assert office.run(status).document["written"] == 0


def test_a_sample_is_taken_over_all_deliveries_and_names_the_reason_of_each_patient(office: Office) -> None:
    later = troubled()
    later["claim"][0] |= {"ClaimStatus": "Appealed"}
    paths = [office.folder / "day-1", write_extract(office.folder / "day-2", later, day=2)]
    office.run(map_propose, paths)
    said = office.run(sample, 2).document
    texts = {patient["pbnId"]: [reason["text"] for reason in patient["reasons"]] for patient in said["chosen"]}
    assert list(texts) == ["elm:patient:2001", "elm:patient:2002"]
    assert "has notes" in texts["elm:patient:2001"]
    assert "insurance claims: status is Appealed" in texts["elm:patient:2002"], "a word that the second delivery brought"
    assert "patients: insurance_carrier is Humana" in [reason["text"] for reason in said["uncovered"]]


def test_a_card_tells_a_field_from_its_cell_to_twenty(document: dict[str, Any]) -> None:
    card, phones = card_of(document, "elm:patient:2001", "phones")
    assert (card["object"], card["file"], card["row"]) == ("people", "patient.csv", 2)
    assert phones["cells"] == [{"column": "WirelessPhone", "value": "(312)555-0101"}]
    assert phones["sent"]["primaryPhoneNumber"] == "+13125550101"
    assert phones["twenty"]["primaryPhoneNumber"] == "3125550101"
    assert (phones["result"], phones["reason"]) == ("normalised", "phones")


@pytest.mark.parametrize(
    ("pbn_id", "field", "result", "reason"),
    [
        ("elm:patient:2001", "name", "equal", None),
        ("elm:patient:2004", "insuranceCarrier", "normalised", "select"),
        ("elm:patient:2003", "phones", "lost", "invalid_phone"),
        ("elm:document:9001", "pbnId", "lost", "file_too_large"),
    ],
)
def test_a_field_is_equal_normalised_or_lost(
    document: dict[str, Any], pbn_id: str, field: str, result: str, reason: str | None
) -> None:
    _, found = card_of(document, pbn_id, field)
    assert (found["result"], found["reason"]) == (result, reason)


def test_the_results_are_those_of_the_cards(document: dict[str, Any]) -> None:
    counted = Counter((card["object"], one["result"]) for card in document["cards"] for one in card["fields"])
    said = {(one["object"], name): one[name] for one in document["results"] for name in one.keys() - {"object"}}
    assert {key: count for key, count in said.items() if count} == dict(counted)


def test_the_page_has_every_card_and_the_terminal_no_value(sampled: Path) -> None:
    page, text = (sampled / "sample.html").read_text(), (sampled / "sample.txt").read_text()
    assert "(312)555-0101" in page
    assert (sampled / "sample.html").stat().st_mode & 0o077 == 0
    assert "Patients: elm:patient:2003 (patient.csv, row 4)" in page
    assert "Lost: people phones: elm:patient:2003: The phone number cannot exist." in text
    assert [value for value in ("555", "Guardian", "ann@", "Called about") if value in text] == []
