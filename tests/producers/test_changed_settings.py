"""A corrected setting is carried by the next sync of the same extract, and the run says how many records change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from events.decisions import Decided, Decisions
from events.vocabulary.entities import Entity
from producers.changes.produced import ReadAgain
from producers.state import row_settings
from producers.state.row_settings import READ_UNDER
from tests.producers.desk import PRACTICE, Desk, Rows, patients, visit

VISITS = [visit(1), visit(2, Start_Time="")]
UNDECIDABLE = [f"0{1 + n % 9}/0{1 + (n + 2) % 9}/1980" for n in range(6)]


def born(*dates: str) -> Rows:
    return [{**row, "Date of Birth": day} for row, day in zip(patients(len(dates)), dates, strict=True)]


def balances(*amounts: str) -> Rows:
    return [
        {"Billing ID": f"B{n}", "Patient ID": f"P{n}", "Outstanding Balance": amount, "Payment Plan Status": "Active"}
        for n, amount in enumerate(amounts, 1)
    ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def corrected(desk: Desk, files: dict[str, Rows], **setting: Any) -> ReadAgain | None:
    """Read the files, correct a setting, and read them again."""
    desk.produce(**files)
    desk.practice = replace(PRACTICE, **setting)
    return desk.produce(**files).read_again


def test_the_same_extract_under_the_same_settings_is_not_read_again(desk: Desk) -> None:
    assert corrected(desk, {"patients": patients(3)}) is None


def test_another_time_zone_moves_the_times(desk: Desk) -> None:
    again = corrected(desk, {"patients": patients(2), "visits": VISITS}, zone=ZoneInfo("America/New_York"))
    assert again == ReadAgain(settings=("time zone",), records=4, changed=2)
    assert desk.records(Entity.APPOINTMENT)["V1"].values["starts_at"] == datetime(2026, 6, 2, 13, 30, tzinfo=UTC)


def test_another_order_of_dates_is_that_of_columns_that_prove_none(desk: Desk) -> None:
    again = corrected(desk, {"patients": born(*UNDECIDABLE)}, date_order="dmy")
    assert again == ReadAgain(settings=("date order",), records=6, changed=6)
    assert desk.records(Entity.PATIENT)["P1"].values["birth_date"] == date(1980, 3, 1)


def test_another_order_of_dates_changes_no_column_that_proves_its_own(desk: Desk) -> None:
    again = corrected(desk, {"patients": patients(30)}, date_order="dmy")
    assert again == ReadAgain(settings=("date order",), records=30, changed=0)


def test_another_currency_changes_the_records_with_amounts(desk: Desk) -> None:
    files = {"patients": patients(3), "balances": balances("12.50", "", "3.00")}
    again = corrected(desk, files, currency="CAD")
    assert again == ReadAgain(settings=("currency",), records=6, changed=2)
    assert [revision for _, revision, _ in desk.history(Entity.BILLING, "B1")] == [1, 2]
    assert [revision for _, revision, _ in desk.history(Entity.BILLING, "B2")] == [1]
    assert desk.produce(**files).read_again is None


def test_a_corrected_mapping_is_named(desk: Desk) -> None:
    desk.produce(patients=patients(2))
    assert desk.mapping is not None
    (table,) = desk.mapping.tables
    columns = tuple(replace(c, field=None, ignored="left out") if c.header == "Email" else c for c in table.columns)
    desk.mapping = replace(desk.mapping, tables=(replace(table, columns=columns),))
    again = desk.produce(patients=patients(2)).read_again
    assert again is not None
    assert (again.settings, again.records) == (("mapping",), 2)


def test_a_correction_waits_for_the_extract_that_holds_the_table(desk: Desk) -> None:
    desk.produce(patients=patients(2), visits=VISITS)
    desk.practice = replace(PRACTICE, zone=ZoneInfo("America/New_York"))
    desk.produce(day=1, scope="partial", patients=patients(2))
    again = desk.produce(day=2, scope="partial", visits=VISITS).read_again
    assert again == ReadAgain(settings=("time zone",), records=2, changed=2)


def test_a_project_of_an_earlier_version_is_read_again_and_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr("producers.state.fingerprints.digest_of", lambda _settings: b"")
        record = Decisions.record

        def unnamed(self: Decisions, kind: Decided, body: dict[str, Any], **about: Any) -> object:
            return record(self, kind, {name: value for name, value in body.items() if name != READ_UNDER}, **about)

        earlier.setattr(Decisions, "record", unnamed)
        desk.produce(patients=patients(3))
    again = desk.produce(patients=patients(3)).read_again
    assert again == ReadAgain(settings=(row_settings.EARLIER_VERSION,), records=3, changed=0)
