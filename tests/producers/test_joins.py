"""Joins between tables: links say what a table's rows are and which column is their identity."""

from __future__ import annotations

from pathlib import Path

from events.vocabulary.mapping import CERTAIN, TableKind
from producers.binding.guessing.joins import Looked, pointed_at
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


def test_links_of_one_name_outdo_a_vague_header_of_another_unique_column(tmp_path: Path) -> None:
    named = {"Client Key": "dossier_no"}
    data = {name: ([named.get(h, h) for h in headers], rows) for name, (headers, rows) in tables().items()}
    headers, rows = data["patients"]
    people = ([*headers, "Chart"], [[*row, f"F{100 + n}"] for n, row in enumerate(rows)])
    at = data["contacts"][0].index("dossier_no")
    contacts = [[*row[:at], f"F{100 + n // 2}", *row[at + 1 :]] for n, row in enumerate(data["contacts"][1])]
    data |= {"patients": people, "contacts": (data["contacts"][0], contacts)}
    found = meanings(tmp_path / "x", data, "patients")
    assert (found["dossier_no"], found["Chart"]) == ("native_id", None)


def test_a_table_that_links_call_something_else_is_in_doubt(tmp_path: Path) -> None:
    """Rows that look like visits, to which the lines of treatment plans belong, are no visits."""
    data = tables()
    del data["visits"]
    keys = [row[0] for row in data["proposals"][1]]
    headers = ["id", "Client Key", "start_date", "Clinician", "Purpose", "Chair Time"]
    rows = [[key, f"F{100 + n}", "05/18/2026", "Dr. Orla Finch", "Exam", "30"] for n, key in enumerate(keys)]
    proposal = propose(extract_of(tmp_path / "x", data | {"proposals": (headers, rows)}), OFFICE)
    [found] = [b.binding for b in proposal.bound if "start_date" in b.table.headers]
    assert found.confidence < CERTAIN
    assert any(f.code == "doubtful_table" and "treatment-plan" in f.text for f in proposal.findings)


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


def namesakes(header: str, values: list[str]) -> list[tuple[object, int, int]]:
    """Return what points to the first column of a table of 20 rows, where another table has a column of its name."""
    own = [[value, f"Row {n}"] for n, value in enumerate(values)]
    rows = [[str(100 + n), values[n % 20]] for n in range(40)]
    looked = [Looked([header, "Words"], profiles_of(own, 2)), Looked(["Xq", header], profiles_of(rows, 2))]
    return [(p.kind, p.index, p.links) for p in pointed_at(looked)[0]]


def test_a_unique_column_to_which_its_namesakes_link_is_an_identity_whatever_its_header_says() -> None:
    assert namesakes("demographic_no", [str(4711 + n) for n in range(20)]) == [(None, 0, 1)]


def test_phone_numbers_of_one_name_are_no_links() -> None:
    assert namesakes("phone_no", [f"503555{100 + n:04d}" for n in range(20)]) == []


def test_one_stray_link_does_not_outdo_the_rest_of_a_table(tmp_path: Path) -> None:
    """Ids of patients may lie among other numbers by chance."""
    data = tables() | with_column("visits", "Sync Mark", lambda n: f"K{n}")
    assert meanings(tmp_path / "x", data, "visits")["Sync Mark"] is None
