"""The extracts of docs/tutorial.md: a part of the sample practice Riverside, with the troubles that the tutorial settles.

    python -m tests.acceptance.tutorial.practice FOLDER

writes three deliveries into FOLDER. All people in them are invented.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

RIVERSIDE = Path(__file__).parents[1] / "extracts/riverside"
PATIENTS = frozenset(map(str, (*range(2030, 2060), 2087, 2116, 2176, 2491)))
"""The patients of the tutorial; rows of other tables are those of these patients."""
Table = list[list[str]]
Change = Callable[[Table], None]

DOUBLED = "2043"
"""The id under which a second person stands."""

GOALS = """Month,Provider ID,Production Goal,New Patients Goal,Reached
2026-08,1003,"$42,000.00",18,Yes
2026-08,1004,"$38,000.00",15,No
2026-09,1003,"$42,000.00",18,No
2026-09,1004,"$38,500.00",15,Yes
2026-10,1003,"$43,500.00",20,Yes
2026-10,1004,"$39,000.00",16,Yes
"""
MANIFEST = 'practice = "riverside"\ntaken_at = "2026-11-17T21:10:00-05:00"\nscope = "partial"\n'


def write_extracts(folder: Path) -> None:
    """Write the deliveries of the tutorial: the first day, a mistaken one, and the second day."""
    _write_day(folder / "2026-11-16", "day-1", [_mislead, _add_namesake])
    _write_mistaken(folder / "2026-11-17")
    _write_day(folder / "2026-11-18", "day-2", [_mislead, _add_namesake])


def _mislead(patients: Table) -> None:
    """Head the column of the consents with a word that means something else."""
    header = patients[0]
    header[header.index("Hipaa Consent Date")] = "Registration Date"
    header[header.index("Created On")] = "Since"


def _add_namesake(patients: Table) -> None:
    """Add a second person under an id."""
    header = patients[0]
    [first] = [row for row in patients if _cell(header, row, "Patient ID") == DOUBLED]
    other = list(first)
    birth = "DOB" if "DOB" in header else "Date of Birth"
    their = {"Patient Name": "Marsh, Odile", birth: "03/02/1988", "Email": "odile.marsh@mail.example", "Address": "9 Quarry Ln"}
    for column, value in their.items():
        other[header.index(column)] = value
    patients.append(other)


def _write_day(folder: Path, day: str, changes: Sequence[Change]) -> None:
    folder.mkdir(parents=True)
    shutil.copy2(RIVERSIDE / day / "manifest.toml", folder)
    for file in sorted((RIVERSIDE / day).glob("*.csv")):
        table, encoding, delimiter = _read(file)
        header = table[0]
        if "Patient ID" in header:
            table[1:] = [row for row in table[1:] if _cell(header, row, "Patient ID") in PATIENTS]
        if file.name.startswith("Patient List"):
            for change in changes:
                change(table)
        for path in _documents(table):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(RIVERSIDE / day / path, folder / path)
        if len(table) > 1:
            _write(folder / file.name, table, encoding, delimiter)
    goals = GOALS if day == "day-1" else GOALS.replace("$43,500.00", "$45,000.00")
    (folder / f"Goals {file.stem[-10:]}.csv").write_text(goals, encoding="utf-8")


def _documents(table: Table) -> list[str]:
    """Return the paths of the documents that an index lists."""
    return [row[table[0].index("File Path")] for row in table[1:]] if "File Path" in table[0] else []


def _write_mistaken(folder: Path) -> None:
    """Write patients as another office's test system has them."""
    table, encoding, delimiter = _read(next((RIVERSIDE / "day-1").glob("Patient List*.csv")))
    header = table[0]
    table[1:] = [row for row in table[1:] if _cell(header, row, "Patient ID") in {"2031", "2101", "2103"}]
    for row in table[1:]:
        row[header.index("City")] = "Testville"
    _mislead(table)
    folder.mkdir()
    (folder / "manifest.toml").write_text(
        MANIFEST.format(taken_at="2026-11-17T21:10:00-05:00", scope="partial"), encoding="utf-8"
    )
    _write(folder / "Patient List 11-17-2026.csv", table, encoding, delimiter)


def _read(file: Path) -> tuple[Table, str, str]:
    """Return a file's header and rows, without the lines above them; and its encoding and delimiter."""
    content = file.read_bytes()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = content.decode(encoding)
    lines = text.splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if any(word in line for word in ("Patient ID", "Provider ID", "Rule Name")))
    delimiter = max(",;\t", key=lines[first].count)
    return list(csv.reader(io.StringIO("".join(lines[first:])), delimiter=delimiter)), encoding, delimiter


def _write(file: Path, table: Table, encoding: str, delimiter: str) -> None:
    with file.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream, delimiter=delimiter).writerows(table)


def _cell(header: list[str], row: list[str], column: str) -> str:
    position = header.index(column)
    return row[position].strip('="') if position < len(row) else ""


if __name__ == "__main__":
    write_extracts(Path(sys.argv[1]))
