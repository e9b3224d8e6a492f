"""Speed of the rehearsal workspace over HTTP: batches of 200 created and upserted, thousands read and destroyed by id.

Run: `python -m benchmarks.bench_rehearsal [RECORDS]`.

Aim: at least 2,000 records/s for creates and upserts, in memory and kept in a file; at least 10,000 records/s for reads by id
through GraphQL and for destroys by filter.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from rehearsal.server.server import WorkspaceSettings, running

BATCH = 200
AT_ONCE = 2_000
AIM_WRITES, AIM_REST = 2_000, 10_000
READ = "query($f: PersonFilterInput, $n: Int) { people(filter: $f, first: $n) { edges { node { id name { lastName } } } } }"
DESTROY = "mutation($f: PersonFilterInput!) { destroyPeople(filter: $f) { id } }"


def main(count: int) -> None:
    """Print the figures for so many records."""
    with tempfile.TemporaryDirectory() as folder:
        for place, file in (("in memory", None), ("in a file", Path(folder) / "workspace.db")):
            with running(WorkspaceSettings(api_key="bench", rate_limit=0, file=file)) as url:
                headers = {"Authorization": "Bearer bench"}
                with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
                    _measure(http, place, count)


def _measure(http: httpx.Client, place: str, count: int) -> None:
    people = [_person(n) for n in range(count)]
    ids = [person["id"] for person in people]
    changed = [person | {"jobTitle": f"changed {n}"} for n, person in enumerate(people)]

    def batches(records: list[Any], **query: str) -> None:
        for start in range(0, count, BATCH):
            http.post("/rest/batch/people", json=records[start : start + BATCH], params=query).raise_for_status()

    def by_id(document: str) -> None:
        for start in range(0, count, AT_ONCE):
            variables = {"f": {"id": {"in": ids[start : start + AT_ONCE]}}, "n": AT_ONCE}
            answer = http.post("/graphql", json={"query": document, "variables": variables}).json()
            assert "errors" not in answer

    _timed(f"create, {place}", count, AIM_WRITES, lambda: batches(people))
    _timed(f"upsert, {place}", count, AIM_WRITES, lambda: batches(changed, upsert="true"))
    _timed(f"read by id, {place}", count, AIM_REST, lambda: by_id(READ))
    _timed(f"destroy by filter, {place}", count, AIM_REST, lambda: by_id(DESTROY))


def _timed(what: str, count: int, aim: int, do: Callable[[], None]) -> None:
    began = time.perf_counter()
    do()
    print(f"{what:<30} {count / (time.perf_counter() - began):>9,.0f} records/s (aim {aim:,})")


def _person(n: int) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(n))),
        "name": {"firstName": f"First {n}", "lastName": f"Last {n % 97}"},
        "emails": {"primaryEmail": f"p{n}@bench.example"},
        "phones": {"primaryPhoneNumber": f"415555{n % 10_000:04}", "primaryPhoneCountryCode": "US"},
        "jobTitle": "Patient",
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
