"""The mapping is the operator's: mapping.toml is edited, by hand or by command, read back, approved by name, and shared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cutover.commands.approvals.mapping import map_approve, map_propose, map_show
from cutover.commands.approvals.mapping_edits import map_change, map_export
from cutover.mapping_file.changing import accept, ignore, make_custom, set_code, set_meaning
from cutover.mapping_file.errors import MappingFileError
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.approvals import approved_mapping
from cutover.runs.mapping_edits import draft, mapping_file
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.mapping import ColumnBinding

PATIENTS = "Patient ID,First Name,Last Name,Email,Date of Birth,Joined,Status,Lab\n" + "".join(
    f"{n},Ada,Quist{n},ada{n}@example.com,02/13/198{n},03/04/201{n},{n % 3},Night guard {n}\n" for n in range(1, 9)
)


def opened(folder: Path, practice: str = "fern") -> Session:
    init_project(folder, practice_id=practice, name=practice.title())
    return Session(find_project(folder))


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    folder = tmp_path / "day-1"
    folder.mkdir()
    (folder / "Roster.csv").write_text(PATIENTS, encoding="utf-8")
    return folder


@pytest.fixture
def session(tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("CUTOVER_TWENTY__API_KEY", "key")
    with opened(tmp_path / "fern") as session:
        map_propose(session, [extract])
        yield session


def change(session: Session, change: Any, column: str, *more: str) -> dict[str, Any]:
    answer = map_change(session, "Roster", column, lambda file: change(file, "Roster", column, *more))
    return dict(answer.document)


def column(session: Session, header: str) -> ColumnBinding:
    (table,) = approved_mapping(session.decisions).tables
    return next(c for c in table.columns if c.header == header)


def settle_status(session: Session) -> None:
    for code, word in (("0", "Patient"), ("1", "Inactive"), ("2", "")):
        change(session, set_code, "Status", code, word)


def test_a_proposal_is_written_with_what_a_person_needs_to_decide(session: Session) -> None:
    text = mapping_file(session).read_text(encoding="utf-8")
    assert 'header = "Date of Birth"\nmeans = "birth_date"' in text
    assert 'goes_to = "Person.dateOfBirth"' in text
    assert 'looks_like = ["99/99/9999"]' in text
    assert 'filled = "8 of 8, 8 distinct"' in text
    assert "doubtful = true" in text


def test_no_value_of_a_patient_stands_in_the_file(session: Session) -> None:
    text = mapping_file(session).read_text(encoding="utf-8")
    assert not [value for value in ("Quist", "ada1@", "02/13/198", "Night guard") if value in text]


def test_a_column_gets_the_meaning_that_a_person_sets(session: Session) -> None:
    settle_status(session)
    change(session, set_meaning, "Joined", "modified_at")
    answer = map_approve(session, "Dana")
    assert column(session, "Joined").field == "modified_at"
    assert column(session, "Joined").settled
    decided = [(d["table"], d["column"], d["about"], d["after"]) for d in answer.document["decisions"]]
    assert ("Roster.csv", "Joined", "means", "modified_at") in decided


def test_a_column_is_left_out(session: Session) -> None:
    settle_status(session)
    change(session, ignore, "Lab")
    map_approve(session, "Dana")
    assert (column(session, "Lab").field, column(session, "Lab").custom) == (None, None)
    assert "lab" not in {f.name for f in approved_mapping(session.decisions).custom_fields}


def test_a_column_gets_a_custom_field_of_a_type(session: Session) -> None:
    settle_status(session)
    change(session, make_custom, "Lab", "nightGuard", "select")
    map_approve(session, "Dana")
    mapping = approved_mapping(session.decisions)
    assert [(f.name, f.type.value) for f in mapping.custom_fields if f.name == "nightGuard"] == [("nightGuard", "SELECT")]
    words = [v.words for v in mapping.vocabularies if v.field == "nightGuard"]
    assert [len(one) for one in words] == [8]


def test_an_edited_label_is_a_decision_like_any_other(session: Session) -> None:
    settle_status(session)
    file = mapping_file(session)
    file.write_text(file.read_text(encoding="utf-8").replace('label = "Lab"', 'label = "Lab case"'), encoding="utf-8")
    answer = map_approve(session, "Dana")
    decided = [(d["about"], d["before"], d["after"]) for d in answer.document["decisions"]]
    assert ("label", "Lab", "Lab case") in decided
    assert [f.label for f in approved_mapping(session.decisions).custom_fields if f.name == "lab"] == ["Lab case"]


def test_codes_are_settled_one_by_one_and_then_read_as_words(session: Session) -> None:
    with pytest.raises(ApprovalMissing, match="Status"):
        map_approve(session, "Dana")
    settle_status(session)
    map_approve(session, "Dana")
    verdict = column(session, "Status").verdict
    assert verdict is not None
    assert dict(verdict.words) == {"0": "Patient", "1": "Inactive", "2": ""}
    assert not column(session, "Status").doubtful


def test_a_doubtful_column_can_be_accepted_as_it_is(session: Session) -> None:
    left = change(session, accept, "Status")["doubtful"]
    assert left == []
    assert map_approve(session, "Dana").document["doubtful"] == []


def test_decisions_need_a_name_and_are_recorded_with_the_hash_of_the_file(session: Session) -> None:
    settle_status(session)
    with pytest.raises(UsageError, match="--by NAME"):
        map_approve(session, "")
    map_approve(session, "Dana")
    recorded = session.decisions.last(Decided.MAPPING_APPROVED)
    assert recorded is not None
    assert recorded.body["by"] == "Dana"
    assert len(recorded.body["file"]) == 64
    assert recorded.body["decisions"][0]["column"] == "Status"


def test_an_edit_by_hand_counts_and_comments_and_order_survive(session: Session, extract: Path) -> None:
    file = mapping_file(session)
    text = file.read_text(encoding="utf-8")
    lab = text.index('header = "Lab"')
    text = text[:lab] + text[lab:].replace('means = "custom lab"', 'means = "-"  # Dana: the lab has its own list', 1)
    file.write_text("# looked at on Monday\n" + text, encoding="utf-8")
    settle_status(session)
    map_approve(session, "Dana")
    map_propose(session, [extract])
    after = file.read_text(encoding="utf-8")
    assert after.startswith("# looked at on Monday\n")
    assert 'means = "-"  # Dana: the lab has its own list' in after
    assert [line for line in after.splitlines() if line.startswith("header")] == [
        line for line in text.splitlines() if line.startswith("header")
    ]


def test_a_proposal_for_a_later_extract_forgets_no_decision(session: Session, extract: Path) -> None:
    settle_status(session)
    change(session, ignore, "Lab")
    map_propose(session, [extract])
    map_approve(session, "Dana")
    assert column(session, "Lab").custom is None
    assert column(session, "Status").verdict.words  # type: ignore[union-attr]


def test_a_second_approval_shows_what_it_changes(session: Session) -> None:
    settle_status(session)
    map_approve(session, "Dana")
    change(session, ignore, "Lab")
    answer = map_approve(session, "Kim")
    (said,) = answer.document["changes"]
    assert said.startswith("patient: 'Lab': custom lab")
    assert said.endswith("→ -")
    assert map_approve(session, "Kim").document["changes"] == []


def test_what_needs_a_decision_is_shown_first(session: Session) -> None:
    document = map_show(session).document
    columns = {c["header"]: c for b in document["bindings"] for c in b["columns"]}
    assert [header for header, c in columns.items() if c["doubtful"]] == ["Status"]
    assert [(c["code"], c["count"], c["word"]) for c in columns["Status"]["codes"]] == [
        ("0", 2, None),
        ("1", 3, None),
        ("2", 3, None),
    ]


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (('means = "birth_date"', 'means = "birthdate"'), "did you mean birth_date?"),
        (('means = "custom lab"', 'means = "custom two words"'), "write `custom NAME`"),
        (('means = "custom lab"', 'means = "first_name"'), "both mean first_name"),
        (('type = "TEXT"', 'type = "BLOB"'), "write one of TEXT"),
        (('order = "mdy"', 'order = "dym"'), "write one of mdy, dmy, ymd"),
        (('header = "Lab"', 'header = "Labs"'), "are not those that were proposed"),
        (("[[table]]", "[[table]"), "is no TOML"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(session: Session, edit: tuple[str, str], message: str) -> None:
    file = mapping_file(session)
    text = file.read_text(encoding="utf-8")
    assert edit[0] in text
    file.write_text(text.replace(*edit, 1), encoding="utf-8")
    with pytest.raises(MappingFileError, match=message.replace("?", r"\?")):
        map_show(session)


@pytest.mark.parametrize(
    ("table", "name", "message"),
    [("Nowhere", "Lab", "the tables: 'Roster.csv'"), ("Roster", "Labs", "there is no column 'Labs'")],
)
def test_a_table_or_column_that_is_not_there_is_refused(session: Session, table: str, name: str, message: str) -> None:
    before = mapping_file(session).read_text(encoding="utf-8")
    with pytest.raises(MappingFileError, match=message):
        map_change(session, table, name, lambda file: ignore(file, table, name))
    assert mapping_file(session).read_text(encoding="utf-8") == before


def test_a_change_that_cannot_be_read_leaves_the_file_as_it_was(session: Session) -> None:
    before = mapping_file(session).read_text(encoding="utf-8")
    with pytest.raises(MappingFileError):
        change(session, set_meaning, "Lab", "first_name")
    assert mapping_file(session).read_text(encoding="utf-8") == before


def test_what_a_person_settled_is_proposed_to_another_practice_and_no_value_travels(
    session: Session, tmp_path: Path, extract: Path
) -> None:
    settle_status(session)
    change(session, ignore, "Lab")
    change(session, set_meaning, "Joined", "modified_at")
    map_approve(session, "Dana")
    out = tmp_path / "fern.toml"
    assert map_export(session, out).document["settled"] == 3
    text = out.read_text(encoding="utf-8")
    assert not [value for value in ("Roster", "looks_like", "Night", "Inactive", "filled") if value in text]
    with opened(tmp_path / "moss", "moss") as other:
        map_propose(other, [extract], out)
        columns = {c["header"]: c for b in map_show(other).document["bindings"] for c in b["columns"]}
    assert columns["Lab"]["custom"] is None
    assert columns["Joined"]["field"] == "modified_at"
    assert columns["Joined"]["evidence"] == "settled by a person for fern"


def test_a_file_without_a_mapping_is_not_taken_over(session: Session, tmp_path: Path, extract: Path) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text('[practice]\nid = "fern"\n', encoding="utf-8")
    with pytest.raises(MappingFileError, match="holds no mapping"):
        map_propose(session, [extract], settings)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('practice = "fern"', 'practice = "moss"', "is of practice 'moss'"),
        ("[[table]]", "[table]", "[[table]]"),
        ("[[table.column]]", "column = 'Birthdate'\n[[table.rest]]", "[[table.column]]"),
        ('means = "birth_date"', 'means = "birth_date"\ncodes = "none"', "'Date of Birth': codes: write it as in"),
        ('means = "birth_date"', 'means = ["birth_date"]', "'Date of Birth': means: write it as in"),
        ('means = "birth_date"', 'means = "birth_date"\nsettled = "yes"', "settled = true"),
        ('means = "birth_date"', 'means = "birth_date"\nmeans = "birth_date"', "twice"),
        ('kind = "patient"', 'kind = "claim"', 'write kind = "patient" again'),
        ("[[table]]", "[[table]]\n[[table.column]]\nheader = 'Patient ID'\n[[table]]", "have the same columns"),
        ('means = "birth_date"', 'means = "custom größe"', "with a name such as labCaseDue"),
    ],
)
def test_a_line_of_another_shape_is_refused_with_what_to_write(session: Session, before: str, after: str, message: str) -> None:
    file = mapping_file(session)
    text = file.read_text(encoding="utf-8")
    assert before in text
    every_heading = before == "[[table.column]]"
    file.write_text(text.replace(before, after) if every_heading else text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(MappingFileError, match=re.escape(message)):
        map_show(session)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# The mapping", "\ufeff# The mapping"),
        ("\n", "\r\n"),
        ('means = "birth_date"\n', ""),
        ('means = "birth_date"', 'means = """\nbirth_date\n"""'),
    ],
    ids=["mark of UTF-8", "ends of lines", "line removed", "text of several lines"],
)
def test_an_edit_that_leaves_the_meaning_decides_nothing(session: Session, before: str, after: str) -> None:
    file = mapping_file(session)
    text = file.read_bytes().decode()
    assert before in text
    file.write_bytes(text.replace(before, after).encode())
    answer = map_show(session)
    assert "Decided" not in "".join(map(str, answer.text))
    (table,) = answer.document["bindings"]
    assert next(c["field"] for c in table["columns"] if c["header"] == "Date of Birth") == "birth_date"


def test_a_second_approval_of_a_column_left_out_decides_nothing(session: Session) -> None:
    settle_status(session)
    assert 'means = "birth_date"\norder = "mdy"' in mapping_file(session).read_text(encoding="utf-8")
    change(session, ignore, "Date of Birth")
    first = map_approve(session, "Dana").document
    again = map_approve(session, "Dana").document
    assert (again["version"], again["decisions"]) == (first["version"], [])


def test_the_mapping_can_be_edited_after_a_sync_that_found_a_renamed_column(session: Session, extract: Path) -> None:
    """Both headers mean one field then: a person has doubled nothing. A simulated practice could not edit any more."""
    (extract / "Roster.csv").write_text(PATIENTS.replace("Date of Birth", "Birth Date"), encoding="utf-8")
    map_propose(session, [extract])  # as a sync extends it
    assert {c.field for c in approvable(session) if c.header in ("Date of Birth", "Birth Date")} == {"birth_date"}
    assert change(session, make_custom, "Lab", "labNote", "TEXT")["means"] == "custom labNote"
    with pytest.raises(MappingFileError, match="mean birth_date"):
        change(session, set_meaning, "Lab", "birth_date")


def approvable(session: Session) -> tuple[ColumnBinding, ...]:
    """Return the columns of the mapping that waits for approval."""
    (table,) = draft(session).mapping.tables
    return table.columns
