"""The floors of a migration: the requests and the decoding that cannot be left out, without the engine around them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

import httpx
import orjson

from consumers.twenty.images import image_columns, selection
from consumers.twenty.workspace import Workspace
from cutover.project.project import find_project
from events.compensations import Action, Phase, body_of, read_compensation
from events.log.port import CHANGES, COMPENSATIONS, read_all
from events.sealing.payloads import open_envelope, unseal
from projections.destination import destination

BATCH = 200
IN_FLIGHT = 16
PAGE = 2_000


def keep_bodies(project: Path, folder: Path) -> None:
    """Write the bodies of all creates in a project's log to a file for each object, a line for each batch.

    Attachments are left out: their files would have to be uploaded first.
    """
    waiting: dict[str, list[dict[str, object]]] = {}
    with find_project(project) as found, ExitStack() as opened:
        keys = found.keys()
        files: dict[str, BinaryIO] = {}
        for entry in read_all(found.log(), COMPENSATIONS):
            event = read_compensation(entry.value)
            if event.phase is not Phase.INTENDED or event.action is not Action.CREATE or event.object == "attachments":
                continue
            if event.object not in files:
                files[event.object] = opened.enter_context((folder / event.object).open("wb"))
            body = body_of(event, keys)
            batch = waiting.setdefault(event.object, [])
            batch.append({"id": str(UUID(bytes=event.twenty_id)), **{name: body.values[name] for name in body.written}})
            if len(batch) == BATCH:
                files[event.object].write(orjson.dumps(batch) + b"\n")
                batch.clear()
        for plural, batch in waiting.items():
            if batch:
                files[plural].write(orjson.dumps(batch) + b"\n")


def write_bare(url: str, key: str, folder: Path) -> tuple[int, float]:
    """Send kept bodies as they are, object by object, 16 requests in flight; give the number of records and the seconds.

    Raises HTTPStatusError.
    """
    records = 0
    began = time.perf_counter()
    with _client(url, key) as client, ThreadPoolExecutor(IN_FLIGHT) as pool:
        for plural in (name for name in destination().write_order if (folder / name).exists()):
            sent: deque[Future[int]] = deque()
            with (folder / plural).open("rb") as batches:
                for batch in batches:
                    sent.append(pool.submit(_create, client, plural, batch))
                    if len(sent) == 2 * IN_FLIGHT:
                        records += sent.popleft().result()
            records += sum(one.result() for one in sent)
    return records, time.perf_counter() - began


def read_bare(project: Path, url: str, key: str) -> tuple[int, float]:
    """Read every record of our objects in pages through GraphQL, and open every change event; give records and seconds."""
    records = 0
    with Workspace(url, key, rate_limit=0) as workspace, find_project(project) as found:
        metadata = workspace.metadata()
        selections = {
            plural: " ".join(selection(name, field) for name, field in image_columns(metadata.object(plural)).items())
            for plural in ("people", "tasks", "taskTargets", "notes", "noteTargets", "attachments", *_ours(workspace))
        }
        keys, log = found.keys(), found.log()
        began = time.perf_counter()
        for entry in read_all(log, CHANGES):
            unseal(open_envelope(entry.value), keys)
        with _client(url, key) as client:
            for plural, columns in selections.items():
                records += sum(_pages(client, plural, columns))
        return records, time.perf_counter() - began


def _ours(workspace: Workspace) -> Iterator[str]:
    for plural in ("treatmentPlans", "billingRecords", "insuranceClaims"):
        if plural in workspace.metadata():
            yield plural


def _pages(client: httpx.Client, plural: str, columns: str) -> Iterator[int]:
    query = (
        f"query($after: String) {{ {plural}(first: {PAGE}, after: $after) "
        f"{{ edges {{ node {{ {columns} }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    )
    after: str | None = None
    while True:
        answer = client.post("/graphql", content=orjson.dumps({"query": query, "variables": {"after": after}}))
        page = orjson.loads(answer.raise_for_status().content)["data"][plural]
        yield len(page["edges"])
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _create(client: httpx.Client, plural: str, batch: bytes) -> int:
    answer = client.post(f"/rest/batch/{plural}", content=batch).raise_for_status()
    (created,) = orjson.loads(answer.content)["data"].values()
    return len(created)


def _client(url: str, key: str) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    return httpx.Client(base_url=url, headers=headers, timeout=300, limits=httpx.Limits(max_connections=IN_FLIGHT))
