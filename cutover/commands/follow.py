"""`sync --follow`: picking up each delivery once, when it has come to rest, and waiting out whatever passes by itself.

    look ──▶ at rest, not read yet? ──▶ sync (while Twenty is away: produce) ──▶ look …
                                              │ Twenty, the log, the disk or another command stands in the way
                                              └──▶ wait, try again; what was read is in the log and is carried then

What was read is known from the log, so that a follower that was stopped or killed goes on where it was. A delivery that cannot
be read is set aside, and tried again when it or the mapping changes; those after it go on: each is as new as it was taken.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from consumers.twenty.errors import TwentyError
from cutover.answer import Answer
from cutover.approvals import approved_mapping
from cutover.commands.sync import SyncOptions, consume_events, produce_extracts, require_approvals, sync_extracts
from cutover.deliveries import Delivery, deliveries
from cutover.errors import ApprovalMissing, ExitCode, UsageError, exit_code_of, message_of
from cutover.extracts import open_extracts
from cutover.follower import CARRYING, LOCK, SYNCING, WAITING, WATCHING, FollowerState, Refused, Trouble, report, retire
from cutover.locks import Busy, exclusive
from cutover.session import Session
from events.decisions import Decided
from events.log import LogDamaged
from producers.extract import Extract, ExtractError
from producers.proposal import CannotBind

POLL = 5.0
"""Seconds between two looks. A delivery is at rest when two looks in a row find it the same."""
LONGEST_PAUSE = 60.0
"""Seconds between two attempts, at most, while something stands in the way."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


@dataclass
class Follower:
    """Follows the deliveries at `paths`. `make_session` gives a fresh session over the project: after a failure nothing that a
    session remembers is to be trusted. `said` gets each run's answer, `told` a line whenever something begins or ends to stand
    in the way, `pause` waits some seconds (less when asked to stop).
    """

    make_session: Callable[[], Session]
    paths: Sequence[Path]
    options: SyncOptions
    stopped: Callable[[], bool]
    said: Callable[[Answer], None]
    told: Callable[[str], None]
    pause: Callable[[float], None]
    answer: Answer | None = None
    _seen: dict[Path, Delivery] = field(default_factory=dict)
    _done: dict[Path, Delivery] = field(default_factory=dict)
    _refused: dict[Path, tuple[Delivery, str | None, str]] = field(default_factory=dict)
    _owing: bool = True
    _state: FollowerState = field(default_factory=lambda: FollowerState(os.getpid(), "", ()))

    def follow(self) -> Answer | None:
        """Go on until stopped; gives the last run's answer. Raises at the start what an operator must put right first."""
        session = self.make_session()
        with session, exclusive(session.project, LOCK, holder="sync --follow"):
            since = session.world.now().isoformat()
            self._state = replace(self._state, since=since, paths=[str(path) for path in self.paths])
            approved_mapping(session.decisions)
            try:
                require_approvals(session, self.options)
            except TwentyError as error:
                if not _passes(error):
                    raise
            while not self.stopped():
                self._turn()
                if not self.stopped():
                    self.pause(POLL)
            retire(session.project)
        return self.answer

    def _turn(self) -> None:
        """One look, and what is to be done about it; what stands in the way is waited for."""
        at_rest = self._look()
        session = self.make_session()
        with session:
            try:
                if at_rest or self._owing:
                    self._take(session, at_rest)
                self._clear(session)
            except Exception as error:
                if not _passes(error):
                    raise
                self._owing = True
                seconds = self._stumble(session, error)
            else:
                return
        self.pause(seconds)

    def _look(self) -> list[Delivery]:
        """The deliveries that are new and at rest."""
        now = {d.path: d for path in self.paths for d in deliveries(path)}
        resting = {p: d for p, d in now.items() if d.is_finished and self._seen.get(p) == d}
        unfinished = [d.path.name for p, d in now.items() if p not in resting and self._done.get(p) != d and d.files]
        self._state = replace(self._state, unfinished=unfinished)
        self._seen = now
        return [d for p, d in resting.items() if self._done.get(p) != d]

    def _take(self, session: Session, at_rest: Sequence[Delivery]) -> None:
        mapping = approved_mapping(session.decisions)
        read = extracts_read(session)
        opened: list[tuple[Extract, Delivery]] = []
        for delivery in at_rest:
            if self._refused.get(delivery.path, (None, None))[:2] == (delivery, mapping.version):
                continue  # nothing that could help has changed
            try:
                extract = open_extracts(session, [delivery.path], scope=self.options.scope, taken_at=self.options.taken_at)[0]
            except (ExtractError, UsageError) as error:
                self._set_aside(session, delivery, error)
                continue
            if extract.id in read:
                self._done[delivery.path] = delivery
            else:
                opened.append((extract, delivery))
        if self._owing and not opened:
            self._carry(session)
        for extract, delivery in sorted(opened, key=lambda one: one[0].taken_at):
            if self.stopped():
                return
            try:
                self._sync(session, extract, delivery)
            except CannotBind as error:
                self._set_aside(session, delivery, error)

    def _sync(self, session: Session, extract: Extract, delivery: Delivery) -> None:
        self._report(session, state=SYNCING, delivery=delivery.path.name)
        away: TwentyError | None = None
        try:
            mapping = require_approvals(session, self.options)
        except TwentyError as error:
            away = error
        if away is None:
            self._owing = True  # until it is known that all was carried
            self._say(session, sync_extracts(session, [extract], mapping, self.options, self.stopped))
            self._owing = self.stopped()
        else:  # the log takes it meanwhile
            self._owing = True
            self._say(session, produce_extracts(session, [extract], approved_mapping(session.decisions), self.options))
        self._done[delivery.path] = delivery
        self._refused.pop(delivery.path, None)
        self._state = replace(self._state, read=self._state.read + 1)
        if away is not None:
            raise away

    def _carry(self, session: Session) -> None:
        """Carry what is in the log already: read while Twenty was away, or before this follower was started."""
        require_approvals(session, self.options)
        if session.is_behind() or session.view.open_intents() or session.view.pending(1):
            self._report(session, state=CARRYING, delivery=None)
            without = self.options.without_sample
            self._say(session, consume_events(session, follow=False, without_sample=without, stopped=self.stopped))
        self._owing = self.stopped()

    def _say(self, session: Session, answer: Answer) -> None:
        self.answer = answer
        self._report(session, last_run=answer.document["run"])
        self.said(answer)

    def _set_aside(self, session: Session, delivery: Delivery, error: Exception) -> None:
        version = approved_mapping(session.decisions).version
        message = message_of(error)
        self._refused[delivery.path] = (delivery, version, message)
        refused = [Refused(path.name, text) for path, (_, _, text) in self._refused.items()]
        self.told(f"{delivery.path.name} is set aside: {message}")
        self._report(session, refused=refused)

    def _stumble(self, session: Session, error: Exception) -> float:
        """Report what stands in the way; gives the seconds until the next attempt."""
        before, now = self._state.trouble, session.world.now()
        attempts = before.attempts + 1 if before else 1
        seconds: float = min(LONGEST_PAUSE, POLL * 2 ** min(attempts - 1, 10))
        since = before.since if before else now.isoformat()
        trouble = Trouble(_waiting_for(error), message_of(error), since, attempts, _in(now, seconds))
        if before is None or before.message != trouble.message:
            self.told(f"waiting: {trouble.message}")
        self._report(session, state=WAITING, trouble=trouble)
        return seconds

    def _clear(self, session: Session) -> None:
        if self._state.trouble is not None:
            self.told("going on")
        self._report(session, state=WATCHING, delivery=None, trouble=None)

    def _report(self, session: Session, **changed: object) -> None:
        refused = [Refused(path.name, text) for path, (_, _, text) in self._refused.items()]
        self._state = replace(self._state, **{"refused": refused, **changed})  # type: ignore[arg-type]
        report(session.project, self._state)


def extracts_read(session: Session) -> set[str]:
    """The ids of the extracts that were read as a whole; a sample reads a part."""
    kinds = {d.run: d.body["kind"] for d in session.decisions.all(Decided.RUN_STARTED)}
    return {d.body["extract"] for d in session.decisions.all(Decided.EXTRACT_READ) if kinds.get(d.run) != "sample"}


def _passes(error: Exception) -> bool:
    """Whether what stands in the way may pass by itself, or by an operator's work elsewhere."""
    if isinstance(error, LogDamaged):
        return False
    return isinstance(error, (Busy, ApprovalMissing)) or _is_full(error) or exit_code_of(error) is ExitCode.UNREACHABLE


def _is_full(error: Exception) -> bool:
    return isinstance(error, OSError) and error.errno in _FULL


def _waiting_for(error: Exception) -> str:
    if isinstance(error, TwentyError):
        return "twenty"
    if isinstance(error, Busy):
        return "command"
    if isinstance(error, ApprovalMissing):
        return "approval"
    return "disk" if _is_full(error) or "disk is full" in message_of(error) else "log"


def _in(now: datetime, seconds: float) -> str:
    return (now + timedelta(seconds=seconds)).isoformat()
