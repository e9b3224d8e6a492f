"""Sensitive columns are left out, named, and counted apart; bare digits are no proof; the operator may carry one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType
from producers.binding.findings import Finding
from producers.binding.objects.identifying import identity_of
from producers.binding.proposal import propose
from producers.kinds.cell_fates import SENSITIVE, UNWANTED
from producers.kinds.profile import profile_of, profiles_of
from producers.kinds.sensitive import sensitive
from tests.producers.desk import PRACTICE, Desk, Row, patients

SSNS = [f"{123 + n}-45-{6780 + n}" for n in range(12)]
NINE_DIGITS = [f"12345678{n}" for n in range(9)]
CARDS = ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009", "4012888888881881"]
IBANS = ["DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "FR1420041010050500013M02606"]


@pytest.mark.parametrize(
    ("header", "because"),
    [
        *[
            (name, "sensitive: social security numbers")
            for name in ("SSN", "Pat_SSN", "Social Security #", "SocSecNo", "ss_num")
        ],
        *[(name, "sensitive: tax ids") for name in ("Tax ID", "TIN", "EIN", "TaxId")],
        *[(name, "sensitive: card numbers") for name in ("Credit Card No", "CCNumber", "CC Num", "CVV")],
        *[(name, "sensitive: bank numbers") for name in ("Bank Account", "Routing Number", "IBAN")],
        *[(name, "sensitive: passwords") for name in ("Password", "Portal Pwd", "WebPassword")],
    ],
)
def test_a_header_says_it(header: str, because: str) -> None:
    assert sensitive(header, profile_of([])) == because


@pytest.mark.parametrize(
    "header", ["Session", "Assn", "Insurance Card Number", "Member Card No", "Bank Holiday", "Pinned", "Account", "Tax", "Card"]
)
def test_words_that_only_sound_like_it_say_nothing(header: str) -> None:
    assert sensitive(header, profile_of(["a", "b", "c", "d"])) is None


@pytest.mark.parametrize(("cells", "what"), [(SSNS, "social security"), (CARDS, "card"), (IBANS, "bank")])
def test_the_shape_of_nearly_every_cell_says_it(cells: list[str], what: str) -> None:
    because = sensitive("Field 7", profile_of(cells))
    assert because is not None
    assert what in because


@pytest.mark.parametrize(
    "cells",
    [
        NINE_DIGITS,
        ["4111 1111 1111 1112", "4111 1111 1111 1113", "4111 1111 1111 1114"],
        [*SSNS[:6], "a", "b", "c"],
        ["555-01-0100"],
        ["000-12-3456", "666-12-3456", "912-34-5678"],
    ],
    ids=["nine bare digits", "no check digit of a card", "some cells alone", "too few", "no such numbers are given"],
)
def test_what_may_be_something_else_is_not_taken_for_it(cells: list[str]) -> None:
    assert sensitive("Field 7", profile_of(cells)) is None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def with_ssn(count: int) -> list[Row]:
    return [
        {**row, "SSN": ssn, "Shoe Size": str(36 + n)} for n, (row, ssn) in enumerate(zip(patients(count), SSNS, strict=True))
    ]


def named(findings: tuple[Finding, ...] | list[Finding]) -> list[tuple[str, str | None, bool]]:
    return [(f.code, f.column, f.notice) for f in findings if f.code == "sensitive_column"]


def test_it_is_in_no_record_and_counted_apart_from_what_the_mapping_leaves_out(desk: Desk) -> None:
    extract = desk.extract(patients=with_ssn(12))
    desk.mapping = without_column(propose(extract, PRACTICE).mapping, "Shoe Size")
    produced = desk.produce(extract)
    held = desk.records(Entity.PATIENT).values()
    assert len(held) == 12
    assert not any(ssn in str(record) for ssn in SSNS for record in held)
    (page,) = produced.books
    cells = dict(zip((c.header for c in page.columns), map(dict, page.fates.counts()), strict=True))
    assert (cells["SSN"], cells["Shoe Size"]) == ({SENSITIVE: 12}, {UNWANTED: 12})


def without_column(mapping: ColumnMapping, header: str, **instead: str | None) -> ColumnMapping:
    """Return a mapping in which an operator left a column out, or gave it another meaning."""
    (table,) = mapping.tables
    said = {"field": None, "custom": None, "ignored": None if instead else "left out: decided by a person", **instead}
    columns = tuple(replace(c, **said) if c.header == header else c for c in table.columns)  # type: ignore[arg-type]
    return replace(mapping, tables=(replace(table, columns=columns),))


def test_it_is_named_by_the_proposal_and_by_the_first_delivery_that_has_it(desk: Desk) -> None:
    first = propose(desk.extract(patients=with_ssn(12)), PRACTICE)
    assert named(first.findings) == [("sensitive_column", "SSN", True)]
    desk.produce(patients=patients(12))
    assert named(desk.produce(day=1, patients=with_ssn(12)).findings) == [("sensitive_column", "SSN", True)]
    assert named(desk.produce(day=2, patients=with_ssn(12)).findings) == []


def test_the_operator_may_carry_it(desk: Desk) -> None:
    extract = desk.extract(patients=with_ssn(12))
    mapping = propose(extract, PRACTICE).mapping
    own = CustomField(entity=Entity.PATIENT, name="ssn", label="SSN", type=FieldType.TEXT)
    mapping = replace(mapping, custom_fields=(*mapping.custom_fields, own))
    desk.mapping = without_column(mapping, "SSN", custom="ssn")
    desk.produce(extract)
    assert desk.records(Entity.PATIENT)["P1"].custom["ssn"] == SSNS[0]


def test_it_tells_no_rows_of_an_unknown_table_apart() -> None:
    rows = [[ssn, f"Gown {n}"] for n, ssn in enumerate(SSNS)]
    headers = ["SSN", "Item"]
    identity = identity_of(headers, profiles_of(rows, 2), rows, [])
    assert identity is not None
    assert set(identity.key) == {1}
