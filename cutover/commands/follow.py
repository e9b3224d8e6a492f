"""`sync --follow`: watching the extracts' folder and picking up each delivery once, when its files have come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cutover.answer import Answer
from cutover.commands.sync import POLL, SyncOptions, sync
from cutover.session import Session

Signature = tuple[tuple[str, int, int], ...]


def follow(
    make_session: Callable[[], Session],
    paths: Sequence[Path],
    options: SyncOptions,
    *,
    stopped: Callable[[], bool],
    said: Callable[[Answer], None],
    pause: Callable[[float], None] = time.sleep,
) -> Answer | None:
    """Sync each delivery as it arrives, until `stopped`; `said` gets each run's answer. Gives the last one.

    A delivery is a path with files of its own, or each folder below it. It is taken when two looks in a row find it the same,
    and again when it has changed since.
    """
    taken: dict[Path, Signature] = {}
    last: dict[Path, Signature] = {}
    answer: Answer | None = None
    while not stopped():
        now = {delivery: _signature(delivery) for path in paths for delivery in deliveries(path)}
        at_rest = [d for d, s in now.items() if s and last.get(d) == s and taken.get(d) != s]
        if at_rest:
            session = make_session()
            with session.project:
                answer = sync(session, at_rest, options)
            said(answer)
            taken.update({d: now[d] for d in at_rest})
        last = now
        pause(POLL)
    return answer


def deliveries(path: Path) -> list[Path]:
    """The deliveries at a path: itself when it holds files, else the folders below it, by name."""
    if path.is_file() or (path.is_dir() and any(p.is_file() for p in path.iterdir())):
        return [path]
    return sorted(p for p in path.iterdir() if p.is_dir()) if path.is_dir() else []


def _signature(delivery: Path) -> Signature:
    files = [delivery] if delivery.is_file() else sorted(p for p in delivery.rglob("*") if p.is_file())
    return tuple((str(f), f.stat().st_size, f.stat().st_mtime_ns) for f in files)
