"""No value of a record stands in a line that a follower writes, whatever it meets: every value of the most soiled practice is
looked for in every line.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import pytest

from consumers.workers.happenings import DeadLettersMade, Happening, WindowCarried
from cutover.cli.lines import lines, say
from cutover.following.delivery_follower import Follower
from cutover.project.log_format import LogFormat
from cutover.project.project import find_project
from cutover.runs.happenings.happenings import ExtractRead
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from tests.acceptance.workbench import EXTRACTS, OWNER, bench, members_of

pytestmark = pytest.mark.acceptance
BRUTAL = EXTRACTS / "brutal"
PERSONAL = ("companies", "providers", "people", "tasks", "notes", "treatmentPlans", "insuranceClaims", "billingRecords")
_CODES = re.compile(r"[a-z_]+|[A-Z_]+")
"""Words of our own, which a value may happen to be: reason codes, entities, names of fields."""


def values_of(truth: Path) -> set[str]:
    """Return every text of the records that a truth lists, each of its words included, and the native ids of the pbnIds."""

    def texts(part: Any) -> Iterator[str]:
        if isinstance(part, dict):
            for value in part.values():
                yield from texts(value)
        elif isinstance(part, list):
            for value in part:
                yield from texts(value)
        elif isinstance(part, str):
            yield part

    document = json.loads(truth.read_text(encoding="utf-8"))
    found = {text for name in PERSONAL for text in texts(document.get(name, []))}
    words = {word for text in found for word in re.findall(r"[^\s,;:=\"]+", text)}
    return {value for value in found | words if len(value) > 2 and not _CODES.fullmatch(value) and not value.isdigit()}


def follow(project: Path, inbox: Path) -> list[Happening]:
    """Return the lines that are printed while the deliveries are carried."""
    told: list[Happening] = []
    looks = iter(range(6))
    options = SyncOptions(without_sample=True)
    stop: list[bool] = []

    def pause(_seconds: float) -> None:
        if next(looks, None) is None:
            stop.append(True)

    Follower(
        make_session=lambda: Session(find_project(project)),
        paths=[inbox],
        options=options,
        stopped=lambda: bool(stop),
        said=lambda _answer: None,
        tell=told.append,
        pause=pause,
    ).follow()
    return told


def test_no_value_of_a_record_stands_in_any_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(tmp_path, members_of(BRUTAL / "truth/day-1.json")) as b:
        b.prepare(BRUTAL / "practice.toml", BRUTAL / "day-1")
        for name, value in (("URL", b.url), ("API_KEY", b.key), ("RATE_LIMIT", "0"), ("FALLBACK_MEMBER", OWNER)):
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        inbox = tmp_path / "inbox"
        for day in ("day-1", "day-2"):
            shutil.copytree(BRUTAL / day, inbox / day)
        told = follow(b.project, inbox)
    assert {type(happening) for happening in told} >= {ExtractRead, WindowCarried, DeadLettersMade}
    written: list[str] = []
    for form in LogFormat:
        with redirect_stderr(io.StringIO()) as out, lines(form):
            for happening in told:
                say(happening)
        written += out.getvalue().splitlines()
    assert len(written) == 2 * len(told)
    values = values_of(BRUTAL / "truth/day-1.json") | values_of(BRUTAL / "truth/day-2.json")
    assert len(values) > 1_000
    said = {word for line in written for word in re.findall(r"[^\s,;:=\"{}\[\]]+", line)}
    whole = "\n".join(written)
    found = {value for value in values if value in said or (" " in value and value in whole)}
    assert found == set()
