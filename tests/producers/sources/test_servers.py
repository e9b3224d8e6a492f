"""Deliveries on an SFTP server and in S3, against servers of this machine."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import asyncssh
import fsspec.config
import pytest
import s3fs
from asyncssh import SFTPServer, SSHServer
from moto.server import ThreadedMotoServer
from sshfs import SSHFileSystem

from producers.sources.addresses import RemoteAddress
from producers.sources.extract import open_extract
from producers.sources.factory import source_at
from producers.sources.port import CopyIncomplete, ExtractMissing, Source, SourceUnreachable
from producers.sources.stores import listing_of, store_of
from tests.producers.source_contract import DELIVERY, NOW, TABLE, Make, SourceContract
from tests.producers.test_sources import packed

pytestmark = pytest.mark.integration


class Office(SSHServer):
    """A server that lets `office` in by password."""

    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("office", "sesame")


class SftpOnLoopback:
    """An SFTP server over a folder, in a thread of its own. `known_hosts` holds its key."""

    def __init__(self, folder: Path, state: Path) -> None:
        self.folder = folder
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._connections: list[asyncssh.SSHServerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._run(self._listen())
        self.port = self._server.get_port()
        self.known_hosts = state / "known_hosts"
        self.known_hosts.write_text(f"[127.0.0.1]:{self.port} {self._key.export_public_key().decode()}")

    async def _listen(self) -> Any:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: Office(self._connections),
            server_host_keys=[self._key],
            sftp_factory=lambda channel: SFTPServer(channel, chroot=str(self.folder).encode()),
        )

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)

    async def _stop(self) -> None:
        self._server.close()
        for connection in self._connections:
            connection.abort()
            await connection.wait_closed()
        await self._server.wait_closed()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def hang_up(self) -> None:
        """Cut all connections."""

        async def cut() -> None:
            for connection in self._connections:
                connection.abort()
                await connection.wait_closed()

        self._run(cut())

    def stop(self) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()


@pytest.fixture(scope="module")
def running_sftp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpOnLoopback]:
    server = SftpOnLoopback(tmp_path_factory.mktemp("served"), tmp_path_factory.mktemp("state"))
    yield server
    SSHFileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def sftp(running_sftp: SftpOnLoopback, monkeypatch: pytest.MonkeyPatch) -> SftpOnLoopback:
    """Return the server, with the password in fsspec's configuration as FSSPEC_SFTP_PASSWORD puts it there."""
    environment = {
        "FSSPEC_SFTP_PASSWORD": "sesame",
        "FSSPEC_SFTP": json.dumps({"known_hosts": str(running_sftp.known_hosts), "config": []}),
    }
    found: dict[str, Any] = {}
    fsspec.config.set_conf_env(found, environment)
    monkeypatch.setitem(fsspec.config.conf, "sftp", found["sftp"])
    return running_sftp


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@pytest.fixture
def sftp_address(sftp: SftpOnLoopback, request: pytest.FixtureRequest) -> str:
    """Return the address of a folder for this test."""
    return f"sftp://office@127.0.0.1:{sftp.port}/{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:8]}"


class TestSftp(SourceContract):
    @pytest.fixture
    def source(self, sftp: SftpOnLoopback, sftp_address: str, tmp_path: Path) -> Make:
        numbers = iter(range(9))

        def made(files: Mapping[str, bytes]) -> Source:
            address = f"{sftp_address}/{next(numbers)}"
            write(sftp.folder / RemoteAddress(sftp_address).name / RemoteAddress(address).name, files)
            return source_at(address, tmp_path / "copies")

        return made


def test_a_link_on_the_server_is_set_aside_and_not_followed(sftp: SftpOnLoopback, sftp_address: str, tmp_path: Path) -> None:
    folder = sftp.folder / RemoteAddress(sftp_address).name
    write(folder, {"list.csv": TABLE})
    (folder / "more.csv").symlink_to("list.csv")
    extract = open_extract(sftp_address, now=NOW, copies=tmp_path)
    assert [(issue.file, issue.reason) for issue in extract.file_issues] == [("more.csv", "link")]


def test_a_server_whose_key_is_unknown_is_refused(
    sftp: SftpOnLoopback, sftp_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "known_hosts").write_text("")
    options = {**fsspec.config.conf["sftp"], "known_hosts": str(tmp_path / "known_hosts")}
    monkeypatch.setitem(fsspec.config.conf, "sftp", options)
    with pytest.raises(SourceUnreachable):
        source_at(sftp_address).contents()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setitem(fsspec.config.conf, "sftp", {"password": "sesame", "config": []})
    with pytest.raises(SourceUnreachable):
        source_at(sftp_address).contents()


def test_a_wrong_password_is_refused_without_being_repeated(
    sftp: SftpOnLoopback, sftp_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "sftp", {**fsspec.config.conf["sftp"], "password": "open barley"})
    with pytest.raises(SourceUnreachable, match=r"credentials") as refused:
        source_at(sftp_address).contents()
    assert "barley" not in str(refused.value)


def test_a_server_that_is_away_is_said(sftp_address: str) -> None:
    with pytest.raises(SourceUnreachable, match=r"^sftp://127\.0\.0\.1:9/inbox: the store does not answer") as away:
        source_at("sftp://127.0.0.1:9/inbox").contents()
    assert (away.value.exit_code, away.value.retriable) == (3, True)


def test_a_connection_that_broke_is_made_anew(sftp: SftpOnLoopback, sftp_address: str, tmp_path: Path) -> None:
    write(sftp.folder / RemoteAddress(sftp_address).name, {"list.csv": TABLE})
    extract = open_extract(sftp_address, now=NOW, copies=tmp_path)
    sftp.hang_up()
    with pytest.raises(SourceUnreachable):
        listing_of(RemoteAddress(sftp_address))
    assert not extract.has_changed()


@pytest.fixture(scope="module")
def running_s3() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture
def s3(running_s3: str, monkeypatch: pytest.MonkeyPatch) -> s3fs.S3FileSystem:
    options = {"endpoint_url": running_s3, "key": "office", "secret": "sesame"}
    monkeypatch.setitem(fsspec.config.conf, "s3", options)
    return s3fs.S3FileSystem()


class TestS3(SourceContract):
    @pytest.fixture
    def source(self, s3: s3fs.S3FileSystem, sftp_address: str, tmp_path: Path) -> Make:
        numbers = iter(range(9))
        bucket = f"b-{RemoteAddress(sftp_address).name}"

        def made(files: Mapping[str, bytes]) -> Source:
            folder = f"{bucket}/{next(numbers)}"
            if not s3.exists(bucket):
                s3.mkdir(bucket)
            for name, content in files.items():
                s3.pipe_file(f"{folder}/{name}", content)
            return source_at(f"s3://{folder}", tmp_path / "copies")

        return made


def test_an_archive_in_s3_is_read(s3: s3fs.S3FileSystem, tmp_path: Path) -> None:
    s3.mkdir("archives")
    s3.pipe_file("archives/day.zip", packed(tmp_path / "day.zip", DELIVERY).read_bytes())
    extract = open_extract("s3://archives/day.zip", now=NOW, copies=tmp_path / "copies")
    assert extract.source.address == "s3://archives/day.zip"
    assert len(list(extract.tables[0].rows())) == 3


def test_the_hash_that_s3_states_is_compared(s3: s3fs.S3FileSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.mkdir("hashes")
    s3.pipe_file("hashes/day/list.csv", TABLE)
    (file,) = listing_of(RemoteAddress("s3://hashes/day")).files
    assert file.md5 == hashlib.md5(TABLE, usedforsecurity=False).hexdigest()
    copies = iter([TABLE.upper(), TABLE])
    store, _ = store_of(RemoteAddress("s3://hashes/day"))
    monkeypatch.setattr(store, "get_file", lambda _path, to: Path(to).write_bytes(next(copies)))
    with pytest.raises(CopyIncomplete, match="hash"):
        open_extract("s3://hashes/day", now=NOW, copies=tmp_path)


def test_a_bucket_that_is_not_there_is_said(s3: s3fs.S3FileSystem) -> None:
    with pytest.raises(ExtractMissing):
        source_at("s3://gone/day").contents()
