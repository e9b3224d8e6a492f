"""Deliveries in a store that fsspec reaches, here the memory of this process: against the contract, and their own rules."""

from __future__ import annotations

import gc
import hashlib
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from producers.sources import stores
from producers.sources.addresses import RemoteAddress, place_of
from producers.sources.extract import open_extract
from producers.sources.factory import is_present, source_at
from producers.sources.port import (
    ArchiveRefused,
    CopyIncomplete,
    CredentialsInAddress,
    DeliveryIncomplete,
    ExtractMissing,
    PackageMissing,
    SeveralDeliveries,
    Source,
    SourceUnreachable,
    UnknownScheme,
)
from producers.sources.private_copies import PrivateCopies
from producers.sources.stores import listing_of
from tests.producers.source_contract import DELIVERY, NOW, TABLE, THE_SAME_IN_A_FOLDER, Make, SourceContract
from tests.producers.test_sources import packed


@pytest.fixture(autouse=True)
def memory() -> Iterator[MemoryFileSystem]:
    """Yield a store that is empty."""
    store = MemoryFileSystem()
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    yield store
    store.store.clear()
    store.pseudo_dirs[:] = [""]


def put(store: MemoryFileSystem, folder: str, files: Mapping[str, bytes]) -> str:
    store.makedirs(f"/{folder}", exist_ok=True)
    for name, content in files.items():
        store.pipe_file(f"/{folder}/{name}", content)
    return f"memory://{folder}"


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the files that are fetched."""
    paths: list[str] = []
    fetch = MemoryFileSystem.get_file

    def noted(self: Any, rpath: str, lpath: str, **options: Any) -> None:
        paths.append(rpath)
        fetch(self, rpath, lpath, **options)

    monkeypatch.setattr(MemoryFileSystem, "get_file", noted)
    return paths


class TestFolderInMemory(SourceContract):
    @pytest.fixture
    def source(self, memory: MemoryFileSystem, tmp_path: Path) -> Make:
        numbers = iter(range(9))
        return lambda files: source_at(put(memory, f"inbox/{next(numbers)}", files), tmp_path / "copies")


class TestArchiveInMemory(SourceContract):
    @pytest.fixture
    def source(self, memory: MemoryFileSystem, tmp_path: Path) -> Make:
        def made(files: Mapping[str, bytes]) -> Source:
            archive = packed(tmp_path / "day.zip", files).read_bytes()
            return source_at(put(memory, "inbox", {"day.zip": archive}) + "/day.zip", tmp_path / "copies")

        return made


def test_the_copy_is_private_and_goes_with_the_extract(memory: MemoryFileSystem, tmp_path: Path) -> None:
    copies = tmp_path / "project" / "copies"
    extract = open_extract(put(memory, "day-1", DELIVERY), now=NOW, copies=copies)
    (folder,) = (path for path in copies.iterdir() if path.is_dir())
    assert [stat.S_IMODE(path.stat().st_mode) for path in (copies, folder)] == [0o700, 0o700]
    assert extract.id == THE_SAME_IN_A_FOLDER
    assert extract.source.address == "memory://day-1"
    assert len(list(extract.tables[0].rows())) == 3
    del extract
    gc.collect()
    assert list(copies.iterdir()) == []


@pytest.mark.parametrize("error", [OSError("away"), RuntimeError("Ines Abernathy"), KeyboardInterrupt()])
def test_the_copy_goes_after_an_error_too(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    address = put(memory, "day-1", DELIVERY)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(MemoryFileSystem, "get_file", fail)
    with pytest.raises((SourceUnreachable, KeyboardInterrupt)) as raised:
        open_extract(address, now=NOW, copies=tmp_path)
    assert "Abernathy" not in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_the_copy_of_a_living_one_is_not(tmp_path: Path) -> None:
    living = PrivateCopies(tmp_path)
    (tmp_path / "delivery-killed" / "files").mkdir(parents=True)
    (tmp_path / "delivery-killed" / "files" / "list.csv").write_bytes(TABLE)
    another = PrivateCopies(tmp_path)
    assert {path for path in tmp_path.iterdir() if path.is_dir()} == {living.folder.parent, another.folder.parent}
    living.remove()
    another.remove()


def test_a_copy_that_was_cut_is_noticed_by_its_size(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = put(memory, "day-1", DELIVERY)
    monkeypatch.setattr(MemoryFileSystem, "get_file", lambda _s, _r, lpath, **_: Path(lpath).write_bytes(b"Pt"))
    with pytest.raises(CopyIncomplete, match=r"memory://day-1: 2 of the \d+ bytes") as cut:
        open_extract(address, now=NOW, copies=tmp_path)
    assert cut.value.retriable


def test_a_copy_that_has_another_hash_than_the_store_states_is_fetched_once_more(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ETag of an object that is encrypted under a key of its own is no MD5: two equal copies are accepted."""
    address = put(memory, "day-1", {"list.csv": TABLE})
    info, find, whole = MemoryFileSystem.info, MemoryFileSystem.find, MemoryFileSystem.get_file
    md5 = hashlib.md5(TABLE, usedforsecurity=False).hexdigest()
    stated = [md5]

    def told(self: Any, *args: Any, **options: Any) -> Any:
        return {path: {**about, "ETag": f'"{stated[0]}"'} for path, about in find(self, *args, **options).items()}

    monkeypatch.setattr(MemoryFileSystem, "find", told)
    assert info(memory, "/day-1/list.csv")["type"] == "file"
    copies = iter([TABLE.upper(), TABLE])
    monkeypatch.setattr(MemoryFileSystem, "get_file", lambda _s, _r, lpath, **_: Path(lpath).write_bytes(next(copies)))
    with pytest.raises(CopyIncomplete, match="hash"):
        open_extract(address, now=NOW, copies=tmp_path)
    monkeypatch.setattr(MemoryFileSystem, "get_file", whole)
    for stated[0] in (md5, "0" * 32, "0" * 32 + "-3"):
        assert len(open_extract(address, now=NOW, copies=tmp_path).tables) == 1


def test_a_hash_of_the_manifest_is_compared_with_the_copy(memory: MemoryFileSystem, tmp_path: Path) -> None:
    sha256 = hashlib.sha256(TABLE).hexdigest()
    manifest = f'[files]\n"list.csv" = {{ size = {len(TABLE)}, sha256 = "{sha256}" }}\n'.encode()
    address = put(memory, "day-1", {"list.csv": TABLE, "manifest.toml": manifest})
    assert open_extract(address, now=NOW, copies=tmp_path).sha256 == {"list.csv": sha256}
    memory.pipe_file("/day-1/list.csv", TABLE.upper())
    with pytest.raises(DeliveryIncomplete, match=r"memory://day-1: 1 files"):
        open_extract(address, now=NOW, copies=tmp_path)


def test_a_delivery_that_changes_while_it_is_read_has_changed(memory: MemoryFileSystem, tmp_path: Path) -> None:
    address = put(memory, "day-1", DELIVERY)
    extract = open_extract(address, now=NOW, copies=tmp_path)
    memory.pipe_file("/day-1/list.csv", TABLE)
    assert extract.has_changed()
    assert len(list(extract.tables[0].rows())) == 3
    extract = open_extract(address, now=NOW, copies=tmp_path)
    assert not extract.has_changed()
    memory.rm("/day-1", recursive=True)
    assert extract.has_changed()


def test_a_file_that_changes_during_the_copy_is_seen(
    memory: MemoryFileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = put(memory, "day-1", DELIVERY)
    fetch = MemoryFileSystem.get_file

    def growing(self: Any, rpath: str, lpath: str, **options: Any) -> None:
        fetch(self, rpath, lpath, **options)
        self.pipe_file("/day-1/more.csv", TABLE)

    monkeypatch.setattr(MemoryFileSystem, "get_file", growing)
    assert open_extract(address, now=NOW, copies=tmp_path).has_changed()


def test_several_deliveries_are_refused_before_a_byte_is_fetched(
    memory: MemoryFileSystem, tmp_path: Path, fetched: list[str]
) -> None:
    address = put(memory, "inbox", {"day-1/list.csv": TABLE, "day-2/list.csv": TABLE})
    with pytest.raises(SeveralDeliveries, match="memory://inbox: holds 2 deliveries"):
        open_extract(address, now=NOW, copies=tmp_path)
    assert fetched == []


def test_a_single_file_is_a_file_of_its_folder(memory: MemoryFileSystem, tmp_path: Path, fetched: list[str]) -> None:
    put(memory, "day-1", DELIVERY)
    extract = open_extract("memory://day-1/list.csv", now=NOW, copies=tmp_path)
    assert (extract.source.address, extract.source.name) == ("memory://day-1", "day-1")
    assert [table.file for table in extract.tables] == ["list.csv"]
    assert fetched == ["/day-1/list.csv"]


def test_a_document_is_read_alone(memory: MemoryFileSystem, tmp_path: Path, fetched: list[str]) -> None:
    address = put(memory, "day-1", DELIVERY)
    assert source_at(address, tmp_path).read("documents/letter.txt") == b"Dear Ms Quist"
    assert fetched == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../../list.csv", "a//list.csv", "x/../list.csv", "n" * 300 + ".csv"])
def test_a_name_that_no_file_of_this_machine_may_have_is_set_aside(memory: MemoryFileSystem, tmp_path: Path, name: str) -> None:
    address = put(memory, "day-1", {"list.csv": TABLE})
    memory.store[f"/day-1/{name}"] = memory.store["/day-1/list.csv"]
    extract = open_extract(address, now=NOW, copies=tmp_path / "copies")
    assert [(issue.file, issue.reason) for issue in extract.file_issues] == [(name, "unreadable")]
    assert [table.file for table in extract.tables] == ["list.csv"]
    assert not list(tmp_path.glob("*.csv"))


def test_the_fingerprint_tells_a_delivery_by_its_address_names_sizes_and_versions(memory: MemoryFileSystem) -> None:
    place = RemoteAddress(put(memory, "day-1", {"list.csv": TABLE}))
    first = listing_of(place).fingerprint
    assert first
    assert listing_of(place).fingerprint == first
    assert listing_of(RemoteAddress("memory://")).below("day-1").fingerprint == first
    memory.pipe_file("/day-1/list.csv", TABLE)
    assert listing_of(place).fingerprint != first


def test_a_store_that_states_no_versions_gives_no_fingerprint(
    memory: MemoryFileSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = RemoteAddress(put(memory, "day-1", {"list.csv": TABLE}))
    monkeypatch.setattr(stores, "_VERSIONS", ("ETag",))
    assert listing_of(place).fingerprint == ""


def test_an_error_about_the_copy_names_the_address(memory: MemoryFileSystem, tmp_path: Path) -> None:
    archive = packed(tmp_path / "day.zip", DELIVERY).read_bytes()[:200]
    address = put(memory, "inbox", {"day.zip": archive}) + "/day.zip"
    with pytest.raises(ArchiveRefused, match=r"^memory://inbox/day\.zip: the archive is damaged"):
        open_extract(address, now=NOW, copies=tmp_path / "copies")


def test_nothing_at_an_address_is_said(memory: MemoryFileSystem) -> None:
    with pytest.raises(ExtractMissing, match="memory://gone: no such file or folder"):
        open_extract("memory://gone", now=NOW)
    assert not is_present(place_of("memory://gone"))
    assert is_present(place_of(put(memory, "day-1", DELIVERY)))


@pytest.mark.parametrize(
    "address",
    [
        "sftp://office:sesame@host/inbox",
        "sftp://office:@host/inbox",
        "sftp://office:ses/ame@host/inbox",
        "sftp://office:12/sesame@host/inbox",
        "sftp://office%3Asesame@host/inbox",
        "s3://AKIA:sesame@bucket/day-1",
        "https://host/day.zip?signature=sesame",
        "SFTP://office:sesame@host/inbox",
    ],
)
def test_credentials_in_an_address_are_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(CredentialsInAddress, match=r"FSSPEC_(SFTP|S3|HTTPS)_PASSWORD") as refused:
        source_at(address)
    assert "sesame" not in str(refused.value)
    assert refused.value.exit_code == 2


@pytest.mark.parametrize(
    "address", ["sftp://office@host:2222/inbox", "s3://bucket/day 1", "abfs://box@account.net/x", "sftp://[::1]:22/inbox"]
)
def test_addresses_without_credentials_are_taken_as_they_are(address: str) -> None:
    assert place_of(address) == RemoteAddress(address)
    assert place_of(address + "/") == RemoteAddress(address)


@pytest.mark.parametrize("address", ["nowhere://one", "simplecache::sftp://a:sesame@b/c", "reference://one", "zip://x::s3://b"])
def test_an_address_that_no_store_reads_is_refused(address: str) -> None:
    with pytest.raises((UnknownScheme, CredentialsInAddress)) as refused:
        source_at(address).contents()
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(("address", "named"), [("sftp://host/x", r"cutover\[sftp\]"), ("s3://bucket/x", r"cutover\[s3\]")])
def test_a_missing_package_is_named_with_the_command_that_installs_it(
    address: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "find_spec", lambda _name: None)
    with pytest.raises(PackageMissing, match=rf"pip install '{named}'"):
        source_at(address).contents()
    with pytest.raises(PackageMissing, match="pip install"):
        source_at("dropbox://folder").contents()
