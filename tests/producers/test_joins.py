"""Joins between tables: links say what a table's rows are and which column is their identity."""

from __future__ import annotations

from pathlib import Path

from events.vocabulary.mapping import TableKind
from producers.binding.joins import Looked, pointed_at
from producers.binding.proposal import propose
from producers.kinds.profile import profiles_of
from tests.producers.office import OFFICE, extract_of, tables, with_column


def meanings(folder: Path, data: dict[str, tuple[list[str], list[list[str]]]], name: str) -> dict[str, str | None]:
    proposal = propose(extract_of(folder, data), OFFICE)
    bound = proposal.bound[list(data).index(name)].binding
    return {c.header: c.field for c in bound.columns}


def test_links_decide_between_two_unique_columns_and_the_header_only_after_them(tmp_path: Path) -> None:
    data = tables() | with_column("patients", "Patient Number", lambda n: str(9000 + n))
    found = meanings(tmp_path / "x", data, "patients")
    assert (found["Client Key"], found["Patient Number"]) == ("native_id", None)


def test_a_link_names_the_kind_and_the_identity_of_the_table_that_it_points_to() -> None:
    people = [[f"K{n}", f"{n}"] for n in range(20)]
    visits = [[str(100 + n), f"K{n % 20}"] for n in range(40)]
    looked = [
        Looked(headers, profiles_of(rows, 2)) for headers, rows in ((["Xq", "Row"], people), (["Visit", "Patient ID"], visits))
    ]
    assert [(p.kind, p.index, p.links) for p in pointed_at(looked)[0]] == [(TableKind.PATIENT, 0, 1)]
    assert pointed_at(looked)[1] == ()


def test_a_column_that_repeats_is_no_identity(tmp_path: Path) -> None:
    data = tables()
    headers, rows = data["patients"]
    doubled = [[rows[n // 3][0], *row[1:]] for n, row in enumerate(rows)]
    found = meanings(tmp_path / "x", data | {"patients": (headers, doubled)}, "patients")
    assert found["Client Key"] != "native_id"
