"""The peer's side of `bench_peers`, in a virtual environment of its own: dlt merges a table of appointments into DuckDB twice.

    python benchmarks/peer_dlt.py APPOINTMENTS.csv FOLDER

Prints the seconds of the second merge, whose rows are all unchanged.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dlt  # type: ignore[import-not-found, unused-ignore]


def main(table: Path, folder: Path) -> None:
    """Merge twice by the appointment's number, and print the seconds of the second time."""

    @dlt.resource(name="appointments", primary_key="Appt #", write_disposition={"disposition": "merge", "strategy": "upsert"})
    def appointments() -> Iterator[list[dict[str, str]]]:
        with table.open(newline="", encoding="utf-8") as file:
            page: list[dict[str, str]] = []
            for row in csv.DictReader(file):
                page.append(row)
                if len(page) == 10_000:
                    yield page
                    page = []
            yield page

    target = dlt.destinations.duckdb(str(folder / "peer.duckdb"))
    pipeline = dlt.pipeline("peer", pipelines_dir=str(folder / "pipelines"), destination=target, dataset_name="bench")
    seconds = 0.0
    for _ in range(2):
        began = time.perf_counter()
        pipeline.run(appointments()).raise_on_failed_jobs()
        seconds = time.perf_counter() - began
    print(seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
