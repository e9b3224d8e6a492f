"""Positions in the change events: `start`, `end`, `run:ID`, `time:2026-11-22T10:00Z`, `offset:PARTITION:OFFSET[,…]`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from cutover.project.errors import UsageError
from events.change_events import read_change
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, Log, read_all

Offsets = Mapping[int, int]

_FORMS = "start, end, run:ID, time:2026-11-22T10:00Z or offset:PARTITION:OFFSET[,PARTITION:OFFSET]"


def position_text(offsets: Offsets) -> str:
    """Return the POSITION string of the next offsets by partition."""
    return "offset:" + ",".join(f"{partition}:{offset}" for partition, offset in sorted(offsets.items()))


def resolve(text: str, log: Log, decisions: Decisions) -> dict[int, int]:
    """Return the next offset of each partition that a POSITION stands for. Raises UsageError."""
    kind, _, rest = text.partition(":")
    if text == "start":
        return dict.fromkeys(log.partitions(CHANGES), 0)
    if text == "end":
        return log.ends(CHANGES)
    if kind == "run" and rest:
        return _end_of_run(rest, decisions)
    if kind == "time" and rest:
        return _at_time(rest, log)
    if kind == "offset" and rest:
        return _offsets(rest, log)
    raise UsageError(f"{text!r} is no position; give {_FORMS}")


def _end_of_run(run: str, decisions: Decisions) -> dict[int, int]:
    for decision in decisions.all(Decided.RUN_ENDED):
        if decision.run == run:
            return {int(p): int(o) for p, o in decision.body["to"].items()}
    raise UsageError(f"no finished run has the id {run}; `cutover status` lists the runs")


def _at_time(text: str, log: Log) -> dict[int, int]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no time; give it as in time:2026-11-22T10:00Z") from None
    moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    found = dict(log.ends(CHANGES))
    seen: set[int] = set()
    for entry in read_all(log, CHANGES):
        if entry.partition not in seen and read_change(entry.value).recorded_at > moment:
            seen.add(entry.partition)
            found[entry.partition] = entry.offset
    return found


def _offsets(text: str, log: Log) -> dict[int, int]:
    found = dict(log.ends(CHANGES))
    for part in text.split(","):
        partition, _, offset = part.partition(":")
        if not (partition.isdecimal() and offset.isdecimal()) or int(partition) not in found:
            raise UsageError(f"{part!r} is no partition and offset of this log; give {_FORMS}")
        found[int(partition)] = min(int(offset), found[int(partition)])
    return found
