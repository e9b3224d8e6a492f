"""Real values of columns: shown to a person who asks for them by name, recorded as a reading, and written nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cutover.cli.paging import with_page
from cutover.commands.approvals.mapping import map_propose, map_show
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer, print_parts
from cutover.reports.pages.mapping import mapping_page
from cutover.runs.arguments.named_person import NOBODY, NamedPerson
from cutover.runs.session import Session
from events.decisions import Decided
from producers.kinds.profile import profile_of
from producers.kinds.sights import ColumnSight

INES = NamedPerson(by="Ines Abernathy", why="a doubtful column", decrypt=True)
VALUES = ("Quist", "ada1@", "02/13/198", "Night guard")
PATIENTS = "Patient ID,First Name,Last Name,Email,Date of Birth,Lab,Empty\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@example.com,02/13/198{n},Night guard {n},\n" for n in range(1, 9)
)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    folder = tmp_path / "day-1"
    folder.mkdir()
    (folder / "Roster.csv").write_text(PATIENTS, encoding="utf-8")
    return folder


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
    init_project(tmp_path / "fern", practice_id="fern", name="Fern")
    with Session(find_project(tmp_path / "fern")) as session:
        yield session


@pytest.fixture(params=["propose", "show"])
def command(request: pytest.FixtureRequest, session: Session, extract: Path) -> Callable[[NamedPerson], Answer]:
    """Return each of the two commands, after a first proposal."""
    map_propose(session, [extract])
    if request.param == "show":
        return lambda reader: map_show(session, reader)
    return lambda reader: map_propose(session, [extract], None, reader)


def examples(document: Mapping[str, Any]) -> dict[str, list[str]]:
    return {c["header"]: c["examples"] for b in document["bindings"] for c in b["columns"]}


def printed(answer: Answer) -> str:
    console = Console(width=200, highlight=False)
    with console.capture() as capture:
        print_parts(answer, console)
    return capture.get()


def readings(session: Session) -> list[Mapping[str, Any]]:
    return [d.body for d in session.decisions.all(Decided.DATA_READ)]


def test_without_being_asked_for_no_value_is_shown_and_no_reading_recorded(session: Session, command: Any) -> None:
    answer = command(NOBODY)
    assert set(map(tuple, examples(answer.document).values())) == {()}
    assert not [value for value in VALUES if value in printed(answer)]
    assert readings(session) == []


def test_examples_are_shown_to_a_named_reader_at_most_three_a_column(command: Any) -> None:
    answer = command(INES)
    found = examples(answer.document)
    assert found["Last Name"] == ["Quist1", "Quist2", "Quist3"]
    assert (found["First Name"], found["Empty"]) == (["Ada"], [])
    assert [value for value in VALUES if value in printed(answer)] == list(VALUES)


def test_the_reading_is_recorded_with_command_reader_and_reason(session: Session, command: Any) -> None:
    command(INES)
    [body] = readings(session)
    assert body["command"] in ("map propose", "map show")
    assert (body["by"], body["reason"]) == (INES.by, INES.why)


@pytest.mark.parametrize("name", ["", "  "])
def test_examples_without_a_name_are_refused_before_anything_is_done(session: Session, command: Any, name: str) -> None:
    ends = session.log.ends("decisions")
    with pytest.raises(UsageError, match=r"--examples: .* --by NAME"):
        command(NamedPerson(by=name, decrypt=True))
    assert session.log.ends("decisions") == ends


def test_examples_stand_in_no_file_of_the_project(session: Session, command: Any) -> None:
    command(INES)
    files = [file for file in session.project.folder.rglob("*") if file.is_file()]
    assert {"mapping.toml", "log.db"} <= {file.name for file in files}
    assert not [(f.name, v) for f in files for v in VALUES if v.encode() in f.read_bytes()]


@pytest.mark.parametrize(("reader", "shown"), [(NOBODY, []), (INES, list(VALUES))], ids=["not asked", "asked"])
def test_the_page_has_examples_only_when_it_was_asked_for_with_them(
    session: Session, extract: Path, tmp_path: Path, reader: NamedPerson, shown: list[str]
) -> None:
    map_propose(session, [extract])
    page = tmp_path / "mapping.html"
    with_page(page, session.project, lambda: map_show(session, reader), mapping_page)
    text = page.read_text(encoding="utf-8")
    assert [value for value in VALUES if value in text] == shown


def test_examples_of_an_extract_that_went_away_are_refused_and_nothing_is_recorded(session: Session, extract: Path) -> None:
    map_propose(session, [extract])
    extract.rename(extract.with_name("elsewhere"))
    with pytest.raises(UsageError, match=r"not there any more .*map propose"):
        map_show(session, INES)
    assert readings(session) == []


def test_examples_are_of_different_shapes_first() -> None:
    sight = ColumnSight.of("Phone", profile_of(["5550101", "5550102", "5550103", "5550104", "555-0105", "none given"]))
    assert [sight.shapes, sight.examples] == [("9999…", "999-9999", "aaaa aaaa…"), ("5550101", "555-0105", "none given")]


def test_a_long_value_is_cut_and_nothing_of_it_steers_a_terminal() -> None:
    sight = ColumnSight.of("Note", profile_of(["one\x1b[2J\ntwo", "x" * 500]))
    assert set(sight.examples) == {"one [2J two", "x" * 60 + "…"}
    assert "one" not in repr(sight)
