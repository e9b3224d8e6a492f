"""Requests that planned writes will take, counted as the sending engine groups them: for the dry run of a rollback."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from consumers.journal.batches import in_batches
from consumers.journal.planned import Planned
from consumers.journal.sending import shared_destroys, size_of
from consumers.rollback.tiers import is_of_links, tiers_of
from consumers.twenty.graphql import PAGE
from consumers.twenty.workspace import MOST_BYTES
from events.compensations import Action

_BY_IDS = (Action.DESTROY, Action.RESTORE, Action.DELETE)


PART = 5_000
"""Records a part, at most: one request reads their images, one looks for what points at them, one destroys them."""


def requests_for_everything(records: Mapping[str, int]) -> int:
    """Return the requests in which all these records (numbers by plural) are taken back, if each was made, people built on
    none, and their values are of an ordinary size.
    """
    tiers = tiers_of([plural for plural, n in records.items() if n])
    links, others = ([sum(records[one] for one in tier) for tier in tiers if is_of_links(tier) is of] for of in (True, False))
    reads_of_links = sum(-(-n // PART) for n in links)  # Twenty destroys them with what they belong to
    if sum(others) <= PART:
        return reads_of_links + (2 + len(others) if others else 0)
    return reads_of_links + sum(3 * -(-n // PART) for n in others)


def requests_for(planned: Sequence[Planned], batch_size: int) -> int:
    """Return the number of requests if no request is refused or unanswered. `batch_size` is in records of a create or update.

    Destroys of several objects share a request. Restores and deletes of one object share one by the thousand, creates and
    updates by the batch. A record in the trash is updated by itself.
    """
    together: defaultdict[tuple[bool, Action, str], list[Planned]] = defaultdict(list)
    for p in planned:
        if not p.quiet:
            together[p.releases, p.action, p.desired.object].append(p)
    destroys = {plural: writes for (_, action, plural), writes in together.items() if action is Action.DESTROY}
    shared = shared_destroys(destroys)
    alone = {key: writes for key, writes in together.items() if not any(_is_shared(key, names) for names in shared)}
    return len(shared) + sum(_of_group(action, writes, batch_size) for (_, action, _), writes in alone.items())


def _is_shared(key: tuple[bool, Action, str], names: Sequence[str]) -> bool:
    _, action, plural = key
    return action is Action.DESTROY and plural in names


def _of_group(action: Action, writes: Sequence[Planned], batch_size: int) -> int:
    if action in _BY_IDS:
        return -(-len(writes) // PAGE)
    return sum(_of_batch(batch) for batch in in_batches(writes, batch_size, MOST_BYTES, size_of))


def _of_batch(batch: Sequence[Planned]) -> int:
    alone = sum(p.in_trash for p in batch)
    return alone + (alone < len(batch))
