"""A practice whose program calls everything otherwise: its columns are understood, and none is taken for what it is not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cutover.demo_practice import write_practice
from events.vocabulary.mapping import ColumnBinding, TableKind
from producers.binding.guessing.guess import CONFIDENT
from producers.binding.proposal import Proposal, propose
from producers.sources.extract import open_extract
from tests.producers.office import OFFICE, TAKEN
from tests.producers.vocabularies import KINDS, MEANINGS, VOCABULARIES, relabelled, with_columns


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_practice(tmp_path_factory.mktemp("practice"), seed=11, patients=60, days=1).extracts[0]


@pytest.fixture(scope="module")
def proposals(first_day: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Proposal]:
    root = tmp_path_factory.mktemp("vocabularies")
    return {name: proposed(relabelled(first_day, root / name, name)) for name in VOCABULARIES}


def proposed(folder: Path) -> Proposal:
    return propose(open_extract(folder, scope="full", taken_at=TAKEN, now=TAKEN, practice=OFFICE), OFFICE)


def said(column: ColumnBinding) -> str:
    return column.field or ("+" if column.custom is not None else "-")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
@pytest.mark.parametrize("kind", MEANINGS)
def test_every_column_means_what_it_meant_under_its_other_name(
    proposals: Mapping[str, Proposal], vocabulary: str, kind: TableKind
) -> None:
    bound = proposals[vocabulary].bound[list(KINDS.values()).index(kind)].binding
    assert bound.kind is kind
    assert [said(column) for column in bound.columns] == MEANINGS[kind].split()


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_no_column_is_left_in_doubt(proposals: Mapping[str, Proposal], vocabulary: str) -> None:
    columns = [c for b in proposals[vocabulary].bound for c in b.binding.columns if c.field is not None]
    assert [c.header for c in columns if c.confidence < CONFIDENT] == []


_PHONES = ["(303) 555-0190", "(303) 555-0191"]
_DAYS = ["05/01/2025", "06/02/2025", "07/03/2025"]
_TIMES = ["05/01/2025 10:15 AM", "06/02/2025 11:30 AM", "07/03/2025 02:45 PM"]
_MONEY = ["$12.50", "$80.00", "$7.25"]
_NAMES = ["Ann Bell", "Bob Stone", "Cleo Hart"]
_WORDS = ["Red", "Green", "Blue"]
_CODES = ["HAL", "OYE", "KIM"]
_NOT_MEANT: Mapping[TableKind, Mapping[str, list[str]]] = {
    TableKind.PATIENT: {
        "Emergency Contact Phone": _PHONES,
        "Pharmacy Phone": _PHONES,
        "Fax": _PHONES,
        "Last Visit": _DAYS,
        "First Visit Date": _DAYS,
        "Next Appt": _TIMES,
        "Status Date": _DAYS,
        "Referral Date": _DAYS,
        "Insurance Balance": _MONEY,
        "Secondary Carrier": ["Aetna", "Cigna"],
        "Medical Insurance": ["Aetna", "Cigna"],
        "Preferred Hygienist": _CODES,
        "Referring Dentist": _CODES,
        "Entered By": _NAMES,
        "Modified By": _NAMES,
        "Insurance Status": _WORDS,
        "Subscriber ID": ["71234", "71235", "71236"],
        "Text Consent": ["Y", "N"],
        "Work Address": ["12 Elm St", "14 Elm St"],
    },
    TableKind.APPOINTMENT: {
        "End Time": _TIMES,
        "Appt End": _TIMES,
        "Arrival Time": _TIMES,
        "Reminder Sent": _TIMES,
        "Hygienist": _CODES,
        "Booked By": _NAMES,
        "Cancellation Reason": _WORDS,
        "Lab Status": _WORDS,
        "Production": _MONEY,
    },
    TableKind.TREATMENT_PLAN: {
        "Insurance Estimate": _MONEY,
        "Ins Est": _MONEY,
        "Patient Portion": _MONEY,
        "Discount Amt": _MONEY,
        "Ins Paid": _MONEY,
        "Signed On": _TIMES,
    },
    TableKind.BILLING: {"Last Pmt Amt": _MONEY, "Over 60": _MONEY, "Insurance Pending": _MONEY, "Next Due": _DAYS},
    TableKind.NOTE: {"Edited By": _NAMES, "Edited On": _TIMES, "Signature": _NAMES},
    TableKind.CLAIM: {
        "Date Sent": _DAYS,
        "Date Paid": _DAYS,
        "Created On": _TIMES,
        "Deductible": _MONEY,
        "Check Amount": _MONEY,
        "Check Number": ["7001", "7002"],
        "Secondary Carrier": ["Aetna", "Cigna"],
    },
    TableKind.COMMUNICATION: {"Opened At": _TIMES, "Clicked": ["Y", "N"], "Sent By": _NAMES, "Direction": _WORDS},
    TableKind.DOCUMENT: {"Uploaded By": _NAMES, "Modified On": _TIMES, "Pages": ["1", "2", "3"]},
}


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_a_column_that_only_sounds_like_another_takes_nobodys_place(first_day: Path, tmp_path: Path, vocabulary: str) -> None:
    folder = relabelled(first_day, tmp_path / "x", vocabulary)
    for number, kind in enumerate(KINDS.values()):
        with_columns(folder, number, _NOT_MEANT.get(kind, {}))
    for kind, bound in zip(KINDS.values(), proposed(folder).bound, strict=True):
        known = MEANINGS[kind].split()
        assert [said(column) for column in bound.binding.columns][: len(known)] == known
        assert [c.header for c in bound.binding.columns[len(known) :] if c.field is not None] == []
