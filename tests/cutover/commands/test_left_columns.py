"""A column that is left out after it was carried keeps its values in Twenty; approvals, runs and comparisons say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.commands.approvals.left_columns import map_clear
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.mapping_edits import map_change
from cutover.mapping_file.changing import set_meaning
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.left_columns import left_column_lines, left_columns
from cutover.runs.session import Session
from events.decisions import Decided
from events.log.port import CHANGES
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.state.last_events import last_events

PATIENTS = "Patient ID,First Name,Last Name,Email,Date of Birth,Shoe Size\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@post.example,02/03/198{n},{36 + n if n < 6 else ''}\n" for n in range(1, 10)
)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
    init_project(tmp_path / "fern", practice_id="fern", name="Fern Street Dental")
    folder = tmp_path / "day-1"
    folder.mkdir()
    (folder / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    with find_project(tmp_path / "fern") as project, Session(project) as opened:
        map_propose(opened, [folder])
        map_approve(opened, "Dana")
        yield opened


def produce(session: Session, tmp_path: Path) -> None:
    (extract,) = open_extracts(session, [tmp_path / "day-1"])
    session.producer().produce(extract, approved_mapping(session.decisions), "run")


def mean(session: Session, header: str, meaning: str) -> None:
    map_change(session, "patients", header, lambda file: set_meaning(file, "patients", header, meaning))


def test_a_column_that_was_never_carried_is_left_out_in_silence(session: Session) -> None:
    mean(session, "Shoe Size", "-")
    assert map_approve(session, "Dana").document["left_columns"] == []


def test_a_column_that_was_carried_is_named_with_the_records_that_hold_it(session: Session, tmp_path: Path) -> None:
    produce(session, tmp_path)
    mean(session, "Shoe Size", "-")
    (left,) = map_approve(session, "Dana").document["left_columns"]
    assert (left["entity"], left["header"], left["records"]) == ("patient", "Shoe Size", 5)
    assert left_columns(session) == [left]
    (line,) = left_column_lines([left])
    assert "5 records" in line


def test_a_column_that_is_carried_again_is_not_named_any_more(session: Session, tmp_path: Path) -> None:
    produce(session, tmp_path)
    mean(session, "Shoe Size", "-")
    map_approve(session, "Dana")
    mean(session, "Shoe Size", "custom shoeSize")
    assert map_approve(session, "Dana").document["left_columns"] == []
    assert left_columns(session) == []


def last_shoe_sizes(session: Session) -> list[object]:
    return [event.custom.get("shoeSize", "no key") for event in newest_patients(session)]


def newest_patients(session: Session) -> list[Record]:
    producer, state = session.producer(), session.project.producer_state()
    producer.catch_up()
    known = state.at_slots(list(state.live_slots(Entity.PATIENT, state.last_slot())))
    said = [event.read() for event in last_events(session.log, session.keys, known).values()]
    return [record for record in said if record is not None]


def leave_out(session: Session, tmp_path: Path) -> None:
    produce(session, tmp_path)
    mean(session, "Shoe Size", "-")
    map_approve(session, "Dana")


def test_cleared_values_are_blank_in_the_log_and_the_column_is_named_no_more(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    said = map_clear(session, "", NamedPerson(by="Dana", why="nobody needs it"))
    assert (said.document["updated"], [one["header"] for one in said.document["columns"]]) == (5, ["Shoe Size"])
    assert last_shoe_sizes(session) == [None] * 9
    assert left_columns(session) == []
    (decision,) = session.decisions.all(Decided.COLUMNS_CLEARED)
    assert (decision.body["by"], decision.body["why"]) == ("Dana", "nobody needs it")


def test_records_that_were_read_again_without_the_column_are_cleared_too(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    produce(session, tmp_path)
    map_clear(session, "shoeSize", NamedPerson(by="Dana"))
    assert last_shoe_sizes(session) == [None] * 9


def test_a_row_that_changes_before_the_blank_is_carried_keeps_it(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    map_clear(session, "Shoe Size", NamedPerson(by="Dana"))
    (tmp_path / "day-1" / "patients.csv").write_text(PATIENTS.replace("Ada", "Ida"), encoding="utf-8")
    produce(session, tmp_path)
    assert {record.values["first_name"] for record in newest_patients(session)} == {"Ida"}
    assert last_shoe_sizes(session) == [None] * 9


def test_a_column_that_is_carried_again_brings_its_values_back(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    map_clear(session, "Shoe Size", NamedPerson(by="Dana"))
    mean(session, "Shoe Size", "custom shoeSize")
    map_approve(session, "Dana")
    produce(session, tmp_path)
    assert sorted(map(str, last_shoe_sizes(session))) == ["37", "38", "39", "40", "41", *["None"] * 4]


def test_cleared_twice_is_cleared_once(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    map_clear(session, "", NamedPerson(by="Dana"))
    with pytest.raises(UsageError, match="no column that was carried is left out"):
        map_clear(session, "", NamedPerson(by="Dana"))


def test_a_dry_run_writes_nothing_and_needs_no_name(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    ends = session.log.ends(CHANGES)
    assert map_clear(session, "", NamedPerson(), dry_run=True).document["columns"][0]["records"] == 5
    assert session.log.ends(CHANGES) == ends
    with pytest.raises(UsageError, match="--by NAME"):
        map_clear(session, "", NamedPerson())


def test_a_column_of_another_name_is_refused_with_the_names_that_there_are(session: Session, tmp_path: Path) -> None:
    leave_out(session, tmp_path)
    with pytest.raises(UsageError, match=r"no column 'Hat Size'.*'Shoe Size'"):
        map_clear(session, "Hat Size", NamedPerson(by="Dana"))
