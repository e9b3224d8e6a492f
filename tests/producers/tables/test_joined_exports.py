"""Files put together of two exports, and files whose quotes break the rules: nothing of them is passed over in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.sources.port import ExtractError
from tests.producers.desk import Desk, Rows, patients, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def text(rows: Rows, delimiter: str = ",", quoting: int = csv.QUOTE_MINIMAL) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, quoting=quoting)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def folder(tmp_path: Path, **files: str) -> Path:
    made = tmp_path / "delivery"
    made.mkdir()
    for name, content in files.items():
        (made / f"{name}.csv").write_text(content, encoding="utf-8", newline="")
    return made


@pytest.mark.parametrize(("first", "second"), [(12, 7), (7, 12), (4, 20)])
def test_rows_behind_another_delimiter_are_held_and_those_before_are_carried(
    desk: Desk, tmp_path: Path, first: int, second: int
) -> None:
    rows = patients(first + second)
    joined = text(rows[:first]) + text(rows[first:], ";")
    (page,) = desk.produce(desk.open(folder(tmp_path, patients=joined))).books
    terms = page.by_term()
    assert terms["carried"] == {"created": first}
    assert terms["held"] == {"wrong_cell_count": second + 1}


def test_without_a_second_header_they_are_held(desk: Desk, tmp_path: Path) -> None:
    rows = patients(19)
    joined = text(rows[:12]) + text(rows[12:], ";").split("\r\n", 1)[1]
    (page,) = desk.produce(desk.open(folder(tmp_path, patients=joined))).books
    assert page.by_term()["held"] == {"wrong_cell_count": 7}


def test_where_most_rows_have_another_delimiter_than_the_header_the_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    rows = patients(24)
    joined = text(rows[:4]) + text(rows[4:], ";").split("\r\n", 1)[1]
    with pytest.raises(ExtractError, match="missing_header"):
        desk.open(folder(tmp_path, patients=joined))


def test_titles_with_another_delimiter_are_no_table(desk: Desk, tmp_path: Path) -> None:
    titles = "Fern Street Dental, Denver, Colorado\r\nPatients, all, by name\r\n"
    (page,) = desk.produce(desk.open(folder(tmp_path, patients=titles + text(patients(9), ";")))).books
    assert page.by_term()["carried"] == {"created": 9}


def test_a_small_table_with_broken_quotes_is_named_as_unread(desk: Desk, tmp_path: Path) -> None:
    rows = [visit(n, Notes='Line one "quoted", two\r\nline; three\r\nend') for n in range(1, 4)]
    broken = text(rows, quoting=csv.QUOTE_ALL).replace('""quoted""', '"quoted"')
    extract = desk.open(folder(tmp_path, patients=text(patients(3)), visits=broken))
    assert [(issue.file, issue.reason, issue.holds_rows) for issue in extract.file_issues] == [
        ("visits.csv", "broken_quotes", True)
    ]
