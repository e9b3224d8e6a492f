from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producers.sources.extract import open_extract
from producers.sources.port import AnotherPractice, ExtractEmpty, ExtractMissing, ExtractWithoutTable, ManifestUnreadable
from tests.producers.office import OFFICE

NOW = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)
TABLE = "Pt Key,Name\n1,Quist\n2,Vale\n3,Marsh\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "list.csv").write_text(TABLE)
    return tmp_path / "x"


def manifest(folder: Path, text: str) -> None:
    (folder / "manifest.toml").write_text(text)


def test_a_folder_is_an_extract_and_its_files_are_tables(folder: Path) -> None:
    extract = open_extract(folder, now=NOW)
    assert [t.headers for t in extract.tables] == [("Pt Key", "Name")]
    assert extract.sha256 == {"list.csv": hashlib.sha256(TABLE.encode()).hexdigest()}


def test_a_single_file_is_an_extract_too(folder: Path) -> None:
    (folder / "other.csv").write_text(TABLE)
    assert [t.file for t in open_extract(folder / "list.csv", now=NOW).tables] == ["list.csv"]


def test_without_a_word_about_it_an_extract_is_partial_and_taken_now(folder: Path) -> None:
    extract = open_extract(folder, now=NOW)
    assert (extract.scope, extract.taken_at, extract.taken_at_stated) == ("partial", NOW, False)


def test_the_manifest_says_practice_scope_and_when_it_was_taken(folder: Path) -> None:
    manifest(folder, 'practice = "fern"\nscope = "full"\ntaken_at = "2026-05-19T21:00:00-06:00"\n')
    extract = open_extract(folder, now=NOW, practice=OFFICE)
    assert (extract.practice, extract.scope) == ("fern", "full")
    assert extract.taken_at == datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


def test_the_option_wins_over_the_manifest_for_the_scope(folder: Path) -> None:
    manifest(folder, 'scope = "full"\n')
    assert open_extract(folder, scope="partial", now=NOW).scope == "partial"


def test_the_manifest_wins_over_the_option_for_when_it_was_taken(folder: Path) -> None:
    manifest(folder, "taken_at = 2026-05-19T21:00:00Z\n")
    assert open_extract(folder, taken_at=NOW, now=NOW).taken_at == datetime(2026, 5, 19, 21, 0, tzinfo=UTC)


@pytest.mark.parametrize("taken_at", ['"2026-05-19T21:00:00"', "2026-05-19T21:00:00", '"2026-05-19 21:00"'])
def test_a_time_without_zone_is_the_practices_local_time(folder: Path, taken_at: str) -> None:
    manifest(folder, f"taken_at = {taken_at}\n")
    taken = open_extract(folder, now=NOW, practice=OFFICE).taken_at
    assert taken == datetime(2026, 5, 20, 3, 0, tzinfo=UTC)


def test_the_id_is_that_of_the_contents_wherever_they_lie(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "y").mkdir()
    (tmp_path / "y" / "renamed.csv").write_text(TABLE)
    assert open_extract(folder, now=NOW).id == open_extract(tmp_path / "y", now=NOW + timedelta(days=9)).id


def test_the_id_changes_with_a_files_contents_and_with_when_it_was_taken(folder: Path) -> None:
    ids = {open_extract(folder, now=NOW).id, open_extract(folder, taken_at=NOW, now=NOW).id}
    (folder / "list.csv").write_text(TABLE + "4,Thorne\n")
    ids.add(open_extract(folder, now=NOW).id)
    assert len(ids) == 3


def test_files_that_are_no_tables_are_named_with_the_reason(folder: Path) -> None:
    (folder / "empty.csv").write_bytes(b"")
    (folder / "letter.txt").write_text("Dear colleague,\n\nwe have moved.\n")
    (folder / ".hidden").write_text("x")
    found = {(i.file, i.reason) for i in open_extract(folder, now=NOW).file_issues}
    assert found == {("empty.csv", "empty_file"), ("letter.txt", "not_a_table")}


def test_documents_are_found_however_the_index_writes_their_path(folder: Path) -> None:
    (folder / "documents" / "7").mkdir(parents=True)
    (folder / "documents" / "7" / "Scan A.pdf").write_bytes(b"pdf")
    documents = open_extract(folder, now=NOW).documents
    for path in ("documents/7/Scan A.pdf", "documents\\7\\scan a.PDF", "./documents/7/Scan A.pdf", "7/Scan A.pdf"):
        found = documents.find(path)
        assert found is not None
        assert (found.path, found.size) == ("documents/7/Scan A.pdf", 3)
        assert found.sha256 == hashlib.sha256(b"pdf").hexdigest()
    assert documents.find(None, "scan a.pdf") is not None
    assert documents.find("documents/7/other.pdf") is None
    assert documents.find("../list.csv") is None


def test_a_table_among_the_documents_is_a_document(folder: Path) -> None:
    (folder / "documents").mkdir()
    (folder / "documents" / "values.csv").write_text(TABLE)
    extract = open_extract(folder, now=NOW)
    assert [t.file for t in extract.tables] == ["list.csv"]
    assert len(extract.documents) == 1


def test_documents_that_no_index_mentions_are_reported(folder: Path) -> None:
    (folder / "documents").mkdir()
    for name in ("a.pdf", "b.pdf"):
        (folder / "documents" / name).write_bytes(b"x")
    issues = open_extract(folder, now=NOW).documents.not_in_index(["documents/A.pdf"])
    assert [(i.file, i.reason) for i in issues] == [("documents/b.pdf", "not_in_index")]


def test_what_cannot_be_opened_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ExtractMissing, match="no such file or folder"):
        open_extract(tmp_path / "nowhere", now=NOW)
    (tmp_path / "void").mkdir()
    with pytest.raises(ExtractEmpty, match="empty"):
        open_extract(tmp_path / "void", now=NOW)
    (tmp_path / "void" / "letter.txt").write_text("Dear colleague,\n\nwe have moved.\n")
    with pytest.raises(ExtractWithoutTable, match="none of its 1 files"):
        open_extract(tmp_path / "void", now=NOW)


@pytest.mark.parametrize("text", ["practice = ", 'scope = "some"', "taken_at = 7", 'taken_at = "yesterday"'])
def test_a_manifest_that_means_nothing_is_refused(folder: Path, text: str) -> None:
    manifest(folder, text)
    with pytest.raises(ManifestUnreadable, match=r"manifest\.toml"):
        open_extract(folder, now=NOW)


def test_another_practices_extract_is_refused(folder: Path) -> None:
    manifest(folder, 'practice = "oak"\n')
    with pytest.raises(AnotherPractice, match=r"'oak'.*'fern'"):
        open_extract(folder, now=NOW, practice=OFFICE)
