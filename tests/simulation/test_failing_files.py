"""A disk that is full, that has errors, that writes half: the command says so, and repeated it comes to the same end.

SQLite does its own input and output in C, so that a small library is built and preloaded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.simulation.template import Template

SAMPLE = 8
"""Operations of each kind that fail here; the long suite lets every one fail."""
HERE = Path(__file__).parent
_COMPILER = shutil.which("cc")


@pytest.mark.skipif(_COMPILER is None or sys.platform != "linux", reason="needs cc on Linux, to build a failing disk")
def test_any_file_operation_may_fail(template: Template, memory: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as built:  # on disk: a library in memory is not always allowed to run
        found = run(template, memory / "files", Path(built), SAMPLE)
    assert found["wrong"] == []
    assert found["operations"] > 100
    assert found["met"] >= SAMPLE


def run(template: Template, folder: Path, built: Path, sample: int) -> dict[str, Any]:
    """Build the library, and let operations fail in a process of its own."""
    assert _COMPILER is not None
    library = built / "failing_files.so"
    source = HERE / "failing_files.c"
    subprocess.run([_COMPILER, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tests.simulation.failing_files", str(template.folder), str(folder), str(sample)]
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    done = subprocess.run(command, env=environment, cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found
