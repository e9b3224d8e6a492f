"""A column that is left out after it was carried keeps its values in Twenty; approvals, runs and comparisons say so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.mapping_edits import map_change
from cutover.mapping_file.changing import set_meaning
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.left_columns import left_column_lines, left_columns
from cutover.runs.session import Session

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
