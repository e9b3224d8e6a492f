"""`cutover map approve` takes nothing that is doubtful, unless a named person accepts it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose, map_show
from cutover.commands.approvals.mapping_edits import map_change
from cutover.mapping_file.changing import set_code
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.session import Session
from events.decisions import Decided
from events.errors import ExitCode
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.binding.proposal import bind_for_run
from producers.records.assembly import compile_reader

PATIENTS = "Patient ID,First Name,Last Name,Email,Date of Birth,{header}\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@example.com,02/03/198{n},{n % 2}\n" for n in range(1, 9)
)
CODED = "Patient ID,First Name,Last Name,Email,Date of Birth,PatStatus\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@example.com,02/03/198{n},{n % 3}\n" for n in range(1, 10)
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


def write_words(session: Session, **words: str) -> None:
    """Write words for codes `c0`, `c1` … into mapping.toml."""
    for code, word in words.items():
        change = partial(set_code, table="patients", column="PatStatus", code=code[1:], word=word)
        map_change(session, "patients", "PatStatus", change)


def codes_of(session: Session) -> list[tuple[str, int, str | None, str | None]]:
    columns = [c for b in map_show(session).document["bindings"] for c in b["columns"]]
    return [(one["code"], one["count"], one["proposed"], one["word"]) for c in columns for one in c["codes"]]


def test_words_of_a_known_system_are_proposed_for_codes_and_settle_nothing(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=CODED)
    assert codes_of(session) == [("0", 3, "Patient", None), ("1", 3, "NonPatient", None), ("2", 3, "Inactive", None)]
    with pytest.raises(ApprovalMissing, match="'PatStatus'"):
        map_approve(session, "Dana")


def test_settled_codes_are_read_as_their_words_and_are_doubtful_no_more(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=CODED)
    write_words(session, c0="Patient", c1="Guest", c2="")
    assert map_approve(session, "Dana").document["doubtful"] == []
    assert [word for *_, word in codes_of(session)] == ["Patient", "Guest", ""]
    mapping = approved_mapping(session.decisions)
    words = mapping.vocabulary(Entity.PATIENT, "status")
    assert words is not None
    assert words.words == ("Patient", "Guest")
    bound = bind_for_run(open_extracts(session, [tmp_path / "day-1"])[0], mapping, session.practice)
    read = compile_reader(bound.tables[0].binding, mapping, session.practice, session.world.now())
    records = [read(cells) for _, cells in bound.tables[0].table.rows()]
    assert [r.values["status"] for r in records if isinstance(r, Record)] == ["Guest", None, "Patient"] * 3


def test_settled_words_stay_when_the_mapping_is_proposed_again(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=CODED)
    write_words(session, c0="Patient", c1="Guest", c2="")
    map_approve(session, "Dana")
    propose(session, tmp_path / "day-2", patients=CODED.replace(",0\n", ",3\n"))
    assert codes_of(session) == [
        ("0", 3, "Patient", "Patient"),
        ("1", 3, "NonPatient", "Guest"),
        ("2", 3, "Inactive", ""),
        ("3", 3, "Archived", None),
    ]
    with pytest.raises(ApprovalMissing, match="'PatStatus'"):
        map_approve(session, "Dana")


def test_codes_of_a_mapping_in_force_are_settled_by_another_approval(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=CODED)
    map_approve(session, "Dana", accept_doubtful=True)
    write_words(session, c0="Patient", c1="Guest", c2="Gone")
    before = approved_mapping(session.decisions).version
    map_approve(session, "Dana")
    assert approved_mapping(session.decisions).version != before
    count = len(list(session.decisions.all(Decided.MAPPING_APPROVED)))
    map_approve(session, "Dana")
    assert len(list(session.decisions.all(Decided.MAPPING_APPROVED))) == count


def test_a_code_that_was_not_found_is_refused(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=CODED)
    with pytest.raises(UsageError, match="has no code '9'"):
        write_words(session, c9="Gone")


def test_an_approval_without_a_name_bears_that_of_the_machines_user(session: Session, tmp_path: Path) -> None:
    propose(session, tmp_path / "day-1", patients=PATIENTS.format(header="Shoe Size"))
    assert map_approve(session, "").document["by"] == session.world.operator() != ""
