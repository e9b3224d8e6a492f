"""The bytes of documents are read where their extract lies: in a folder or in an archive."""

from __future__ import annotations

import gc
import hashlib
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import fsspec
import pytest

from consumers.journal.planned import Planned
from consumers.journal.uploads import MissingFile
from cutover.project.document_files import DocumentFiles
from events.decisions import Decisions
from projections.desired import Upload

LETTER = b"Dear Ms Quist"


class Read:
    """The decisions of extracts that were read: (id, address)."""

    def __init__(self, *extracts: tuple[str, Path]) -> None:
        self.extracts = list(extracts)

    def all(self, *_: Any) -> list[Any]:
        return [SimpleNamespace(body={"extract": name, "folder": str(path)}) for name, path in self.extracts]


def asked(files: DocumentFiles, extract: str, content: bytes = LETTER) -> bytes:
    planned = SimpleNamespace(subject=SimpleNamespace(extract=extract), desired=SimpleNamespace(id=UUID(int=1)))
    upload = Upload(path="documents/letter.txt", name="letter.txt", sha256=hashlib.sha256(content).hexdigest())
    return files.bytes_of(cast(Planned, planned), upload)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "day-1" / "documents").mkdir(parents=True)
    (tmp_path / "day-1" / "documents" / "letter.txt").write_bytes(LETTER)
    return tmp_path / "day-1"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "day-2.zip", "w") as packing:
        packing.writestr("documents/letter.txt", LETTER)
        packing.writestr("list.csv", "Pt Key,Name\n")
    return tmp_path / "day-2.zip"


def files_of(*extracts: tuple[str, Path]) -> DocumentFiles:
    return DocumentFiles(cast(Decisions, Read(*extracts)))


def test_a_document_is_read_from_a_folder_and_from_an_archive(folder: Path, archive: Path) -> None:
    files = files_of(("one", folder), ("two", archive))
    assert (asked(files, "one"), asked(files, "two")) == (LETTER, LETTER)


def test_an_extract_that_was_read_since_is_found(folder: Path, archive: Path) -> None:
    read = Read(("one", folder))
    files = DocumentFiles(cast(Decisions, read))
    assert asked(files, "one") == LETTER
    read.extracts.append(("two", archive))
    assert asked(files, "two") == LETTER


def test_what_is_missing_or_another_one_is_said_without_its_name(folder: Path, tmp_path: Path) -> None:
    files = files_of(("one", folder), ("gone", tmp_path / "gone"))
    for extract, content, words in [
        ("one", b"other", "changed"),
        ("gone", LETTER, "not in its extract"),
        ("none", LETTER, "not known"),
    ]:
        with pytest.raises(MissingFile, match=words) as missing:
            asked(files, extract, content)
        assert "letter.txt" not in str(missing.value)
    (folder / "documents" / "letter.txt").unlink()
    with pytest.raises(MissingFile, match="not in its extract"):
        asked(files, "one")


def test_a_copy_of_a_remote_archive_lies_in_the_folder_for_copies_and_goes_with_its_reader(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "system"
    elsewhere.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(elsewhere))
    fsspec.filesystem("memory").pipe_file("/documents/day-2.zip", archive.read_bytes())
    copies = tmp_path / "copies"
    files = DocumentFiles(cast(Decisions, Read(("two", cast(Path, "memory://documents/day-2.zip")))), copies)
    assert asked(files, "two") == LETTER
    assert list(copies.rglob("day-2.zip"))
    assert list(elsewhere.iterdir()) == []
    del files
    gc.collect()
    assert list(copies.iterdir()) == []
