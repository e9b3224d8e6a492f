"""Evidence of a table's cells and other columns about a column whose header says too little, or too much."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from events.vocabulary.mapping import CERTAIN, TableKind
from producers.binding.guessing.binding import bind_as
from producers.binding.guessing.header_scores import named_as_id, named_as_own_id
from producers.binding.guessing.table_kinds import guess
from producers.kinds.cells import MINUTES, MONEY, PATIENT_STATUS, PROVIDER, TEXT
from producers.kinds.profile import KnownIds, profile_of, profiles_of
from producers.vocabulary.cell_shapes import features

PATIENTS = frozenset(str(4711 + n) for n in range(30))
DAYS = [f"2026-07-{n + 1:02d}" for n in range(20)]


def columns(**named: Sequence[str]) -> tuple[list[str], list[tuple[str, ...]]]:
    return list(named), list(zip(*named.values(), strict=True))


def meanings(kind: TableKind, known: KnownIds = KnownIds(), **named: Sequence[str]) -> dict[str, tuple[str, float]]:  # noqa: B008
    headers, rows = columns(**named)
    found = bind_as(kind, headers, profiles_of(rows, len(headers)), known)
    return {headers[b.index]: (b.column.name, b.confidence) for b in found.bound}


def kind_of(**named: Sequence[str]) -> TableKind:
    headers, rows = columns(**named)
    return guess(headers, profiles_of(rows, len(headers)), KnownIds(patients=PATIENTS)).kind


@pytest.mark.parametrize("cell", ["120.00", "2016-06-28T21:33:26.000Z", "ada@post.example", "0.5"])
def test_amounts_moments_and_addresses_are_no_files(cell: str) -> None:
    assert not features(cell) & {"file"}


@pytest.mark.parametrize("cell", ["consent-900.pdf", "scan 12.7z", "voice.mp3"])
def test_files_have_an_ending_with_a_letter(cell: str) -> None:
    assert "file" in features(cell)


@pytest.mark.parametrize(("cells", "least"), [(["30", "45", "60"], 1.0), (["1800", "3600"], 0.0), (["0", "1"], 0.0)])
def test_minutes_are_as_long_as_visits(cells: list[str], least: float) -> None:
    assert MINUTES.fit(profile_of(cells), KnownIds()) == least


def test_a_flag_is_no_amount() -> None:
    assert MONEY.fit(profile_of(["0", "1", "1"]), KnownIds()) < 0.15
    assert MONEY.fit(profile_of(["0.00", "1.00", "12.50"]), KnownIds()) == 1.0


def test_a_marital_status_is_no_status_of_a_patient() -> None:
    assert PATIENT_STATUS.fit(profile_of(["married", "single", "widowed"]), KnownIds()) == 0.0
    assert PATIENT_STATUS.fit(profile_of(["active", "inactive"]), KnownIds()) == 1.0


def test_ids_of_patients_are_no_ids_of_providers() -> None:
    known = KnownIds(patients=PATIENTS, providers=frozenset({"21", "22"}))
    assert PROVIDER.fit(profile_of(sorted(PATIENTS)), known) == 0.0
    assert PROVIDER.fit(profile_of(["21", "22", "21", "22", "21"]), known) == 1.0


def test_sentences_are_a_text_whatever_their_header_says() -> None:
    assert TEXT.unnamed_fit(profile_of(["Called, left a message about the visit"] * 9), KnownIds()) == 1.0
    assert TEXT.unnamed_fit(profile_of(["Recall", "Exam"] * 5), KnownIds()) < 0.5


def test_the_day_beside_a_time_is_the_start_not_the_moment_of_booking() -> None:
    found = meanings(
        TableKind.APPOINTMENT,
        booking_time=[f"{day} 10:20:00" for day in DAYS],
        eventDate=DAYS,
        startTime=["09:30:00", "14:10:00"] * 10,
    )
    assert (found["eventDate"][0], found["startTime"][0]) == ("starts_at", "start_time")


def test_a_blank_column_is_bound_by_a_clear_header_only() -> None:
    named = {"inchair_time": [""] * 20, "length": [""] * 20}
    assert list(meanings(TableKind.APPOINTMENT, KnownIds(), **named)) == ["length"]


def test_a_plan_without_procedures_has_no_columns_of_lines() -> None:
    found = meanings(
        TableKind.TREATMENT_PLAN,
        treatment_plan_id=[str(551 + n) for n in range(20)],
        description=["Phase 1", "Implant"] * 10,
        status=["Active", "Proposed"] * 10,
    )
    assert {name for name, _ in found.values()} == {"native_id", "name", "status"}


def test_a_ledger_is_no_table_of_plans() -> None:
    kind = kind_of(
        tran_num=[str(70001 + n) for n in range(20)],
        tran_date=DAYS,
        patient_id=sorted(PATIENTS)[:20],
        amount=["120.00", "60.50"] * 10,
        surface=["MO", "B"] * 10,
        fee=["210.00", "80.25"] * 10,
        description=["resin two surf post", "crown"] * 10,
        status=["A", "D"] * 10,
    )
    assert kind is TableKind.UNKNOWN


def test_a_log_of_messages_may_know_only_when_its_rows_were_created() -> None:
    found = meanings(
        TableKind.COMMUNICATION,
        id=[str(n) for n in range(20)],
        type=["Email", "SMS"] * 10,
        created_at=[f"{day} 10:20:00" for day in DAYS],
    )
    assert found["created_at"][0] == "delivered_at"


def test_an_id_of_the_tables_own_rows_is_told_by_its_last_words() -> None:
    assert named_as_own_id(TableKind.NOTE, "ProcNoteNum")
    assert not named_as_own_id(TableKind.PATIENT, "Patient Phone Number")
    assert not named_as_own_id(TableKind.NOTE, "procedure_id")
    assert named_as_id("eid")
    assert not named_as_id("paid")


@pytest.mark.parametrize("header", ["x1", "Phone"])
def test_four_addresses_make_a_column_of_addresses_in_a_file_of_four_rows(header: str) -> None:
    addresses = ["ada@post.example", "bo@post.example", "cy@post.example", "di@post.example"]
    assert meanings(TableKind.PATIENT, KnownIds(), **{header: addresses})[header][0] == "email"


def test_a_communication_without_a_type_makes_the_table_doubtful() -> None:
    named = {
        "id": [str(n) for n in range(20)],
        "patient_id": [str(4711 + n % 9) for n in range(20)],
        "channel": ["SMS", "Email"] * 10,
        "sent_at": [f"{day} 10:20:00" for day in DAYS],
        "status": ["sent", "delivered"] * 10,
    }
    headers, rows = columns(**named)
    found = guess(headers, profiles_of(rows, len(headers)), KnownIds())
    assert (found.kind, found.confidence < CERTAIN) == (TableKind.COMMUNICATION, True)
    assert "no column gives the type of the message" in found.evidence


@pytest.mark.parametrize(
    ("header", "meaning"),
    [("patient.name.first", "first_name"), ("sFirstName", "first_name"), ("fst_nm", "first_name"), ("lst_nm", "last_name")],
)
def test_paths_prefixes_and_short_forms_are_names(header: str, meaning: str) -> None:
    found = meanings(TableKind.PATIENT, KnownIds(), **{header: ["Ada", "Bo"] * 10})
    assert found[header][0] == meaning
    assert found[header][1] >= CERTAIN
