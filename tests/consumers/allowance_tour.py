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

FAR = 1_000_000
"""No practice sends so many requests."""
FORMS = ("2.21", "2.43")
ENDS_A_RUN = frozenset({"quota", "stock"})

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


def tour(
    host: Host,
    folder: Path,
    kind: str,
    like: str,
    strikes: Callable[[int], bool] = lambda number: True,
) -> Row:
    """Strike each request, by its number from 1 on, that `strikes` names, each in a practice of its own. The practice begins
    with the command that sends the request.
    """
    folders = (folder / f"bench-{number}" for number in count())
    prepared: list[tuple[int, Bench]] = []

    def keep(bench: Bench) -> None:
        prepared.append((host.strikable(bench.url), bench.copied(host, next(folders), like=like)))

    calm = _new(host, next(folders), Fault(kind=kind, at=FAR), like)
    expected = carried(calm, before=keep)
    row = Row(kind, like)
    for at in filter(strikes, range(1, host.strikable(calm.url) + 1)):
        begin, (sent, before) = [one for one in enumerate(prepared) if one[1][0] < at][-1]
        bench = before.copied(host, next(folders), faults=(Fault(kind=kind, at=at - sent),), like=like)
        seen = carried(bench, row, begin)
        assert host.struck(bench.url), f"request {at} is never sent"
        row.struck += 1
        for held, now in zip(expected[begin:], seen, strict=True):
            row.lost += sum(image != now[plural].get(key) for plural, images in held.items() for key, image in images.items())
            row.doubled += sum(key not in held[plural] for plural, images in now.items() for key in images)
    for _, bench in prepared:
        bench.close()
    return row


def _new(host: Host, folder: Path, fault: Fault, like: str) -> Bench:
    url, metadata = host.workspace(faults=(fault,), like=like)
    bench = Bench(folder, url, metadata, timeout=300.0)  # a busy machine is no fault
    bench.peoples_url = host.calm(url)
    return bench


def carried(
    bench: Bench, row: Row | None = None, begin: int = 0, before: Callable[[Bench], None] = lambda _bench: None
) -> list[Content]:
    """Run the commands from number `begin` on, each in a process of its own; gives Twenty's content after each.

    `before` gets the practice before each command.
    """
    row = row or Row("", "")
    held: list[Content] = []
    for command in COMMANDS[begin:]:
        before(bench)
        bench = command(bench, row)
        held.append(bench.content())
        bench = bench.reopened()
    row.left_behind += len(bench.open_intents()) + bench.lag()
    bench.close()
    return held


def first_delivery(bench: Bench, row: Row) -> Bench:
    bench.deliver(*family(), document("51", of="1"))
    return again(bench, lambda b: b.sync(), row)


def changes(bench: Bench, row: Row) -> Bench:
    changed = (patient("1", "Adele", birth_date=date(1971, 3, 4), address_city="Sisters"), claim("40", of="3", status="Paid"))
    more = (plan("30", of="1", name="Bridge"), appointment("10", of="3"), note("21", of="1"), document("52", of="2"))
    bench.deliver(*changed, *more, gone=[note("20", of="1"), appointment("11", of="2")])
    return again(bench, lambda b: b.sync(), row)


def record_back(bench: Bench, row: Row) -> Bench:
    bench.deliver(appointment("11", of="2"))
    return again(bench, lambda b: b.sync(), row)


def taken_back(bench: Bench, row: Row) -> Bench:
    row.doubled += sum(made > 1 for made in bench.live_creates().values())
    row.dead_lettered += bench.log.ends(DEAD_LETTERS)[0] + len(bench.waiting())
    return again(bench, lambda b: b.rollback(), row)


COMMANDS = (first_delivery, changes, record_back, taken_back)


def again(bench: Bench, command: Callable[[Bench], object], row: Row) -> Bench:
    """Run a command, and once more after it found no room: that is what its message says. Any other error is one of ours."""
    try:
        command(bench)
    except Exhausted:
        row.ended += 1
        bench = bench.reopened()
        command(bench)
    return bench


def rows(folder: Path, kinds: Sequence[str]) -> Iterator[Row]:
    """Yield the table of those kinds."""
    host = Host(folder)
    try:
        for kind in kinds:
            for like in FORMS:
                yield tour(host, folder / f"{kind}-{like}", kind, like)
    finally:
        host.close()


if __name__ == "__main__":
    print(HEADER)
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as name:
        for one in rows(Path(name), sys.argv[1:] or ALLOWANCE_KINDS):
            print(one, flush=True)
