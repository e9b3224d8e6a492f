"""Cells of megabytes: they are read whole, and nothing remembers them."""

from __future__ import annotations

import csv
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producers.sources.extract import open_extract
from producers.sources.tables.headers.shapes import Shape, shape_of
from producers.vocabulary.cell_shapes import features

pytestmark = pytest.mark.integration

NOW = datetime(2026, 5, 20, tzinfo=UTC)


def rows(folder: Path, *texts: str) -> list[list[str]]:
    with (folder / "notes.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["Note ID", "Note", "Author"], *[[f"N{n}", t, "Finch"] for n, t in enumerate(texts)]])
    (table,) = open_extract(folder, now=NOW).tables
    return [cells for _, cells in table.rows(lambda rejected: pytest.fail(rejected.reason))]


@pytest.mark.parametrize("size", [1_500_000, 5_000_000, 20_000_000, 40_000_000])
@pytest.mark.parametrize("place", [0, 1])
def test_a_cell_of_megabytes_is_read_whole(tmp_path: Path, size: int, place: int) -> None:
    line = 'A line of a "long" note, with a comma.\n'
    large = (line * (size // len(line) + 1))[:size] + "."
    texts = ["short", "short too"]
    texts[place] = large
    found = rows(tmp_path, *texts)
    assert [(cells[0], len(cells[1]), cells[2]) for cells in found] == [
        (f"N{n}", len(text), "Finch") for n, text in enumerate(texts)
    ]
    assert found[place][1] == large


def test_a_row_without_a_closing_quote_does_not_swallow_a_large_file(tmp_path: Path) -> None:
    lines = "".join(f"N{n},a note of a visit that went well,Finch\n" for n in range(200_000))
    (tmp_path / "notes.csv").write_text('Note ID,Note,Author\nN-1,"an open quote,Finch\n' + lines, encoding="utf-8")
    (table,) = open_extract(tmp_path, now=NOW).tables
    rejected: list[object] = []
    assert sum(1 for _ in table.rows(rejected.append)) + len(rejected) == 200_001


def test_shapes_of_large_cells_are_known_and_not_remembered() -> None:
    tracemalloc.start()
    for number in range(30):
        large = f"{number} " + "word " * 200_000
        assert shape_of(large) is Shape.TEXT
        assert "phone" not in features(large)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 5_000_000
