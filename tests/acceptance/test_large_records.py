"""Notes of 1.5, 2.5, 5 and 20 MB, created, changed, edited by a person, taken back and replayed, through the program, on both
logs.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.acceptance.workbench import Bench, bench

pytestmark = pytest.mark.acceptance

SIZES = {"N1": 1_500_000, "N2": 2_500_000, "N3": 5_000_000, "N4": 20_000_000, "N5": 60}
LIMIT = 33_554_432


def text(size: int, word: str) -> str:
    paragraph = f"A paragraph about one {word}, as long as a sentence of a clinical note usually is.\n\n"
    return (paragraph * (size // len(paragraph) + 1))[:size].rstrip()


def extract(folder: Path, notes: dict[str, str], day: int) -> Path:
    """Return a full extract with one patient and these notes."""
    folder.mkdir()
    patient = {"Patient ID": "P1", "First Name": "Ada", "Last Name": "Quist", "Email": "ada@post.example", "Status": "Active"}
    rows = [
        {"Note ID": native, "Patient ID": "P1", "Note Type": "Clinical", "Note": said, "Author": "Orla Finch"}
        for native, said in notes.items()
    ]
    for name, table in (("patients", [patient]), ("notes", rows)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(table[0]))
            writer.writeheader()
            writer.writerows(table)
    manifest = f'practice = "fern"\nscope = "full"\ntaken_at = 2026-05-{day:02}T03:00:00Z\n'
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    return folder


def notes(b: Bench) -> dict[str, tuple[str, str]]:
    """Return the notes in Twenty by native id: (id, Markdown)."""
    answer = httpx.get(
        f"{b.url}/rest/notes", params={"limit": "60"}, headers={"Authorization": f"Bearer {b.key}"}, timeout=60
    ).json()
    found: list[dict[str, Any]] = answer["data"]["notes"]
    return {n["pbnId"].rpartition(":")[2]: (n["id"], n["bodyV2"]["markdown"]) for n in found if n.get("pbnId")}


def edit(b: Bench, identity: str, markdown: str) -> None:
    """Edit a note as a person does."""
    httpx.patch(
        f"{b.url}/rest/notes/{identity}",
        json={"bodyV2": {"markdown": markdown}},
        headers={"Authorization": f"Bearer {b.key}"},
        timeout=60,
    ).raise_for_status()


def issues(b: Bench) -> list[tuple[str, str, str | None, int | None]]:
    """Return (record, reason, file, row) of what `reconcile` lists."""
    return [(i["pbnId"], i["reason"], i["file"], i["row"]) for i in b.ok("reconcile")["issues"]]


@pytest.fixture(params=["sqlite", "kafka"])
def b(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    with bench(tmp_path, []) as b:
        if request.param == "kafka":
            address = request.getfixturevalue("kafka")
            b.environment["CUTOVER_LOG__URL"] = f"kafka://{address}?prefix=large-{uuid4().hex}&partitions=2"
        b.ok(
            *("init", b.project, "--practice", "fern", "--name", "Fern Street Dental", "--timezone", "America/Denver"),
            *("--currency", "USD", "--date-order", "mdy"),
        )
        yield b


@pytest.mark.long
def test_notes_of_megabytes_through_the_program(b: Bench, tmp_path: Path) -> None:
    first = {native: text(size, "gum") for native, size in SIZES.items()}
    second = {native: text(size, "tooth") for native, size in SIZES.items()}
    day_1, day_2 = extract(tmp_path / "day-1", first, 1), extract(tmp_path / "day-2", second, 2)
    b.ok("map", "propose", day_1)
    b.ok("map", "approve", "--by", "Test")
    b.ok("schema", "apply")

    # created: what Twenty takes is there, the other one is a dead letter, and the program ends with findings
    said = b.cutover("sync", day_1, "--without-sample", stop=300)
    assert said.code == 1, said.err
    carried = {native: said for native, said in first.items() if native != "N4"}
    assert {native: body for native, (_, body) in notes(b).items()} == carried
    assert ("fern:note:N4", "too-large", "notes.csv", 5) in issues(b)

    # changed; a person's edit of 3 MB stays
    theirs = text(3_000_000, "person")
    edit(b, notes(b)["N2"][0], theirs)
    run_1_end = said.document["positions"]["to"]
    said = b.cutover("sync", day_2, "--without-sample", stop=300)
    assert said.code == 1, said.err
    held = {native: body for native, (_, body) in notes(b).items()}
    assert held == {**{n: t for n, t in second.items() if n != "N4"}, "N2": theirs}

    # the change is taken back, then carried again
    b.ok("rollback", "--to", run_1_end, "--yes")
    assert {native: body for native, (_, body) in notes(b).items()} == {**carried, "N2": theirs}
    b.ok("consume", "--without-sample")
    assert {native: body for native, (_, body) in notes(b).items()} == held

    # lost in Twenty, replayed
    httpx.delete(
        f"{b.url}/rest/notes/{notes(b)['N3'][0]}", headers={"Authorization": f"Bearer {b.key}"}, timeout=60
    ).raise_for_status()
    b.ok("replay", "--from", "start")
    assert {native: body for native, (_, body) in notes(b).items()}["N3"] == second["N3"]

    # the person gives the note back as it was; everything is taken back
    edit(b, notes(b)["N2"][0], first["N2"])
    b.ok("rollback", "--all", "--force", "--schema", "--yes")
    b.assert_as_before()
    assert b.ok("log", "verify")["problems"] == []


def test_a_row_beyond_the_setting_costs_the_record_until_it_fits(b: Bench, tmp_path: Path) -> None:
    b.environment["CUTOVER_LOG__LARGEST_EVENT"] = "1000000"
    said = {"N1": text(1_500_000, "gum"), "N2": "short"}
    day_1 = extract(tmp_path / "day-1", said, 1)
    b.ok("map", "propose", day_1)
    b.ok("map", "approve", "--by", "Test")
    b.ok("schema", "apply")
    for _ in range(2):
        ended = b.cutover("sync", day_1, "--without-sample")
        assert ended.code == 1, ended.err
        assert set(notes(b)) == {"N2"}
        assert issues(b) == [("fern:note:N1", "too_large", "notes.csv", 2)]
    assert b.ok("status")["pending"] == 0

    # what was carried stays, though its row becomes too large
    grown = extract(tmp_path / "day-2", {"N1": said["N1"], "N2": text(2_500_000, "jaw")}, 2)
    assert b.cutover("sync", grown, "--without-sample").code == 1
    assert {native: body for native, (_, body) in notes(b).items()} == {"N2": "short"}
    assert {(name, reason) for name, reason, _, _ in issues(b)} == {
        ("fern:note:N1", "too_large"),
        ("fern:note:N2", "too_large"),
    }

    # the setting grows: both are carried, and nothing is listed any more
    del b.environment["CUTOVER_LOG__LARGEST_EVENT"]
    assert b.cutover("sync", grown, "--without-sample").code == 0
    assert {native: len(body) for native, (_, body) in notes(b).items()} == {
        "N1": len(said["N1"]),
        "N2": len(text(2_500_000, "jaw")),
    }
    assert issues(b) == []
    b.ok("rollback", "--all", "--schema", "--yes")
    b.assert_as_before()
    assert b.ok("log", "verify")["problems"] == []
