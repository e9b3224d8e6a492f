"""`cutover map approve` takes nothing that is doubtful, unless a named person accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from events.decisions import Decided
from events.errors import ExitCode

PATIENTS = "Patient ID,First Name,Last Name,Email,Date of Birth,{header}\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@example.com,02/03/198{n},{n % 2}\n" for n in range(1, 9)
)
MESSAGES = "Message ID,Patient ID,Sent At,Channel,Message\n" + "".join(
    f"{n},{n},05/0{n}/2026 10:00 AM,SMS,See you on Tuesday\n" for n in range(1, 9)
)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
    init_project(tmp_path / "fern", practice_id="fern", name="Fern Street Dental")
    with find_project(tmp_path / "fern") as project, Session(project) as opened:
        yield opened


def propose(session: Session, folder: Path, **tables: str) -> None:
    folder.mkdir()
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    map_propose(session, [folder])


def test_a_certain_mapping_is_approved(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=PATIENTS.format(header="Shoe Size"))
    assert map_approve(session, "Dana").document["doubtful"] == []


def test_a_table_whose_records_would_be_incomplete_is_refused(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=PATIENTS.format(header="Shoe Size"), messages=MESSAGES)
    with pytest.raises(ApprovalMissing, match=r"'Message ID' \(communication\).*--accept-doubtful --by NAME") as refused:
        map_approve(session, "Dana")
    assert refused.value.exit_code is ExitCode.APPROVAL
    assert session.decisions.last(Decided.MAPPING_APPROVED) is None


def test_what_is_accepted_is_recorded_with_the_name(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=PATIENTS.format(header="Shoe Size"), messages=MESSAGES)
    with pytest.raises(UsageError, match="--by NAME"):
        map_approve(session, "", accept_doubtful=True)
    map_approve(session, "Dana", accept_doubtful=True)
    recorded = session.decisions.last(Decided.MAPPING_APPROVED)
    assert recorded is not None
    assert recorded.body["by"] == "Dana"
    assert recorded.body["accepted"] == ["the table that begins with 'Message ID' (communication)"]
    assert map_approve(session, "Dana").document["approved"]
