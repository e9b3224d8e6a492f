"""The benchmarks' tables of any length."""

import csv
import tracemalloc

import pytest

from benchmarks.appointment_rows import write_appointments, write_patients


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_it_has_so_many_rows_of_patients_who_are_in_the_other_table(tmp_path):
    write_appointments(tmp_path / "a.csv", 5_000, patients=300)
    write_patients(tmp_path / "p.csv", 300)
    rows, patients = read(tmp_path / "a.csv"), {row["Pt #"]: row for row in read(tmp_path / "p.csv")}
    assert (len(rows), len(patients)) == (5_000, 300)
    for row in rows:
        patient = patients[row["Pt #"]]
        assert row["Pt Name"] == f"{patient['Pt Last']}, {patient['Pt First']}"
    assert all(patient["Guarantor Acct"] in patients for patient in patients.values())


def test_the_same_seed_gives_the_same_rows_and_a_longer_table_begins_with_them(tmp_path):
    write_appointments(tmp_path / "a.csv", 1_000, patients=50, seed=4)
    write_appointments(tmp_path / "b.csv", 2_000, patients=50, seed=4)
    assert read(tmp_path / "b.csv")[:1_000] == read(tmp_path / "a.csv")


def test_a_later_table_differs_by_the_share_asked_for_in_the_status_only(tmp_path):
    write_appointments(tmp_path / "a.csv", 10_000, patients=50)
    write_appointments(tmp_path / "b.csv", 10_000, patients=50, changed=0.1)
    pairs = [(a, b) for a, b in zip(read(tmp_path / "a.csv"), read(tmp_path / "b.csv"), strict=True) if a != b]
    assert len(pairs) == pytest.approx(1_000, rel=0.15)
    assert all(a | {"Disposition": ""} == b | {"Disposition": ""} for a, b in pairs)


@pytest.mark.integration
def test_memory_does_not_grow_with_the_rows(tmp_path):
    tracemalloc.start()
    write_appointments(tmp_path / "a.csv", 60_000, patients=1_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000
