"""A practice is carried, changed and taken back while one request after the other meets a limit, or is answered in part.

    python -m tests.consumers.allowance_tour [KIND …]

prints the table: kind × form of Twenty, requests struck, how many runs had to be started again, what was lost, doubled and
dead-lettered.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from consumers.twenty.transport.errors import Exhausted
from events.log.port import DEAD_LETTERS
from rehearsal.server.allowance_faults import ALLOWANCE_KINDS
from rehearsal.server.faults import Fault
from tests.consumers.workbench import Bench, Host, appointment, claim, document, family, note, patient, plan

MOST = 300
"""No practice of this size sends so many requests: the tour ends long before."""
FORMS = ("2.21", "2.43")
ENDS_A_RUN = frozenset({"quota", "stock"})

MakeBench = Callable[..., Bench]
Content = dict[str, dict[str, dict[str, object]]]


@dataclass
class Row:
    """One line of the table. `ended` counts the runs that a fault ended; everything else ought to be 0."""

    kind: str
    like: str
    struck: int = 0
    ended: int = 0
    lost: int = 0
    doubled: int = 0
    dead_lettered: int = 0
    left_behind: int = 0

    def __str__(self) -> str:
        counts = (self.struck, self.ended, self.lost, self.doubled, self.dead_lettered, self.left_behind)
        return f"{self.kind:<14}{self.like:<8}" + "".join(f"{one:>14}" for one in counts)


HEADER = f"{'kind':<14}{'like':<8}" + "".join(
    f"{one:>14}" for one in ("requests", "runs ended", "lost", "doubled", "dead-lettered", "left behind")
)


def tour(new_bench: MakeBench, struck: Callable[[str], bool], kind: str, like: str, step: int = 1, first: int = 1) -> Row:
    """Strike each `step`th request, from the `first` on, each in a practice of its own, until a practice has too few."""
    calm = carried(new_bench(like=like))
    row = Row(kind, like)
    for at in range(first, MOST, step):
        bench = new_bench(faults=(Fault(kind=kind, at=at),), like=like)
        seen = carried(bench, row)
        if not struck(bench.url):
            return row
        row.struck += 1
        for before, now in zip(calm, seen, strict=True):
            row.lost += sum(image != now[plural].get(key) for plural, held in before.items() for key, image in held.items())
            row.doubled += sum(key not in before[plural] for plural, held in now.items() for key in held)
    raise AssertionError(f"more than {MOST} requests: the tour never ended")


def carried(bench: Bench, row: Row | None = None) -> list[Content]:
    """Return Twenty's content after a first delivery, after a second one, and after both were taken back."""
    row = row or Row("", "")
    held: list[Content] = []
    bench.deliver(*family(), document("51", of="1"))
    bench = again(bench, lambda b: b.sync(), row)
    held.append(bench.content())
    changes = (patient("1", "Adele", birth_date=date(1971, 3, 4), address_city="Sisters"), claim("40", of="3", status="Paid"))
    more = (plan("30", of="1", name="Bridge"), appointment("10", of="3"), note("21", of="1"), document("52", of="2"))
    bench.deliver(*changes, *more, gone=[note("20", of="1"), appointment("11", of="2")])
    bench = again(bench, lambda b: b.sync(), row)
    bench.deliver(appointment("11", of="2"))
    bench = again(bench, lambda b: b.sync(), row)
    held.append(bench.content())
    row.doubled += sum(made > 1 for made in bench.live_creates().values())
    row.dead_lettered += bench.log.ends(DEAD_LETTERS)[0] + len(bench.waiting())
    bench = again(bench, lambda b: b.rollback(), row)
    held.append(bench.content())
    row.left_behind += len(bench.open_intents()) + bench.lag()
    bench.close()
    return held


def again(bench: Bench, command: Callable[[Bench], object], row: Row) -> Bench:
    """Run a command, and once more after it found no room: that is what its message says. Any other error is one of ours."""
    try:
        command(bench)
    except Exhausted:
        row.ended += 1
        bench = bench.reopened()
        command(bench)
    return bench


def benches(host: Host, folder: Path) -> MakeBench:
    """Make benches under a folder, each beside a workspace of its own."""
    numbers = count()

    def make(**about: object) -> Bench:
        url, metadata = host.workspace(**about)  # type: ignore[arg-type]
        bench = Bench(folder / f"bench-{next(numbers)}", url, metadata, timeout=300.0)  # a busy machine is no fault
        bench.peoples_url = host.calm(url)
        return bench

    return make


def rows(folder: Path, kinds: Sequence[str]) -> Iterator[Row]:
    """Yield the table of those kinds."""
    host = Host(folder)
    try:
        for kind in kinds:
            for like in FORMS:
                yield tour(benches(host, folder), host.struck, kind, like)
    finally:
        host.close()


if __name__ == "__main__":
    print(HEADER)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        for one in rows(Path(name), sys.argv[1:] or ALLOWANCE_KINDS):
            print(one, flush=True)
