"""A worker of a consumer group: carries the partitions that it owns, window after window, while others carry theirs.

The protocol, in numbered steps (the same numbers stand in the code):

 1. Ask the group what is ours. Where the group has changed since the last window:
    a. take the view of our partitions over (what their former owner still saves is refused), and fold what it has appended;
    b. wait until the newest open intent is one request time-out old: a request of the former owner may still be under way, and
       fencing does not stop it; fold what has come meanwhile;
    c. settle the open intents by reading Twenty.
 2. Wait until the practice's company is in Twenty: everybody's patients hang on it, and one of the workers carries it.
 3. Carry window after window; after the first time only where something has come. Before each request it is asked whether the
    partitions are still ours, and what is appended holds only while they are.
 4. Where they are not any more, give the window up and go on with 1: the present owner settles what it had sent.
 5. Nothing left: look again in a while, or end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.state.partition_ownership import Owner, OwnershipLost
from consumers.state.view import View
from consumers.sync.pace import Pace
from consumers.workers.happenings import PartitionsTaken, Tell, WindowGivenUp, silent
from events.compensations import read_compensation
from events.log.port import COMPENSATIONS, Log, LogFenced

REBALANCE = 1.0
"""Seconds given to the group to agree, each time that it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The parts of one worker.

    `fold` and `settle` bring the view up to the log, `carry` carries what is there until the partitions are caught up (raises
    OwnershipLost, LogFenced), `has_more` tells whether something came since, `has_company` that no worker needs to wait
    for the company. `look_after_log` looks now and then whether the log is still whole (raises LogError): a worker whose topic
    was deleted owns nothing and reads nothing. `request_timeout` and `poll` are in seconds.
    `tell` hears of what happens, `at_rest` is called when there is nothing to do for the moment.
    """

    owner: Owner
    log: Log
    view: View
    fold: Callable[[], None]
    settle: Callable[[], int]
    carry: Callable[[], None]
    has_more: Callable[[], bool]
    has_company: Callable[[], bool]
    look_after_log: Callable[[], None]
    pace: Pace
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    request_timeout: float
    poll: float
    tell: Tell = silent
    at_rest: Callable[[], None] = lambda: None

    def work(self, stopped: Callable[[], bool], *, follow: bool) -> None:
        """Work until `stopped`, or (without `follow`) until what is owned is caught up. Raises TwentyError, LogError."""
        unsettled = first = True
        before: frozenset[int] = frozenset()
        while not stopped():
            try:
                self.look_after_log()
                # 1. what is ours
                unsettled = self.owner.begin(REBALANCE) or unsettled
                self.view.mine = self.owner.partitions
                if not self.owner.partitions:
                    if before:
                        self.tell(PartitionsTaken(before=sorted(before), now=(), settled_intents=0))
                        before = frozenset()
                    if not follow and not unsettled:
                        return  # more workers than partitions
                    unsettled = False
                    self.at_rest()
                    self.sleep(REBALANCE)
                    continue
                if unsettled:
                    self.pace.changed()
                    self.view.take_over(self.owner.partitions)
                    self.fold()
                    if not self._let_requests_end(stopped):
                        return  # their next owner settles them
                    self.fold()
                    settled = self.settle()
                    self.tell(
                        PartitionsTaken(before=sorted(before), now=sorted(self.owner.partitions), settled_intents=settled)
                    )
                    before = self.owner.partitions
                    unsettled, first = False, True
                # 2. the company first
                if not self.has_company():
                    self.sleep(REBALANCE)
                    continue
                # 3. carry
                if first or self.has_more():
                    self.carry()
                    first = False
            except (OwnershipLost, LogFenced):
                # 4. give the window up
                self.tell(WindowGivenUp(sorted(before)))
                unsettled = True
                continue
            # 5. nothing left
            if not follow:
                return
            self.at_rest()
            self.sleep(self.poll)

    def _let_requests_end(self, stopped: Callable[[], bool]) -> bool:
        """Wait in small steps, taking part in the group meanwhile; False where it was stopped before the requests' time was
        over. Raises OwnershipLost.
        """
        newest = max((self._intended_at(p, o) for _, p, o in self.view.open_intents()), default=None)
        while newest is not None:
            left = (newest + timedelta(seconds=self.request_timeout) - self.now()).total_seconds()
            if left <= 0:
                break
            if stopped():
                return False
            self.sleep(min(REBALANCE, left))
            self.owner.check()
        return True

    def _intended_at(self, partition: int, offset: int) -> datetime:
        return read_compensation(self.log.read(COMPENSATIONS, partition, offset, 1)[0].value).recorded_at
