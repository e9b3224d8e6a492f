"""The contract of sources: what each adapter of the port must do. A test class per adapter inherits it and says `source`."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from producers.sources.extract import open_extract
from producers.sources.port import ExtractError, SeveralDeliveries, Source
from producers.sources.tables.table import LeftOut, NotATable

NOW = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)
TABLE = b"Pt Key,Name\n1,Quist\n2,Vale\n3,Marsh\n"
DELIVERY: Mapping[str, bytes] = {
    "manifest.toml": b'practice = "fern"\ntaken_at = "2026-05-20T21:10:00-05:00"\nscope = "full"\n',
    "list.csv": TABLE,
    "documents/7/xray.png": b"\x89PNG and more",
    "documents/letter.txt": b"Dear Ms Quist",
    ".DS_Store": b"left behind",
    "__MACOSX/list.csv": TABLE,
}
PARTS = ["documents/7/xray.png", "documents/letter.txt", "list.csv"]
THE_SAME_IN_A_FOLDER = hashlib.sha256(
    "\n".join([*sorted(hashlib.sha256(DELIVERY[name]).hexdigest() for name in PARTS), "2026-05-21T02:10:00+00:00"]).encode()
).hexdigest()[:16]


def no_part_left_out(part: LeftOut) -> None:
    """Fail: every row of these deliveries is read."""
    raise AssertionError(part)


Make = Callable[[Mapping[str, bytes]], Source]


class SourceContract:
    """Each method is a test; `source` is a fixture that makes a delivery of these files."""

    @pytest.fixture
    def source(self) -> Make:
        raise NotImplementedError

    def test_the_parts_come_in_a_fixed_order_without_the_manifest_and_what_is_left_behind(self, source: Make) -> None:
        delivery = source(DELIVERY)
        assert [part.name for part in delivery.contents().parts] == PARTS
        assert [part.name for part in delivery.contents().parts] == PARTS

    def test_a_part_tells_its_size_its_digest_and_its_bytes(self, source: Make) -> None:
        for part in source(DELIVERY).contents().parts:
            content = DELIVERY[part.name]
            with part.open() as stream:
                read = stream.read()
            assert (part.size, part.digest(), read) == (len(content), hashlib.sha256(content).hexdigest(), content)

    def test_a_stream_can_seek(self, source: Make) -> None:
        (part,) = (p for p in source(DELIVERY).contents().parts if p.name == "list.csv")
        with part.open() as stream:
            assert stream.seek(-6, io.SEEK_END) == len(TABLE) - 6
            assert stream.read() == TABLE[-6:]
            stream.seek(3)
            assert stream.read(3) == TABLE[3:6]

    def test_the_tables_of_a_part_can_be_read_again_and_again(self, source: Make) -> None:
        (part,) = (p for p in source(DELIVERY).contents().parts if p.name == "list.csv")
        (table,) = part.tables(no_part_left_out, hidden_sheets=False)
        assert (table.file, table.headers) == ("list.csv", ("Pt Key", "Name"))
        rows = [(2, ["1", "Quist"]), (3, ["2", "Vale"]), (4, ["3", "Marsh"])]
        assert list(table.rows()) == rows
        assert list(table.rows()) == rows

    def test_a_part_without_a_table_says_so(self, source: Make) -> None:
        (part,) = (p for p in source(DELIVERY).contents().parts if p.name.endswith("png"))
        with pytest.raises(NotATable, match="not_a_table"):
            part.tables(no_part_left_out, hidden_sheets=False)

    def test_the_manifest_is_read_as_it_is(self, source: Make) -> None:
        assert source(DELIVERY).contents().manifest == DELIVERY["manifest.toml"]
        assert source({"list.csv": TABLE}).contents().manifest is None

    def test_a_document_is_found_by_its_name(self, source: Make) -> None:
        delivery = source(DELIVERY)
        assert delivery.read("documents/letter.txt") == b"Dear Ms Quist"
        with pytest.raises(OSError):
            delivery.read("documents/gone.txt")

    def test_a_delivery_is_the_same_wherever_it_lies(self, source: Make) -> None:
        extract = open_extract(source(DELIVERY), now=NOW)
        assert extract.id == THE_SAME_IN_A_FOLDER
        assert (extract.scope, extract.practice) == ("full", "fern")
        assert [(d.path, d.size) for d in extract.documents] == [(name, len(DELIVERY[name])) for name in PARTS[:2]]

    def test_deliveries_side_by_side_are_never_merged(self, source: Make) -> None:
        days = {"2026-05-20/list.csv": TABLE, "2026-05-21/list.csv": TABLE}
        assert list(source(days).contents().deliveries) == ["2026-05-20", "2026-05-21"]
        with pytest.raises(SeveralDeliveries):
            open_extract(source(days), now=NOW)

    def test_a_delivery_that_nobody_touches_has_not_changed(self, source: Make) -> None:
        extract = open_extract(source(DELIVERY), now=NOW)
        assert list(extract.tables[0].rows())
        assert not extract.has_changed()

    def test_an_empty_delivery_is_refused(self, source: Make) -> None:
        with pytest.raises(ExtractError):
            open_extract(source({}), now=NOW)
