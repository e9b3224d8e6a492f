"""Topics of the log are deleted under a worker: it ends and says so, and no command makes them anew."""

from __future__ import annotations

import subprocess
import time
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient

from cutover.following.passing import Ending
from tests.acceptance.workbench import EXTRACTS, bench, members_of

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.mark.long
def test_a_worker_whose_topic_is_deleted_ends_within_a_minute_and_nothing_makes_it_anew(kafka: str, tmp_path: Path) -> None:
    prefix = f"deleted-{uuid4().hex}"
    with (
        bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b,
        closing(KafkaAdminClient(bootstrap_servers=kafka)) as admin,
    ):
        b.environment["CUTOVER_LOG__URL"] = f"kafka://{kafka}?prefix={prefix}&partitions=2"
        b.prepare(LAKEVIEW / "practice.toml", LAKEVIEW / "day-1")
        b.ok("sync", LAKEVIEW / "day-1", "--without-sample")
        worker = b.start("consume", "--follow", "--without-sample", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            time.sleep(10)
            assert worker.poll() is None, "it is idle, and at work"
            admin.delete_topics([f"{prefix}.changes"])
            began = time.monotonic()
            _, said = worker.communicate(timeout=90)
            waited = time.monotonic() - began
        finally:
            worker.kill()
            worker.wait()
        assert worker.returncode == Ending.DATA, said
        # the look names the topic; a request that meets the deletion first names the command that does
        assert f"{prefix}.changes" in said or "run `cutover status`: it names the topics that are missing" in said
        assert waited < 75, "a look a minute, and the time that a new topic needs to reach every node"
        for command in (("status",), ("produce", LAKEVIEW / "day-1"), ("map", "propose", LAKEVIEW / "day-1")):
            refused = b.cutover(*command)
            assert refused.code == 3
            assert f"the log has lost 1 of its 4 topics: {prefix}.changes (the change events)" in refused.err
        assert f"{prefix}.changes" not in admin.list_topics()
        admin.delete_topics([f"{prefix}.{topic}" for topic in ("compensations", "decisions", "dead-letters")])
        lost = b.cutover("map", "propose", LAKEVIEW / "day-1")
        assert (lost.code, "the log is lost: none of the topics" in lost.err) == (3, True)
        assert not [name for name in admin.list_topics() if name.startswith(prefix)]
