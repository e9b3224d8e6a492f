"""The adapters of the port of sources, each against the contract; and what is special about archives."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pytest

from events.vocabulary.entities import Entity
from producers.sources import factory
from producers.sources.archive import ZipArchive, is_archive
from producers.sources.extract import open_extract
from producers.sources.factory import SOURCES, source_at
from producers.sources.folder import Folder, SingleFile
from producers.sources.inventory import LEFT_BEHIND, MANIFEST, Found, Inventory, several_deliveries
from producers.sources.port import ArchiveRefused, Contents, FilePart, Source, UnknownScheme
from producers.sources.tables.table import Extent, NumberedRow, OnLeftOut, OnReject, Table
from tests.producers.desk import PRACTICE, Desk, patients, visits
from tests.producers.source_contract import DELIVERY, NOW, TABLE, Make, SourceContract


def packed(path: Path, files: Mapping[str, bytes], *, within: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{within}{name}", content)
    return path


class TestFolder(SourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Make:
        def made(files: Mapping[str, bytes]) -> Source:
            root = tmp_path / str(len(list(tmp_path.iterdir())))
            root.mkdir()
            for name, content in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_bytes(content)
            return source_at(str(root))

        return made


class TestZipArchive(SourceContract):
    @pytest.fixture
    def source(self, tmp_path: Path) -> Make:
        return lambda files: ZipArchive(packed(tmp_path / f"{len(list(tmp_path.iterdir()))}.zip", files))


class TestZipArchiveOfAFolder(SourceContract):
    """An archiver packs the folder itself: its entries lie one floor deeper."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Make:
        return lambda files: ZipArchive(packed(tmp_path / f"{len(list(tmp_path.iterdir()))}.zip", files, within="May 20/"))


@dataclass(frozen=True)
class InMemory(FilePart):
    """A file that lies nowhere."""

    name: str
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content)


@dataclass(frozen=True)
class Memory:
    """A source in this process, as a later adapter may be one."""

    files: Mapping[str, bytes]
    address: str = "memory://one"
    name: str = "one"

    def contents(self) -> Contents:
        mine = {n: c for n, c in sorted(self.files.items()) if not n.startswith(LEFT_BEHIND)}
        found = [Found(path=Path(n), name=n, size=len(c), changed=0) for n, c in mine.items()]
        return Contents(
            parts=[InMemory(n, c) for n, c in mine.items() if n != MANIFEST],
            manifest=mine.get(MANIFEST),
            deliveries=several_deliveries(Path(), Inventory(files=tuple(found), set_aside=())),
        )

    def read(self, name: str) -> bytes:
        try:
            return self.files[name]
        except KeyError:
            raise FileNotFoundError(name) from None


class TestMemory(SourceContract):
    @pytest.fixture
    def source(self) -> Make:
        return lambda files: Memory(files)


@dataclass(frozen=True)
class DatabaseTable:
    """A part that is no file: a table of a database, its rows numbered from 1."""

    name: str
    headers: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    kind: str = "table"
    size: int = 0

    def digest(self) -> str:
        return hashlib.sha256(repr((self.name, self.cells)).encode()).hexdigest()

    def open(self) -> BinaryIO:
        raise OSError("a table has no bytes")

    def tables(self, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[Table]:
        return [Table(file=self.name, sheet=None, headers=self.headers, header_row=0, source=self)]

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        for number, cells in enumerate(self.cells, 1):
            extent.records = number
            yield number, list(cells)


@dataclass(frozen=True)
class Database:
    """A source whose parts are tables."""

    tables: tuple[DatabaseTable, ...]
    address: str = "sqlite:///clinic.db"
    name: str = "clinic.db"

    def contents(self) -> Contents:
        return Contents(parts=self.tables)

    def read(self, name: str) -> bytes:
        raise FileNotFoundError(name)


def test_a_part_need_not_be_a_file() -> None:
    part = DatabaseTable("public.patients", ("Pt Key", "Name"), (("1", "Quist"), ("2", "Vale")))
    extract = open_extract(Database((part,)), now=NOW)
    (table,) = extract.tables
    assert [number for number, _ in table.rows()] == [1, 2]
    assert extract.sha256 == {"public.patients": part.digest()}
    assert extract.kinds == {part.digest(): "table"}


def test_files_need_no_kind_in_the_log() -> None:
    assert open_extract(Memory({"list.csv": TABLE}), now=NOW).kinds == {}


def test_the_address_leads_back_to_the_delivery(tmp_path: Path) -> None:
    """The log keeps the address alone; documents are uploaded later."""
    archive = packed(tmp_path / "day 1.zip", DELIVERY)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "list.csv").write_bytes(TABLE)
    for place, name, content in [
        (archive, "documents/letter.txt", b"Dear Ms Quist"),
        (tmp_path / "folder", "list.csv", TABLE),
        (tmp_path / "folder" / "list.csv", "list.csv", TABLE),
    ]:
        assert source_at(source_at(place).address).read(name) == content


def test_the_scheme_picks_the_adapter(tmp_path: Path) -> None:
    archive = packed(tmp_path / "day 1.zip", DELIVERY)
    (tmp_path / "list.csv").write_bytes(TABLE)
    assert isinstance(source_at(tmp_path), Folder)
    assert isinstance(source_at(tmp_path.as_uri()), Folder)
    assert isinstance(source_at(archive), ZipArchive)
    assert isinstance(source_at(archive.as_uri()), ZipArchive)
    assert isinstance(source_at(tmp_path / "list.csv"), SingleFile)


def test_a_further_source_is_a_further_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownScheme, match=r"clinic: .* a URL with file"):
        source_at("clinic://one").contents()
    monkeypatch.setattr(factory, "SOURCES", {**SOURCES, "clinic": lambda url: Memory(DELIVERY, url)})
    assert open_extract("clinic://two", now=NOW).source.address == "clinic://two"


def test_an_archive_is_not_unpacked_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "elsewhere"))
    archive = packed(tmp_path / "day.zip", DELIVERY)
    extract = open_extract(archive, now=NOW)
    assert len(list(extract.tables[0].rows())) == 3
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["day.zip", "elsewhere"]


def test_a_workbook_is_no_archive(tmp_path: Path) -> None:
    book = packed(tmp_path / "book.xlsx", {"xl/workbook.xml": b"<workbook/>"})
    sheet = packed(tmp_path / "sheet.ods", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})
    (tmp_path / "cut.xlsx").write_bytes(book.read_bytes()[:60])
    (tmp_path / "list.csv").write_bytes(TABLE)
    none = (book, sheet, tmp_path / "cut.xlsx", tmp_path / "list.csv", tmp_path / "gone.zip")
    assert [is_archive(path) for path in none] == [False] * 5
    assert is_archive(packed(tmp_path / "day.zip", DELIVERY))


def test_a_damaged_entry_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    letter = b"Dear Ms Quist, " + bytes(range(256)) * 20
    archive = tmp_path / "day.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packing:
        packing.writestr("list.csv", TABLE)
        packing.writestr("documents/letter.txt", letter)
    archive.write_bytes(archive.read_bytes().replace(b"Dear Ms", b"Dear Mr"))
    extract = open_extract(archive, now=NOW)
    assert [(i.file, i.reason) for i in extract.file_issues] == [("documents/letter.txt", "unreadable")]
    assert [t.file for t in extract.tables] == ["list.csv"]


def test_a_locked_entry_is_named(tmp_path: Path) -> None:
    archive = packed(tmp_path / "day.zip", {"list.csv": TABLE, "more.csv": TABLE})
    data = bytearray(archive.read_bytes())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1  # the flag of encryption, in the directory
    archive.write_bytes(data)
    assert [(i.file, i.reason) for i in open_extract(archive, now=NOW).file_issues] == [("more.csv", "unreadable")]


@pytest.mark.parametrize("name", ["../list.csv", "documents/../../list.csv", "/etc/list.csv", "C:/list.csv", "..\\list.csv"])
def test_an_entry_that_leads_out_of_the_archive_refuses_it(tmp_path: Path, name: str) -> None:
    archive = packed(tmp_path / "day.zip", {"list.csv": TABLE, name: TABLE})
    with pytest.raises(ArchiveRefused, match=r"entry 2 leads out") as refused:
        open_extract(archive, now=NOW)
    assert name not in str(refused.value)


def test_an_entry_that_is_a_link_is_set_aside_and_not_followed(tmp_path: Path) -> None:
    archive = tmp_path / "day.zip"
    with zipfile.ZipFile(archive, "w") as packing:
        packing.writestr("list.csv", TABLE)
        link = zipfile.ZipInfo("documents/key")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        packing.writestr(link, "/home/me/master.key")
    extract = open_extract(archive, now=NOW)
    assert [(i.file, i.reason) for i in extract.file_issues] == [("documents/key", "link")]
    assert list(extract.documents) == []
    with pytest.raises(FileNotFoundError):
        extract.source.read("documents/key")


def test_names_of_entries_are_shown_escaped(tmp_path: Path) -> None:
    archive = packed(tmp_path / "day.zip", {"list.csv": TABLE, "documents/a\x1b.png": b"\x89PNG"})
    extract = open_extract(archive, now=NOW)
    assert [d.path for d in extract.documents] == ["documents/a\\x1b.png"]
    assert extract.source.read("documents/a\\x1b.png") == b"\x89PNG"


def test_an_archive_that_is_replaced_while_it_is_read_has_changed(tmp_path: Path) -> None:
    archive = packed(tmp_path / "day.zip", DELIVERY)
    extract = open_extract(archive, now=NOW)
    packed(archive, {**DELIVERY, "more.csv": TABLE})
    assert extract.has_changed()
    archive.unlink()
    assert extract.has_changed()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_entries_of_one_name_refuse_the_archive(tmp_path: Path) -> None:
    archive = tmp_path / "day.zip"
    with zipfile.ZipFile(archive, "w") as packing:
        packing.writestr("list.csv", TABLE)
        packing.writestr("list.csv", TABLE + b"4,Finch\n")
    with pytest.raises(ArchiveRefused, match="same name"):
        open_extract(archive, now=NOW)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path / "day.zip", DELIVERY)
    archive.write_bytes(archive.read_bytes()[:200])
    with pytest.raises(ArchiveRefused, match="damaged"):
        open_extract(archive, now=NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def test_an_archive_of_a_folder_comes_to_the_folders_events(desk: Desk, tmp_path: Path) -> None:
    folder = desk.extract(patients=patients(3), visits=visits(9, 3))
    files = {part.name: folder.source.read(part.name) for part in folder.contents.parts}
    archived = desk.open(packed(tmp_path / "day.zip", files))
    assert archived.id == folder.id
    other = Desk(tmp_path / "other")
    produced = other.produce(archived)
    desk.produce(folder)
    assert sum(produced.changes[n] for n in ("created", "updated", "deleted")) >= 12
    assert [(e.event_id, e.source, other.record(e)) for e in other.events()] == [
        (e.event_id, e.source, desk.record(e)) for e in desk.events()
    ]
    before = len(desk.entries())
    desk.produce(desk.open(packed(tmp_path / "again.zip", files), day=1), confirm=True)
    assert len(desk.entries()) == before
    other.close()


def test_an_event_names_the_part_and_the_row_of_a_source_without_files(desk: Desk) -> None:
    rows = patients(3)
    part = DatabaseTable("public.patients", tuple(rows[0]), tuple(tuple(row.values()) for row in rows))
    desk.produce(open_extract(Database((part,)), now=NOW, taken_at=NOW, scope="full", practice=PRACTICE))
    events = desk.events(Entity.PATIENT)
    assert {(e.source.part.hex(), e.source.row) for e in events} == {(part.digest(), n) for n in (1, 2, 3)}
