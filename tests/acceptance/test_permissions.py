"""The whole job as a user with exactly the permissions that docs/several-machines.md lists; two workers carry it."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.acceptance.program import Process
from tests.acceptance.test_workers import end, until_carried, worker
from tests.acceptance.workbench import EXTRACTS, bench, members_of
from tests.events.permissions import allow
from tests.events.secured_broker import PASSWORD, PERMISSIONS, SCRAM, USER, secured_broker
from tests.postgres import database

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.mark.long
def test_the_listed_permissions_are_enough_for_everything(postgres_server: str, tmp_path: Path) -> None:
    prefix = f"allowed-{uuid4().hex}"
    with (
        secured_broker(tmp_path, SCRAM, broker=PERMISSIONS) as broker,
        database(postgres_server) as state,
        database(postgres_server) as keys,
        bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b,
        ExitStack() as ending,
    ):
        allow(broker.address, USER, prefix)
        options = f"prefix={prefix}&partitions=4&security_protocol=SASL_SSL&ssl_cafile={broker.certificate}"
        b.environment |= {
            "CUTOVER_LOG__URL": f"kafka://127.0.0.1:{broker.port}?{options}",
            "CUTOVER_LOG__USER": USER,
            "CUTOVER_LOG__PASSWORD": PASSWORD,
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": keys,
            "CUTOVER_TWENTY__TIMEOUT": "2",
        }
        b.init(LAKEVIEW / "practice.toml")
        before = b.cutover("status")
        assert (before.code, "there is no log yet" in before.err) == (4, True), "and makes none"
        b.ok("map", "propose", LAKEVIEW / "day-1")
        b.ok("map", "approve", "--by", "Test")
        b.ok("schema", "apply")
        b.ok("produce", LAKEVIEW / "day-1")
        workers = [worker(b), worker(b.elsewhere(tmp_path / "second machine"))]
        for process in workers:
            ending.callback(_end_for_good, process)
        until_carried(b)
        for process in workers:
            end(process)
        b.assert_truth(LAKEVIEW / "truth/day-1.json")
        b.ok("sync", LAKEVIEW / "day-2", "--without-sample")
        b.assert_truth(LAKEVIEW / "truth/day-2.json")
        assert b.ok("log", "verify")["problems"] == []
        assert [p["lag"] for p in b.ok("status")["partitions"]] == [0] * 4
        assert b.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
        b.assert_as_before()


def _end_for_good(process: Process) -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stderr.close()
