"""Commands import what they need: a question about the command line, or about the state, waits for no reader of extracts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.acceptance.workbench import Bench, workspace

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
_LIST = """
import json, sys
from cutover.main import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    sys.stderr.write(json.dumps(sorted(sys.modules)))
"""


def _imported(arguments: list[str], environment: Mapping[str, str] | None = None) -> set[str]:
    command = [sys.executable, "-c", _LIST, *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


def _packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("command", [[], ["sync"], ["map", "approve"]], ids=["cutover", "sync", "map approve"])
def test_help_imports_only_the_words_of_the_command_line(command: list[str]) -> None:
    imported = _imported([*command, "--help"])

    ours = {name for name in imported if name.partition(".")[0] in ("cutover", "events", "consumers", "producers", "rehearsal")}
    assert {name for name in ours if not name.startswith("cutover.cli")} == {
        "cutover",
        "cutover.main",
        "cutover.project",
        "cutover.project.errors",
        "cutover.project.log_format",
        "events",
        "events.errors",
    }
    assert {"cutover.cli.aloud", "cutover.cli.lines", "cutover.cli.crash"}.isdisjoint(ours)
    others = {"sqlalchemy", "pydantic_settings", "httpx", "fastavro", "cryptography", "rich", "kafka", "bs4", "starlette"}
    assert not _packages(imported) & others


def test_status_imports_no_reader_of_extracts_and_no_server(tmp_path: Path) -> None:
    extract = tmp_path / "extract"
    extract.mkdir()
    (extract / "patients.csv").write_text("Patient ID,First Name,Last Name\n1,Ada,Example\n", encoding="utf-8")
    with workspace(tmp_path, []) as (url, key):
        bench = Bench(tmp_path / "project", url, key, tmp_path / "before.json")
        bench.ok("init", bench.project, "--practice", "juniper", "--name", "Juniper Ridge Dental")
        bench.ok("map", "propose", extract)
        imported = _imported(["status", "--project", str(bench.project)], bench.variables)

    assert {"sqlalchemy", "httpx", "rich"} <= _packages(imported)
    readers = {"bs4", "phonenumbers", "rapidfuzz", "python_calamine", "charset_normalizer", "markdownify", "email_validator"}
    servers = {"starlette", "uvicorn", "graphql", "kafka"}
    assert not _packages(imported) & (readers | servers | {"rehearsal"})
    writers = {
        "producers.changes.produce",
        "consumers.sync.projector",
        "consumers.rollback.compensator",
        "consumers.workers.worker",
    }
    assert not imported & writers
    unspoken = {"projections.destination", "projections.project", "producers.state.fingerprints"}
    assert not imported & unspoken
    assert not {name for name in imported if name.startswith("sqlalchemy.dialects.postgresql")}
