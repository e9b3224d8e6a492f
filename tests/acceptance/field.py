"""A small project in the field: deliveries written as a test wants them, and what then lives in Twenty."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.workbench import Bench
from tests.producers.desk import Row, patient, visit

EVERYBODY = [patient(n, Guarantor_ID="") for n in range(1, 41)]
BOOK = [visit(n, of=1 + n % 40) for n in range(1, 81)]
PRACTICE_TOML = (
    '[practice]\nid = "fern"\nname = "Fern Street Dental"\ntime_zone = "America/Denver"\ncurrency = "USD"\ndate_order = "MDY"\n'
)


class Field:
    """A project, and deliveries that are written as a test wants them."""

    def __init__(self, b: Bench, folder: Path) -> None:
        self.bench, self.folder, self._count = b, folder, 0

    def extract(self, day: int | None, patients: Sequence[Row], visits: Sequence[Row] = (), scope: str = "full") -> Path:
        """Return a new delivery, taken on that day (None: it names no day)."""
        self._count += 1
        folder = self.folder / f"delivery-{self._count}"
        folder.mkdir(parents=True)
        for name, rows in (("patients", patients), ("visits", visits)):
            if rows:
                self.write(folder, name, rows)
        taken = "" if day is None else f'taken_at = "2026-05-{10 + day:02}T20:00:00"\n'
        (folder / "manifest.toml").write_text(f'scope = "{scope}"\n{taken}', encoding="utf-8")
        return folder

    def write(self, folder: Path, name: str, rows: Sequence[Row]) -> None:
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def accept(self, *extracts: Path) -> None:
        """Take the mapping as it is proposed for these deliveries, and apply the data model."""
        self.bench.ok("map", "propose", *extracts)
        self.apply()

    def apply(self) -> None:
        """Approve the mapping as it stands, and apply the data model."""
        self.bench.ok("map", "approve", "--by", "Test", "--accept-doubtful")
        self.bench.ok("schema", "apply")

    def sync(self, extract: Path, *options: str) -> Any:
        return self.bench.ok("sync", extract, "--without-sample", *options)

    def rest(self, method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.bench.key}"}
        answer = httpx.request(method, f"{self.bench.url}/rest/{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        return answer.json()["data"]

    def people(self) -> dict[str, dict[str, Any]]:
        """Return people in Twenty, by native id."""
        found = self.rest("GET", "people", params={"limit": 200})["people"]
        return {p["pbnId"].rpartition(":")[2]: p for p in found}

    def visits_of(self, native: str) -> int:
        person = self.people()[native]["id"]
        return len(self.rest("GET", "taskTargets", params={"filter": f"targetPersonId[eq]:{person}"})["taskTargets"])

    def content(self) -> dict[str, Any]:
        """Return the workspace's content, without what only the server writes."""
        server = {"createdAt", "updatedAt", "createdBy", "updatedBy", "position", "searchVector"}
        return {
            plural: {
                row["id"]: {name: value for name, value in row.items() if name not in server and not isinstance(value, list)}
                for row in self.rest("GET", plural, params={"limit": 200, "depth": 0})[plural]
            }
            for plural in ("companies", "people", "tasks", "taskTargets")
        }


def changed(document: Any) -> dict[str, int]:
    return {name: count for name, count in document["changes"].items() if count and name != "unchanged"}
