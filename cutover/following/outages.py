"""Outages of one follower: each is said when it begins, with every attempt that fails, and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from consumers.workers.happenings import Tell
from cutover.following.passing import waiting_for
from cutover.following.reports import Trouble
from cutover.project.errors import message_of
from cutover.runs.happenings.happenings import OutageBegun, OutageEnded, OutageLasts

SHORTEST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
"""Seconds between two attempts, which grow from the one to the other."""

LOG_PATIENCE = 40.0
"""Seconds that a follower's calls wait for a broker before they count as an outage: longer than a broker keeps back what lies
behind the open transaction of a writer that died (30 s).
"""


@dataclass(kw_only=True)
class Outages:
    """`report` gets what stands in the way for `status` to show, and None when nothing does any more."""

    now: Callable[[], datetime]
    tell: Tell
    report: Callable[[Trouble | None], None]
    trouble: Trouble | None = None

    def met(self, error: Exception) -> float:
        """Take note of an error that passes by itself; return the seconds until the next attempt. Raises one that does not."""
        what = waiting_for(error)
        if what is None:
            raise error
        if self.trouble is not None and self.trouble.waiting_for != what:
            self._end(self.trouble)  # it came past what stood in the way before
        before, now, message = self.trouble, self.now(), message_of(error)
        attempts = before.attempts + 1 if before else 1
        seconds = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2.0 ** min(attempts - 1, 10))
        since = before.since if before else now.isoformat()
        self.trouble = Trouble(
            waiting_for=what,
            message=message,
            since=since,
            attempts=attempts,
            next_try=(now + timedelta(seconds=seconds)).isoformat(),
        )
        if before is None:
            self.tell(OutageBegun(waiting_for=what, message=message, next_try=seconds))
        else:
            self.tell(
                OutageLasts(
                    waiting_for=what,
                    message=message,
                    since=since,
                    seconds=self._lasted(since),
                    attempts=attempts,
                    next_try=seconds,
                )
            )
        self.report(self.trouble)
        return seconds

    def over(self) -> None:
        """Take note that nothing stands in the way."""
        if self.trouble is not None:
            self._end(self.trouble)
            self.report(None)

    def _end(self, was: Trouble) -> None:
        self.trouble = None
        self.tell(
            OutageEnded(waiting_for=was.waiting_for, since=was.since, seconds=self._lasted(was.since), attempts=was.attempts)
        )

    def _lasted(self, since: str) -> float:
        return round((self.now() - datetime.fromisoformat(since)).total_seconds(), 1)
