"""Produce one large delivery, and hold its books and the memory of the process against what was written.

    python -m tests.simulation.many_rows --rows 10000000 --folder build/many-rows

Rows are written as a stream. Killed, it goes on where it was: the files that are whole stay, and so do the log and the state.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from producers.changes.books import findings_of
from tests.producers.desk import Desk, Row, message, patient

_ROWS_OF_A_PATIENT = 100


def rows_of(kind: str, rows: int) -> Iterator[Row]:
    """Yield the rows of a file: one patient for each hundred messages; a few rows have no id, and a few stand there twice."""
    people = max(1, rows // _ROWS_OF_A_PATIENT)
    if kind == "patients":
        yield from (patient(n) for n in range(1, people + 1))
        return
    for n in range(rows - people):
        row = message(n, of=1 + n % people)
        if n % 10_007 == 3:
            row["Patient ID"] = ""
        yield row if n % 5_003 else message(n, of=1 + n % people, Message="")


def write(folder: Path, rows: int) -> dict[str, int]:
    """Write what is missing of a delivery; return the number of records of each file, headers included."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for kind in ("patients", "messages"):
        path, count = folder / f"{kind}.csv", 0
        whole = not path.exists()
        with (folder / f"{kind}.part").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            for row in rows_of(kind, rows):
                if whole and not count:
                    writer.writerow(row)
                count += 1
                if whole:
                    writer.writerow(row.values())
        (folder / f"{kind}.part").replace(path) if whole else (folder / f"{kind}.part").unlink()
        found[path.name] = count + 1
    return found


def main(arguments: Sequence[str]) -> int:
    """Print the figures as JSON; 0 when the books balance and agree with what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, required=True)
    asked = parser.parse_args(arguments)
    written = write(asked.folder / "delivery", asked.rows)
    desk = Desk(asked.folder / "desk")
    before = sum(desk.state.counts().values())
    extract = desk.open(asked.folder / "delivery")
    produced = desk.produce(extract)
    records = {page.file: page.records for page in produced.books}
    found = {
        "rows": asked.rows,
        "known_before": before,
        "records": records,
        "differences": [finding.text for finding in findings_of(produced.books)],
        "is_as_written": records == written,
        "by_term": {page.file: page.by_term() for page in produced.books},
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    sys.stdout.write(json.dumps(found) + "\n")
    desk.close()
    return 0 if found["is_as_written"] and not found["differences"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
