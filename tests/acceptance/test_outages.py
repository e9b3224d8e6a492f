"""Outages of a broker, a PostgreSQL server and Twenty under running followers: each is said, waited out, and nothing is lost.

Both followers meet the same outages on the same site: a Kafka log, the state and the keys in PostgreSQL, a rehearsal workspace,
each in a process of its own that is killed and started again.
"""

from __future__ import annotations

import json
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.program import Process
from tests.acceptance.workbench import EXTRACTS, Bench, members_of, restartable_workspace
from tests.kafka_broker import make_nodes, wait_for
from tests.postgres import database, restartable

pytestmark = [pytest.mark.acceptance, pytest.mark.long]
LAKEVIEW = EXTRACTS / "lakeview"
BROKER_AWAY = {"consume": 65.0, "sync": 45.0}
TWENTY_AWAY = 20.0
"""Seconds: longer than a follower's calls wait by themselves, and for a worker as long as what once ended it."""


@dataclass
class Site:
    """A project whose broker, database server and workspace can be stopped and started."""

    bench: Bench
    broker: Any
    server: Any
    twenty: Any
    folder: Path
    follower: Process | None = None
    _said: list[dict[str, Any]] = field(default_factory=list)

    def follow(self, *command: str) -> None:
        with self._errors.open("w") as errors, (self.folder / "out").open("w") as out:
            more = ["--without-sample", "--log-format", "json", "--json"]
            self.follower = self.bench.start(*command, *more, stdout=out, stderr=errors)

    @property
    def _errors(self) -> Path:
        return self.folder / "errors"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Return the follower's lines. Every line is JSON."""
        return [json.loads(line) for line in self._errors.read_text().splitlines()]

    def until(self, event: str, *, seconds: float = 90, since: int = 0, **fields: Any) -> int:
        """Wait until the follower says so, after its first `since` lines; return the number of lines by then."""
        deadline = time.monotonic() + seconds
        while True:
            lines = self.lines
            for number, line in enumerate(lines[since:], since + 1):
                if line["event"] == event and all(line[name] == value for name, value in fields.items()):
                    return number
            assert self.follower is not None
            assert self.follower.poll() is None, (self.follower.returncode, lines[-5:])
            assert time.monotonic() < deadline, (event, fields, lines[-8:])
            time.sleep(0.2)

    def until_carried(self) -> None:
        deadline = time.monotonic() + 120
        while not self.bench.is_carried():
            assert time.monotonic() < deadline, (self.bench.ok("status"), self.lines[-5:])
            time.sleep(0.5)

    def outage(self, waiting_for: str, stop: Callable[[], None], start: Callable[[], None], seconds: float) -> int:
        """Stop something for some seconds; the follower says that, and goes on. Returns the number of lines by then."""
        before = len(self.lines)
        stop()
        ends = time.monotonic() + seconds
        begun = self.until("outage_begun", since=before, waiting_for=waiting_for)
        time.sleep(max(0.0, ends - time.monotonic()))
        start()
        return self.until("outage_ended", since=begun)

    def stop(self) -> tuple[int, list[dict[str, Any]]]:
        """Send SIGTERM: the exit code and the documents on standard output."""
        assert self.follower is not None
        self.follower.send_signal(signal.SIGTERM)
        code = self.follower.wait(timeout=90)
        return code, [json.loads(line) for line in (self.folder / "out").read_text().splitlines()]


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    (broker,) = make_nodes(folder / "kafka", 1)
    broker.start()
    with (
        restartable() as server,
        database(server.url) as state,
        database(server.url) as keys,
        restartable_workspace(folder, members_of(LAKEVIEW / "truth/day-2.json")) as twenty,
    ):
        b = Bench(folder / "project", twenty.url, twenty.key, folder / "before.json")
        b.check("--snapshot", b.before)
        wait_for([broker.address])
        b.environment |= {
            "CUTOVER_LOG__URL": f"kafka://{broker.address}?prefix=outages-{uuid4().hex}&partitions=4",
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": keys,
            "CUTOVER_TWENTY__TIMEOUT": "2",
            "CUTOVER_TWENTY__BATCH_SIZE": "10",
        }
        made = Site(b, broker, server, twenty, folder)
        try:
            b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
            yield made
        finally:
            if made.follower is not None:
                made.follower.kill()
                made.follower.wait()
            broker.kill()


@pytest.mark.parametrize("command", ["consume", "sync"])
def test_a_follower_waits_out_every_outage_aloud_and_nothing_is_lost(command: str, tmp_path: Path) -> None:
    with site(tmp_path) as s:
        b, inbox = s.bench, tmp_path / "inbox"
        inbox.mkdir()

        def deliver(day: str) -> None:
            if command == "sync":
                shutil.copytree(LAKEVIEW / day, inbox / day)
            else:
                b.ok("produce", LAKEVIEW / day)

        # it is started while Twenty is away, and waits
        deliver("day-1")
        s.twenty.kill()
        s.follow(*(["sync", str(inbox), "--follow"] if command == "sync" else ["consume", "--follow"]))
        s.until("outage_begun", waiting_for="twenty")
        if command == "consume":
            worker = json.loads((b.project / ".cutover/worker-1.json").read_text())
            assert (worker["state"], worker["trouble"]["waiting_for"]) == ("waiting", "twenty")
        s.twenty.start()
        # the database server is restarted while it carries
        s.until("partitions_taken" if command == "consume" else "extract_read")
        s.outage("database", s.server.stop, s.server.start, 0.5)
        s.until_carried()
        # Twenty goes away while it carries
        deliver("day-2")
        if command == "sync":
            s.until("extract_read", since=len(s.lines))
        s.outage("twenty", s.twenty.kill, s.twenty.start, TWENTY_AWAY)
        s.until_carried()

        # the broker goes away while a worker has nothing to do, and while a delivery comes that was read before
        def cut_off() -> None:
            s.broker.kill()
            if command == "sync":
                shutil.copytree(LAKEVIEW / "day-2", inbox / "day-2 again")

        s.outage("log", cut_off, s.broker.start, BROKER_AWAY[command])
        s.until_carried()
        code, documents = s.stop()
        assert code == 0
        assert documents, "it prints what it came to"
        assert [line["event"] for line in s.lines][-1] == "follower_stopped"
        ended = [line["waiting_for"] for line in s.lines if line["event"] == "outage_ended"]
        assert ended == [line["waiting_for"] for line in s.lines if line["event"] == "outage_begun"]
        assert ended == ["twenty", "database", "twenty", "log"]
        assert not [line for line in s.lines if line["event"] == "library_spoke"]
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        assert b.ok("log", "verify")["problems"] == []
        status = b.ok("status")
        assert (status["follower"], status["workers"]) == (None, [])
