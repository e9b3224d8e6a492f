import csv
import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from cutover.demo_practice import write_practice

ENCODINGS = {"Pt Roster": "cp1252", "Appt Book": "utf-16", "Chart Notes": "utf-8-sig"}
DELIMITERS = {"Pt Roster": ";", "Appt Book": "\t", "Ins Claims": "\t"}
ABOVE_THE_HEADER = {"Contact Log": 4}


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the records of one table, as a reader who knows its format finds them; a total line is not one."""
    (path,) = folder.glob(f"{name} *")
    text = path.read_bytes().decode(ENCODINGS.get(name, "utf-8"))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS.get(name, ",")))
    header, *records = rows[ABOVE_THE_HEADER.get(name, 0) :]
    assert all(len(record) == len(header) for record in records)
    return [dict(zip(header, record, strict=True)) for record in records if record[0] != "Totals"]


@pytest.fixture(scope="session")
def written(tmp_path_factory):
    """Return the default practice: what `write_practice` returns, its truths, and a reader of its tables: `table(day,
    name)`.
    """
    practice = write_practice(tmp_path_factory.mktemp("practice"))
    truths = [json.loads(path.read_bytes()) for path in practice.truths]
    return SimpleNamespace(practice=practice, truths=truths, table=lambda day, name: rows_of(practice.extracts[day - 1], name))
