"""The server as a process: it says when it is ready, answers over loopback, breaks connections on demand, ends when told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from rehearsal.server.server import WorkspaceSettings, running

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from rehearsal.server.faults import Fault
from rehearsal.server.server import WorkspaceSettings, serve
faults = tuple(Fault.parse(text) for text in sys.argv[1:])
settings = WorkspaceSettings(api_key="key", rate_limit=0, faults=faults)
serve(settings, on_ready=lambda url: print(url, file=sys.stderr, flush=True))
"""


class Running:
    """A server in a process of its own."""

    def __init__(self, *faults):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", PROGRAM, *faults]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.url = self.process.stderr.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def post(self, path, json):
        return httpx.post(self.url + path, json=json, headers={"Authorization": "Bearer key"}, timeout=5)

    def end(self, how):
        self.process.send_signal(how)
        return self.process.communicate(timeout=10)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_once_ready_ends_cleanly_and_says_nothing_by_itself(how):
    with Running() as server:
        assert server.post("/rest/people", {"jobTitle": "private words"}).status_code == 201
        assert server.post("/rest/people", {"dateOfDeath": "private words"}).status_code == 400
        unforeseen = {"query": 'fragment F on Person { ...F } { people(filter: {jobTitle: {neq: "private words"}}) { ...F } }'}
        assert server.post("/graphql", unforeseen).json()["errors"][0]["message"] == "Internal server error"
        out, log = server.end(how)
    assert out == ""
    assert "private" not in log
    assert server.process.returncode == 0


def test_it_breaks_connections_on_demand():
    with Running("reset:1") as server:
        with pytest.raises(httpx.TransportError):
            server.post("/rest/people", {})
        out, log = server.end(signal.SIGTERM)
    assert (out, log) == ("", "")


def test_it_truncates_answers_on_demand():
    with Running("truncated:1") as server:
        response = server.post("/rest/people", {})
        out, log = server.end(signal.SIGTERM)
    assert response.status_code == 201
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        response.json()
    assert (out, log) == ("", "")


def test_it_can_run_inside_a_test():
    with running(WorkspaceSettings(api_key="key", rate_limit=1)) as url:
        statuses = [httpx.get(f"{url}/rest/people", headers={"Authorization": "Bearer key"}).status_code for _ in range(2)]
    assert statuses == [200, 429]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
