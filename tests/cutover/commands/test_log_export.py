"""`log export` writes payloads only for who signs for it, records that first, and replaces no file."""

import json
import stat
from contextlib import closing

import pytest

from cutover.commands.log.export import ExportOptions, log_export
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from events.decisions import Decided
from events.log.port import CHANGES, LogUnreachable, NewEntry
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.events.events_to_write import change_bytes

PATIENTS = (b"patient-000-1042", b"patient-000-1043")
SIGNED = ExportOptions(topic=CHANGES, decrypt=True, by="Ines Abernathy", reason="audit of March")


@pytest.fixture
def session(tmp_path):
    init_project(tmp_path / "riverside")
    with closing(find_project(tmp_path / "riverside")) as project:
        log = project.log(make=True)
        for number, patient in enumerate(PATIENTS):
            data = change_bytes(Record(entity=Entity.CLAIM, native_id=f"QX{number}", values={}), project.keys().of(patient))
            log.append([NewEntry(CHANGES, b"household", data)])
        yield Session(project)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "changes.jsonl"


def lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def readings(session):
    return [decision.body for decision in session.decisions.all(Decided.DATA_READ)]


def test_payloads_are_opened_for_who_says_who_reads_them_and_what_for(session, out):
    answer = log_export(session, out, SIGNED)
    assert [event["payload"]["native_id"] for event in lines(out)] == ["QX0", "QX1"]
    assert (answer.document["events"], answer.document["forgotten"], answer.findings) == (2, 0, False)
    (reading,) = readings(session)
    assert (reading["by"], reading["reason"], reading["topic"]) == ("Ines Abernathy", "audit of March", CHANGES)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize(("by", "reason"), [("", "audit"), ("Ines Abernathy", ""), (" ", " ")])
def test_without_a_name_or_a_reason_nothing_is_opened(session, out, by, reason):
    with pytest.raises(UsageError, match="--by NAME --reason TEXT"):
        log_export(session, out, ExportOptions(topic=CHANGES, decrypt=True, by=by, reason=reason))
    assert not out.exists()
    assert readings(session) == []


def test_without_decrypt_no_payload_is_in_the_file_and_nothing_is_recorded(session, out):
    log_export(session, out, ExportOptions(topic=CHANGES, start=1))
    (event,) = lines(out)
    assert (event["offset"], "payload" in event) == (1, False)
    assert readings(session) == []


def test_people_who_were_forgotten_stay_forgotten(session, out):
    session.keys.forget(PATIENTS[0])
    answer = log_export(session, out, SIGNED)
    assert [event["payload"] is None for event in lines(out)] == [True, False]
    assert "QX" not in json.dumps(lines(out)[0])
    assert answer.document["forgotten"] == 1


def test_a_file_that_exists_is_left_alone(session, out):
    out.write_text("a file of somebody else")
    with pytest.raises(UsageError, match="exists already"):
        log_export(session, out, SIGNED)
    assert out.read_text() == "a file of somebody else"
    assert readings(session) == []


def test_what_cannot_be_recorded_is_not_read(session, out, monkeypatch):
    def refuse(*_entries):
        raise LogUnreachable("away")

    monkeypatch.setattr(session.log, "append", refuse)
    with pytest.raises(LogUnreachable):
        log_export(session, out, SIGNED)
    assert not out.exists()


def test_only_so_many_events_are_written_as_were_asked_for(session, out):
    log_export(session, out, ExportOptions(topic=CHANGES, limit=1))
    assert len(lines(out)) == 1
