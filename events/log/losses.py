"""The first events of a log: what is lost of them is named, with the part that was not carried into a workspace.

Nothing of ours deletes events. Where a partition does not begin at 0, an administrator, a retention or a copy has cut it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from events.log.port import CHANGES, LogDamaged

CarriedOffsets = Mapping[str, Mapping[int, int]]
"""For each consumer group its next offset in `changes`, by partition."""


def refuse_lost_events(first: Mapping[tuple[str, int], int], carried: Callable[[], CarriedOffsets]) -> None:
    """Raise LogDamaged where a partition's first offset is not 0. `first` has them by topic and partition; `carried` is asked
    only where change events are lost.
    """
    lost = {place: offset for place, offset in sorted(first.items()) if offset > 0}
    if not lost:
        return
    said = [f"{topic} of partition {partition} from offset 0 to {offset - 1}" for (topic, partition), offset in lost.items()]
    changes = {partition: offset for (topic, partition), offset in lost.items() if topic == CHANGES}
    if changes:
        said += [_not_carried(group, changes, held) for group, held in sorted(carried().items())]
    raise LogDamaged(
        f"the log has lost its first events: {'; '.join(said)}; restore the log from a backup, or begin a new log (another "
        "file or prefix) and sync the extracts again"
    )


def _not_carried(group: str, lost: Mapping[int, int], held: Mapping[int, int]) -> str:
    open_ = [
        f"of partition {partition} from offset {held.get(partition, 0)} to {offset - 1}"
        for partition, offset in lost.items()
        if held.get(partition, 0) < offset
    ]
    return f"the group {group} had " + (f"not carried {', '.join(open_)}" if open_ else "carried all of them")
