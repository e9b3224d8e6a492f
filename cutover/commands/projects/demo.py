"""`demo`: the whole story on this machine, by the very commands that a user would type.

A synthetic practice's extracts, a rehearsal workspace without a rate limit, the mapping, the data model, a sample, day one, the
delta of day two, a reconciliation, and both days taken back. The folder is left behind to look at.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import RenderableType

from cutover.demo_practice import write_practice
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.projects import DemoDocument
from events.errors import ExitCode
from projections.destination import destination

FALLBACK = "office@juniper-ridge.example"


@dataclass(kw_only=True)
class _Story:
    """Runs commands in the demo's project, shows them and keeps what they said."""

    folder: Path
    quiet: bool
    environment: Mapping[str, str]
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, name: str, *arguments: str) -> dict[str, Any]:
        """Run `cutover ARGUMENTS --json` and show it as it would be typed. Raises UsageError when it fails."""
        project = [] if arguments[0] in ("init", "rehearse") else ["--project", "."]
        shown = shlex.join(["cutover", *arguments, *project])
        if not self.quiet:
            sys.stdout.write(f"\n$ {shown}\n")
            sys.stdout.flush()
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 (our own program, arguments of our own)
            [sys.executable, "-m", "cutover.main", *arguments, *project, "--json"],
            cwd=self.folder,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (ExitCode.DONE, ExitCode.FINDINGS) or not done.stdout:
            raise UsageError(
                f"the demo stopped at `{shown}` (exit {done.returncode}): {done.stderr.strip() or done.stdout.strip()}"
            )
        document: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        self.said[name] = document
        if not self.quiet:
            sys.stdout.write(f"  {_gist(name, document)}  ({time.monotonic() - began:.1f} s, exit {done.returncode})\n")
            sys.stdout.flush()
        return document


def demo(folder: Path, *, quiet: bool) -> Answer:
    """Play the story in `folder`, which must be new or empty. Raises UsageError."""
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: is not empty; remove it, or give another folder: `cutover demo DIR`")
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    practice = write_practice(folder / "extracts")
    day1, day2 = (str(path.relative_to(folder)) for path in practice.extracts)
    with _workspace(folder, [FALLBACK, *practice.member_emails]) as (url, key):
        environment = {
            **os.environ,
            "CUTOVER_TWENTY__URL": url,
            "CUTOVER_TWENTY__API_KEY": key,
            "CUTOVER_TWENTY__RATE_LIMIT": "0",
            "CUTOVER_TWENTY__FALLBACK_MEMBER": FALLBACK,
        }
        story = _Story(folder=folder, quiet=quiet, environment=environment)
        story.run(
            "init",
            *("init", ".", "--practice", practice.id, "--name", practice.name),
            *("--timezone", practice.timezone, "--currency", practice.currency, "--date-order", practice.date_order),
        )
        story.run("audit", "audit", day1)
        story.run("map propose", "map", "propose", day1)
        story.run("map approve", "map", "approve", "--by", "Demo")
        story.run("schema plan", "schema", "plan")
        story.run("schema apply", "schema", "apply")
        story.run("sample", "sample")
        story.run("sample accept", "sample", "accept", "--by", "Demo")
        story.run("day 1", "sync", day1)
        second = story.run("day 2", "sync", day2)
        story.run("reconcile", "reconcile", "--html", "reconciliation.html")
        story.run("log verify", "log", "verify")
        story.run("rollback of day 2", "rollback", "--run", second["run"], "--yes")
        story.run("rollback of everything", "rollback", "--all", "--schema", "--yes")
        story.run("log verify at the end", "log", "verify")
    return _summary(folder, practice.name, story.said, time.monotonic() - began)


@contextmanager
def _workspace(folder: Path, members: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Run a rehearsal workspace of its own process, kept in the folder: (url, API key)."""
    arguments = ["rehearse", "--json", "--port", "0", "--rate-limit", "0", "--file", str(folder / "workspace.db")]
    for member in members:
        arguments += ["--member", member]
    server = subprocess.Popen([sys.executable, "-m", "cutover.main", *arguments], stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        if not line:
            raise UsageError("the rehearsal workspace did not start; try `cutover rehearse` to see why")
        ready = json.loads(line)
        yield ready["url"], ready["api_key"]
    finally:
        server.terminate()
        server.wait(timeout=20)
        if server.stdout is not None:
            server.stdout.close()


def _gist(name: str, d: Mapping[str, Any]) -> str:
    """Return the gist of a command's output, in one line."""
    match name:
        case "init":
            return f"practice {d['practice']}, master key in {Path(d['master_key_file']).name}"
        case "map propose":
            custom = counted(len(d["custom_fields"]), "custom field")
            return f"{counted(len(d['tables']), 'table')}, {custom}, {counted(len(d['findings']), 'finding')}"
        case "schema plan":
            return f"{len(d['items'])} items, {len(d['invite'])} people to invite"
        case "schema apply":
            return f"{counted(len(d['steps']), 'step')} done"
        case "sample":
            wrong = counted(d["differences"], "difference")
            return f"{counted(d['patients'], 'patient')}, {counted(d['records'], 'record')}, {wrong}"
        case "day 1" | "day 2":
            changes = ", ".join(f"{n:,} {k}" for k, n in d["changes"].items() if n)
            writes = counted(sum(d["writes"].values()) - d["writes"]["unchanged"], "write")
            return f"{changes}; {writes} in {counted(d['requests'], 'request')}"
        case "reconcile":
            wrong = sum(o["missing"] + o["extra"] + o["different"] for o in d["objects"])
            source, differing = sum(o["source"] for o in d["objects"]), counted(wrong, "difference")
            known = counted(sum(issue["count"] for issue in d["issues"]), "thing")
            return f"{counted(source, 'record')}, {differing}, {known} to know"
        case "rollback of day 2" | "rollback of everything":
            return f"{counted(d['undone'], 'record')} taken back, {len(d['kept'])} kept, {counted(d['requests'], 'request')}"
        case "log verify" | "log verify at the end":
            return f"{counted(d['events'], 'event')}, {counted(len(d['problems']), 'problem')}"
        case _:
            return "done"


def _plain() -> dict[str, str]:
    """Return the objects by their names for people; links say nothing to them."""
    known = destination()
    return {plural: known.shown(plural) for plural in known.write_order if plural not in known.links}


def _summary(folder: Path, name: str, said: Mapping[str, dict[str, Any]], seconds: float) -> Answer:
    objects = {o["object"]: o for o in said["reconcile"]["objects"]}
    moved = [
        (
            plain,
            f"{objects[o]['source']:,}",
            f"{objects[o]['twenty']:,}",
            objects[o]["missing"] + objects[o]["different"] + objects[o]["extra"],
        )
        for o, plain in _plain().items()
        if o in objects
    ]
    day2, back, undone = said["day 2"], said["rollback of day 2"], said["rollback of everything"]
    wrong = sum(row[3] for row in moved)
    reasons = sum(issue["count"] for issue in said["reconcile"]["issues"])
    problems = said["log verify at the end"]["problems"]
    document: DemoDocument = {
        "folder": str(folder),
        "seconds": round(seconds, 1),
        "objects": said["reconcile"]["objects"],
        "differences": wrong,
        "issues": reasons,
        "delta": day2["changes"],
        "undone": back["undone"] + undone["undone"],
        "kept": len(back["kept"]) + len(undone["kept"]),
        "log_problems": len(problems),
        "steps": dict(said),
    }
    changes = day2["changes"]
    text: list[RenderableType] = [
        "",
        table(
            f"{name}: from Practice by Numbers to Twenty", ("", "in PbN", "in Twenty", "differences"), moved, right=(1, 2, 3)
        ),
        "",
        f"Two days later: {changes['created']:,} new, {changes['updated']:,} changed and {changes['deleted']:,} removed "
        f"records were carried over; {changes['unchanged']:,} had not changed and were left alone.",
        f"{counted(reasons, 'value or record needs', 'values or records need')} a look; "
        f"{folder.name}/reconciliation.html says which and why.",
        f"Then everything was taken back: {counted(back['undone'], 'record')} of day two, {undone['undone']:,} of the rest, "
        f"and the data model. {document['kept']} were kept.",
        "Twenty is as it was before. The log still holds the whole story, sealed: nothing was lost.",
        f"It took {seconds:.0f} seconds. Look around in {folder}: the extracts, the log (.cutover), the report.",
    ]
    return Answer(document=document, text=text, findings=bool(wrong or problems))
