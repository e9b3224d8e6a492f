"""Content of a demo practice's folder."""

import hashlib
import os
import re
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from cutover.demo_practice import write_practice

TABLES = {
    "Prov Roster": 7, "Pt Roster": 28, "Appt Book": 12, "Tx Cases": 13, "Acct Aging": 8, "Ins Claims": 11, "Chart Notes": 6,
    "Contact Log": 7, "Imaging Index": 5, "Auto Msgs": 6, "Mo Production": 5,
}  # fmt: skip


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.integration
def test_the_same_seed_writes_the_same_bytes_in_another_process(tmp_path):
    write_practice(tmp_path / "here", seed=3, patients=40)
    command = [sys.executable, "-m", "cutover.demo_practice", str(tmp_path / "there"), "--seed", "3", "--patients", "40"]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "12345"})
    assert fingerprint(tmp_path / "here") == fingerprint(tmp_path / "there")


def test_another_seed_writes_another_practice(tmp_path):
    write_practice(tmp_path / "a", seed=1, patients=20)
    write_practice(tmp_path / "b", seed=2, patients=20)
    a, b = fingerprint(tmp_path / "a"), fingerprint(tmp_path / "b")
    assert a["day-1/Pt Roster 20261005.csv"] != b["day-1/Pt Roster 20261005.csv"]


def test_a_practice_of_usual_size_is_written_in_a_second(tmp_path):
    began = time.process_time()
    write_practice(tmp_path)
    assert time.process_time() - began < 1


def test_a_folder_that_holds_a_practice_is_refused(tmp_path):
    write_practice(tmp_path, patients=20, days=1)
    with pytest.raises(FileExistsError, match="choose another folder"):
        write_practice(tmp_path, patients=20, days=1)


def test_too_few_patients_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least 20 patients"):
        write_practice(tmp_path, patients=5)


def test_what_is_returned_describes_what_was_written(written):
    practice = written.practice
    settings = tomllib.loads((practice.extracts[0].parent / "practice.toml").read_text())["practice"]
    assert (practice.id, practice.name, practice.timezone, practice.currency, practice.date_order) == (
        settings["id"], settings["name"], settings["time_zone"], settings["currency"], settings["date_order"].lower(),
    )  # fmt: skip
    assert [path.name for path in practice.extracts] == ["day-1", "day-2"]
    assert [path.name for path in practice.truths] == ["day-1.json", "day-2.json"]


def test_each_day_has_a_manifest_of_a_full_extract(written):
    for day, truth in zip(written.practice.extracts, written.truths, strict=True):
        manifest = tomllib.loads((day / "manifest.toml").read_text())
        assert manifest == {"practice": "juniper", "taken_at": truth["takenAt"], "scope": "full"}


def test_more_than_two_days_can_be_had(tmp_path):
    practice = write_practice(tmp_path, patients=30, days=4)
    assert len(practice.extracts) == len(practice.truths) == 4


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_there_with_its_columns(written, name):
    assert len(written.table(1, name)[0]) == TABLES[name]
    assert written.table(2, name)


def test_the_formats_differ(written):
    day = written.practice.extracts[0]
    read = {path.name.rpartition(" ")[0]: path.read_bytes() for path in day.iterdir() if path.is_file()}
    assert read["Appt Book"].startswith(b"\xff\xfe")
    assert read["Chart Notes"].startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        read["Pt Roster"].decode("utf-8")
    assert "O’Rourke".encode("cp1252") in read["Pt Roster"]
    assert read["Contact Log"].startswith(b"Juniper Ridge Dental - Contact Log\r\n")
    assert read["Acct Aging"].splitlines()[-1].startswith(b"Totals,")


def test_native_ids_are_unique(written):
    for name, key in {"Pt Roster": "Pt #", "Appt Book": "Appt #", "Ins Claims": "Clm Key", "Chart Notes": "Note Key"}.items():
        for day in (1, 2):
            ids = [row[key] for row in written.table(day, name)]
            assert len(ids) == len(set(ids))


def test_every_record_is_of_a_patient_who_is_there(written):
    for day in (1, 2):
        patients = {row["Pt #"] for row in written.table(day, "Pt Roster")}
        for name in ("Appt Book", "Tx Cases", "Acct Aging", "Ins Claims", "Chart Notes", "Contact Log", "Imaging Index"):
            assert {row["Pt #"] for row in written.table(day, name)} <= patients


def test_documents_lie_where_the_index_says_and_are_what_they_seem(written):
    begins = {"txt": b"Invented", "png": b"\x89PNG\r\n\x1a\n", "pdf": b"%PDF-1.4\n"}
    for day, folder in enumerate(written.practice.extracts, start=1):
        index = written.table(day, "Imaging Index")
        contents = {row["Stored At"]: (folder / row["Stored At"]).read_bytes() for row in index}
        assert {path.relative_to(folder).as_posix() for path in folder.rglob("imaging/*/*")} == set(contents)
        assert len(set(contents.values())) == len(contents)
        assert {path.rpartition(".")[2] for path in contents} == set(begins)
        assert all(content.startswith(begins[path.rpartition(".")[2]]) for path, content in contents.items())


def test_nobody_in_it_can_be_reached(written):
    for day in written.practice.extracts:
        for path in day.iterdir():
            if path.is_file():
                text = path.read_bytes().decode("utf-16" if "Appt Book" in path.name else "cp1252", "replace")
                hosts = {host.lower() for host in re.findall(r"@([\w.-]+)", text)}
                assert all(host.endswith(".example") or host == "none.com" for host in hosts)
    phones = {re.sub(r"\D", "", row[column]) for row in written.table(1, "Pt Roster") for column in ("Cellular", "Res Phone")}
    assert all(re.fullmatch(r"(\d{3})?55501\d\d|0{10}", phone) for phone in phones - {""})


def test_notes_come_as_text_as_html_and_as_rtf(written):
    bodies = [row["Note Body"] for row in written.table(1, "Chart Notes")]
    assert sum(body.startswith("<div>") for body in bodies) > 10
    assert sum(body.startswith(r"{\rtf1") for body in bodies) > 10
    assert sum("\n" in body for body in bodies) > 100
