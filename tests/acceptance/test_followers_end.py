"""Followers end for a person, with a code that says for what, or because they were asked to: with 0, soon."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from tests.acceptance.workbench import Bench, copied, members_of
from tests.events.secured_broker import PASSWORD, SCRAM, USER, secured_broker
from tests.json_documents import check_output

pytestmark = pytest.mark.acceptance
PRACTICE = Path(__file__).parents[1] / "golden/0.1.0/practice"
"""A small one."""
NOWHERE = "http://127.0.0.1:9"
CONSUME, SYNC = ["consume", "--follow"], ["sync", "inbox", "--follow"]


@pytest.fixture(scope="module")
def prepared(small_prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Yield a project with an applied data model and nothing carried, beside its workspace; to be copied, not changed."""
    with copied(small_prepared, tmp_path_factory.mktemp("ending"), members_of(PRACTICE / "truth/day-2.json")) as b:
        yield b


@pytest.fixture
def b(prepared: Bench, tmp_path: Path) -> Bench:
    project = tmp_path / "project"
    shutil.copytree(prepared.project, project)
    return Bench(project, prepared.url, prepared.key, prepared.before)


def wrong_key(b: Bench, _server: str) -> None:
    b.environment["CUTOVER_TWENTY__API_KEY"] = "wrong"


def no_address(b: Bench, _server: str) -> None:
    b.environment["CUTOVER_TWENTY__URL"] = ""


def no_master_key(b: Bench, _server: str) -> None:
    (b.project / ".cutover/master.key").unlink()


def damaged_log(b: Bench, _server: str) -> None:
    (b.project / ".cutover/log.db").write_bytes(b"no database at all, but long enough to be looked at " * 40)


def misspelt_setting(b: Bench, _server: str) -> None:
    with (b.project / "cutover.toml").open("a") as file:
        file.write("\n[deletions]\nlimmit = 0.5\n")


def nothing_approved(b: Bench, _server: str) -> None:
    shutil.rmtree(b.project)
    b.init(PRACTICE / "practice.toml")


def no_such_role(b: Bench, server: str) -> None:
    b.environment["CUTOVER_STATE__URL"] = make_url(server).set(username="stranger").render_as_string(hide_password=False)


def no_such_database(b: Bench, server: str) -> None:
    b.environment["CUTOVER_STATE__URL"] = make_url(server).set(database="none").render_as_string(hide_password=False)


CASES = [
    (nothing_approved, 4),
    (damaged_log, 65),
    (wrong_key, 77),
    (no_such_role, 77),
    (no_address, 78),
    (no_master_key, 78),
    (misspelt_setting, 78),
    (no_such_database, 78),
]


@pytest.mark.parametrize(("spoil", "code"), CASES, ids=[case[0].__name__ for case in CASES])
@pytest.mark.parametrize("command", [CONSUME, SYNC], ids=["consume", "sync"])
def test_what_needs_a_person_ends_a_follower_and_its_code_says_for_what(
    b: Bench, postgres_server: str, command: list[str], spoil: Callable[[Bench, str], None], code: int
) -> None:
    spoil(b, postgres_server)
    said = b.cutover(*command, "--without-sample", "--log-format", "json", stop=60)
    assert said.code == code, said.err
    last = json.loads(said.err.splitlines()[-1])
    assert (last["event"], last["level"], last["exit_code"]) == ("command_failed", "error", code)
    assert last["message"]
    assert said.document["error"] | {"kind": "", "retriable": False} == {
        "message": last["message"],
        "exit_code": code,
        "kind": "",
        "retriable": False,
    }


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Yield a broker that asks for TLS and a password."""
    with secured_broker(tmp_path_factory.mktemp("secured"), SCRAM) as found:
        yield found


@pytest.mark.parametrize("command", [CONSUME, SYNC], ids=["consume", "sync"])
@pytest.mark.parametrize(
    ("password", "trusted", "code", "said"),
    [
        ("another-one", True, 77, "brokers refuse the user's name or password"),
        (PASSWORD, False, 78, "the broker's certificate is not to be trusted"),
    ],
    ids=["password", "certificate"],
)
def test_a_broker_that_refuses_a_follower_is_not_waited_for(
    b: Bench, broker: SimpleNamespace, command: list[str], password: str, trusted: bool, code: int, said: str
) -> None:
    authorities = f"&ssl_cafile={broker.certificate}" if trusted else ""
    b.environment["CUTOVER_LOG__URL"] = f"kafka://127.0.0.1:{broker.port}?prefix=any&security_protocol=SASL_SSL{authorities}"
    b.environment |= {"CUTOVER_LOG__USER": USER, "CUTOVER_LOG__PASSWORD": password}
    ended = b.cutover(*command, "--log-format", "json", stop=60)
    assert ended.code == code, ended.err
    last = json.loads(ended.err.splitlines()[-1])
    assert (last["event"], last["exit_code"]) == ("command_failed", code)
    assert said in last["message"]
    assert password not in ended.err


def test_in_plain_text_the_last_line_says_what_to_do(b: Bench) -> None:
    b.environment["CUTOVER_TWENTY__API_KEY"] = "wrong"
    said = b.cutover(*CONSUME, "--without-sample", json_output=False, stop=60)
    b.environment.clear()
    assert said.code == 77
    assert " level=error event=command_failed " in said.err.splitlines()[-1]
    assert "API key" in said.err.splitlines()[-1]
    (worker,) = b.ok("status")["workers"]
    assert (worker["running"], worker["state"], worker["trouble"]["waiting_for"]) == (False, "ended", "person")


class Running:
    """A follower in a process of its own."""

    def __init__(self, b: Bench, folder: Path, command: Sequence[str]) -> None:
        self._errors = folder / "errors"
        with self._errors.open("w") as errors:
            more = ["--without-sample", "--log-format", "json", "--json"]
            self.process = b.start(*command, *more, stdout=subprocess.PIPE, stderr=errors)

    def until(self, event: str) -> dict[str, Any]:
        deadline = time.monotonic() + 60
        while True:
            for line in map(json.loads, self._errors.read_text().splitlines()):
                if line["event"] == event:
                    return dict(line)
            assert time.monotonic() < deadline, self._errors.read_text()
            time.sleep(0.1)

    def stop(self, by: signal.Signals) -> tuple[int, float, str]:
        """Return the exit code, the seconds that it took, and what stands on standard output."""
        began = time.monotonic()
        self.process.send_signal(by)
        out, _ = self.process.communicate(timeout=60)
        return self.process.returncode, time.monotonic() - began, out


SOON = 8.0
"""Seconds, on a machine that is busy with other tests; far less than any of the waits that are given up."""


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("command", [CONSUME, SYNC], ids=["consume", "sync"])
def test_a_signal_in_the_middle_of_an_outage_ends_a_follower_with_0(
    b: Bench, tmp_path: Path, command: list[str], by: signal.Signals
) -> None:
    b.environment["CUTOVER_TWENTY__URL"] = NOWHERE
    follower = Running(b, tmp_path, command)
    assert follower.until("outage_begun")["waiting_for"] == "twenty"
    code, seconds, out = follower.stop(by)
    assert (code, json.loads(out)) == (0, {"stopped": True})
    assert seconds < SOON
    follower.until("follower_stopped")


def test_status_tells_what_a_worker_waits_for_also_where_it_cannot_read_the_state_itself(b: Bench, tmp_path: Path) -> None:
    b.environment["CUTOVER_STATE__URL"] = "postgresql+psycopg://somebody@127.0.0.1:9/state"
    follower = Running(b, tmp_path, CONSUME)
    assert follower.until("outage_begun")["waiting_for"] == "database"
    said = b.cutover("status")
    assert follower.stop(signal.SIGTERM)[0] == 0
    assert said.code == 3
    assert f"Worker 1 (process {follower.process.pid}): waiting; waiting for database since " in said.err


@pytest.mark.parametrize("security", ["", "&security_protocol=SASL_SSL"], ids=["plain", "secured"])
def test_a_signal_ends_a_follower_that_has_never_reached_its_broker(b: Bench, tmp_path: Path, security: str) -> None:
    b.environment["CUTOVER_LOG__URL"] = f"kafka://127.0.0.1:9?prefix=nowhere{security}"
    if security:
        b.environment |= {"CUTOVER_LOG__USER": USER, "CUTOVER_LOG__PASSWORD": PASSWORD}
    follower = Running(b, tmp_path, CONSUME)
    follower.until("follower_started")
    time.sleep(3)  # in the middle of the first attempt
    code, seconds, _ = follower.stop(signal.SIGTERM)
    assert code == 0
    assert seconds < SOON


def test_a_worker_that_rests_is_stopped_with_0_also_after_findings(b: Bench, tmp_path: Path) -> None:
    shutil.copytree(PRACTICE / "day-1", tmp_path / "day-1")
    roster = tmp_path / "day-1/Pt Roster 20261005.csv"
    lines = roster.read_bytes().splitlines(keepends=True)
    roster.write_bytes(b"".join(lines[:-8]))  # what hangs on these patients waits for them
    b.ok("produce", tmp_path / "day-1")
    follower = Running(b, tmp_path, CONSUME)
    follower.until("window_carried")
    time.sleep(1)
    code, seconds, out = follower.stop(signal.SIGTERM)
    check_output(["consume", "--json"], out)
    document = json.loads(out)
    assert document["writes"]["create"] > 0
    assert document["dead_letters"] > 0, "without --follow it would end with 1"
    assert code == 0
    assert seconds < SOON
