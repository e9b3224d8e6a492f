"""The door of a delivery: only its own regular files are read, one delivery at a time, and only when it is whole."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producers.sources.extract import Extract, open_extract
from producers.sources.inventory import inventory, locate, shown_name
from producers.sources.port import DeliveryIncomplete, ImpossibleDate, ManifestUnreadable, SeveralDeliveries

NOW = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)
TABLE = "Pt Key,Name\n1,Quist\n2,Vale\n3,Marsh\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "x" / "documents").mkdir(parents=True)
    (tmp_path / "x" / "list.csv").write_text(TABLE)
    return tmp_path / "x"


def reasons(extract: Extract) -> dict[str, str]:
    return {issue.file: issue.reason for issue in extract.file_issues}


class TestEntriesThatAreNoFiles:
    def test_a_link_to_a_file_is_named_and_not_followed(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "master.key").write_text("secret")
        (folder / "documents" / "scan.txt").symlink_to(tmp_path / "master.key")
        extract = open_extract(folder, now=NOW)
        assert reasons(extract) == {"documents/scan.txt": "link"}
        assert list(extract.documents) == []

    def test_a_link_to_a_folder_is_named_and_not_followed(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "more.csv").write_text(TABLE)
        (folder / "more").symlink_to(tmp_path / "other", target_is_directory=True)
        extract = open_extract(folder, now=NOW)
        assert reasons(extract) == {"more": "link"}
        assert [t.file for t in extract.tables] == ["list.csv"]

    def test_a_broken_link_and_a_link_in_a_circle(self, folder: Path) -> None:
        (folder / "gone.csv").symlink_to(folder / "nowhere")
        (folder / "again").symlink_to(folder, target_is_directory=True)
        assert reasons(open_extract(folder, now=NOW)) == {"gone.csv": "link", "again": "link"}

    def test_a_pipe_is_named_and_not_read(self, folder: Path) -> None:
        os.mkfifo(folder / "pipe.csv")
        assert reasons(open_extract(folder, now=NOW)) == {"pipe.csv": "special_file"}

    def test_a_manifest_that_is_a_link_says_nothing(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "m.toml").write_text('scope = "full"\n')
        (folder / "manifest.toml").symlink_to(tmp_path / "m.toml")
        extract = open_extract(folder, now=NOW)
        assert (extract.scope, reasons(extract)) == ("partial", {"manifest.toml": "link"})

    def test_an_archive_is_named(self, folder: Path) -> None:
        (folder / "day.gz").write_bytes(b"\x1f\x8b\x08rest")
        assert reasons(open_extract(folder, now=NOW)) == {"day.gz": "archive"}

    def test_a_link_put_in_later_leads_nowhere(self, folder: Path, tmp_path: Path) -> None:
        (folder / "documents" / "scan.txt").write_text("x")
        assert locate(folder, "documents/scan.txt") == folder / "documents" / "scan.txt"
        (folder / "documents" / "scan.txt").unlink()
        (folder / "documents" / "scan.txt").symlink_to(tmp_path)
        assert locate(folder, "documents/scan.txt") is None
        assert locate(folder, "documents/../../x/list.csv") is None


class TestNames:
    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            (b"list\xff.csv", "list\\xff.csv"),
            (b"a\nb.csv", "a\\nb.csv"),
            (b"a\x1b[31m.csv", "a\\x1b[31m.csv"),
            ("Zoë.csv".encode(), "Zoë.csv"),
        ],
    )
    def test_they_are_shown_escaped(self, folder: Path, raw: bytes, shown: str) -> None:
        path = os.fsencode(folder) + b"/" + raw
        Path(os.fsdecode(path)).write_text(TABLE)
        extract = open_extract(folder, now=NOW)
        assert shown in {t.file for t in extract.tables}
        assert shown in extract.sha256
        assert locate(folder, shown) == Path(os.fsdecode(path))
        shown.encode()

    def test_two_names_never_look_the_same(self) -> None:
        assert shown_name("a\\n\x01") != shown_name("a\n\x01")


class TestSeveralDeliveries:
    def day(self, parent: Path, name: str, *, manifest: bool = False) -> None:
        (parent / name).mkdir(parents=True)
        (parent / name / "list.csv").write_text(TABLE)
        if manifest:
            (parent / name / "manifest.toml").write_text('scope = "full"\n')

    def test_folders_with_manifests_are_never_merged(self, tmp_path: Path) -> None:
        self.day(tmp_path, "a", manifest=True)
        self.day(tmp_path, "b", manifest=True)
        with pytest.raises(SeveralDeliveries, match=r"2 deliveries \(a, b\); give each of them by itself"):
            open_extract(tmp_path, now=NOW)

    def test_archives_side_by_side_are_deliveries_too(self, tmp_path: Path) -> None:
        for name in ("may-1.zip", "may-2.zip", "read me.pdf"):
            (tmp_path / name).write_bytes(b"PK")
        with pytest.raises(SeveralDeliveries, match=r"2 deliveries \(may-1.zip, may-2.zip\); beside them lie read me.pdf"):
            open_extract(tmp_path, now=NOW)

    def test_one_folder_with_a_manifest_is_not_read_without_it(self, tmp_path: Path) -> None:
        self.day(tmp_path, "a", manifest=True)
        with pytest.raises(SeveralDeliveries, match=r"1 deliveries \(a\)"):
            open_extract(tmp_path, now=NOW)

    def test_folders_that_hold_the_same_file(self, tmp_path: Path) -> None:
        self.day(tmp_path, "monday")
        self.day(tmp_path, "tuesday")
        with pytest.raises(SeveralDeliveries, match="monday, tuesday"):
            open_extract(tmp_path, now=NOW)

    def test_folders_named_after_days(self, tmp_path: Path) -> None:
        for day, name in (("2026-05-19", "patients.csv"), ("2026-05-20", "pats.csv")):
            (tmp_path / day).mkdir()
            (tmp_path / day / name).write_text(TABLE)
        with pytest.raises(SeveralDeliveries, match="2026-05-19, 2026-05-20"):
            open_extract(tmp_path, now=NOW)

    def test_a_stray_file_beside_them_is_named(self, tmp_path: Path) -> None:
        self.day(tmp_path, "a", manifest=True)
        (tmp_path / "stray.csv").write_text(TABLE)
        with pytest.raises(SeveralDeliveries, match=r"beside them lie stray\.csv"):
            open_extract(tmp_path, now=NOW)

    def test_a_folder_within_one_delivery_is_part_of_it(self, folder: Path) -> None:
        (folder / "more").mkdir()
        (folder / "more" / "visits.csv").write_text(TABLE)
        assert [t.file for t in open_extract(folder, now=NOW).tables] == ["list.csv", "more/visits.csv"]

    def test_documents_of_each_patient_are_no_deliveries(self, folder: Path) -> None:
        for name in ("1001", "1002"):
            (folder / "documents" / name).mkdir()
            (folder / "documents" / name / "consent.txt").write_text("x")
        assert len(open_extract(folder, now=NOW).documents) == 2


class TestWhole:
    def test_a_delivery_that_lacks_a_listed_file_is_refused(self, folder: Path) -> None:
        (folder / "manifest.toml").write_text('files = { "list.csv" = {}, "visits.csv" = {} }\n')
        with pytest.raises(DeliveryIncomplete, match=r"1 files are missing .* \(visits\.csv\)"):
            open_extract(folder, now=NOW)

    @pytest.mark.parametrize("about", ["size = 9", f'sha256 = "{"0" * 64}"'])
    def test_a_file_of_another_size_or_hash_is_refused(self, folder: Path, about: str) -> None:
        (folder / "manifest.toml").write_text(f'files = {{ "list.csv" = {{ {about} }} }}\n')
        with pytest.raises(DeliveryIncomplete, match=r"list\.csv"):
            open_extract(folder, now=NOW)

    def test_a_whole_delivery_is_read(self, folder: Path) -> None:
        digest = hashlib.sha256(TABLE.encode()).hexdigest().upper()
        (folder / "manifest.toml").write_text(f'files = {{ "list.csv" = {{ size = {len(TABLE)}, sha256 = "{digest}" }} }}\n')
        assert len(open_extract(folder, now=NOW).tables) == 1

    def test_a_list_that_means_nothing_is_refused(self, folder: Path) -> None:
        (folder / "manifest.toml").write_text('files = ["list.csv"]\n')
        with pytest.raises(ManifestUnreadable, match="files must be a table"):
            open_extract(folder, now=NOW)

    def test_a_file_that_grows_after_it_was_opened_is_noticed(self, folder: Path) -> None:
        extract = open_extract(folder, now=NOW)
        assert not extract.has_changed()
        with (folder / "list.csv").open("a") as file:
            file.write("4,Reed\n")
        assert extract.has_changed()

    def test_a_file_that_goes_is_noticed(self, folder: Path) -> None:
        found = inventory(folder)
        (folder / "list.csv").unlink()
        assert found.has_changed()


@pytest.mark.parametrize(
    "day", ["1970-01-01T00:00:00Z", "1989-12-31T23:59:59Z", "2026-05-22T12:00:01Z", "2062-05-20T00:00:00Z"]
)
def test_an_impossible_date_is_refused_with_what_mends_it(folder: Path, day: str) -> None:
    (folder / "manifest.toml").write_text(f'taken_at = "{day}"\n')
    with pytest.raises(ImpossibleDate, match=r"before 1990 or in the future; write .* as taken_at into manifest\.toml"):
        open_extract(folder, now=NOW)


@pytest.mark.parametrize("day", ["1990-01-01T00:00:00Z", "2026-05-22T12:00:00Z"])
def test_a_possible_date_is_taken(folder: Path, day: str) -> None:
    (folder / "manifest.toml").write_text(f'taken_at = "{day}"\n')
    assert open_extract(folder, now=NOW).taken_at_stated
