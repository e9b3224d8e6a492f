"""`sync --follow`: picking up each delivery once, when it has come to rest, and waiting out whatever passes by itself.

    look ──▶ at rest, not read yet? ──▶ sync (while Twenty is away: produce) ──▶ look …
                                              │ Twenty, the log, the disk or another command stands in the way
                                              └──▶ wait, try again; what was read is in the log and is carried then

The log tells which deliveries were read, so that a stopped or killed follower goes on where it was. A delivery that cannot
be read is set aside, and tried again when it or the mapping changes; those after it go on: each is as new as it was taken. What
needs a person in any other way, such as a missing approval, ends the follower.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from consumers.twenty.transport.errors import TwentyError
from consumers.workers.happenings import Tell
from cutover.following.deliveries import Delivery, deliveries
from cutover.following.outages import Outages
from cutover.following.passing import waiting_for
from cutover.following.reports import (
    CARRYING,
    LOCK,
    SYNCING,
    WAITING,
    WATCHING,
    FollowerState,
    RefusedDelivery,
    Trouble,
    ended,
    report,
    retire,
)
from cutover.project.errors import UsageError, message_of
from cutover.project.locks import exclusive
from cutover.project.project import Project
from cutover.project.stopping import Stopped
from cutover.reports.answer import Answer
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.happenings.happenings import DeliverySetAside
from cutover.runs.happenings.telling import tell_notices
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions, consume_events, produce_extracts, require_approvals, sync_extracts
from events.decisions import Decided, Decision
from producers.binding.errors import CannotBind
from producers.sources.addresses import SourcePlace
from producers.sources.extract import Extract
from producers.sources.port import ExtractError
from producers.state.voided import voided_extracts

POLL = 5.0
"""Seconds between two looks. A delivery is at rest when two looks find it the same, `[deliveries] quiet` seconds apart."""


@dataclass(kw_only=True)
class Follower:
    """Follows the deliveries at `paths`. `make_session` gives a fresh session over the project: after a failure nothing that a
    session remembers is to be trusted. `said` gets each run's answer, `tell` hears of what happens, `pause` waits some seconds
    (less when asked to stop), `at_work` holds what must be finished.
    """

    make_session: Callable[[], Session]
    paths: Sequence[SourcePlace]
    options: SyncOptions
    stopped: Callable[[], bool]
    said: Callable[[Answer], None]
    tell: Tell
    pause: Callable[[float], None]
    at_work: Callable[[], AbstractContextManager[None]] = nullcontext
    answer: Answer | None = None
    _seen: dict[SourcePlace, Delivery] = field(default_factory=dict)
    _done: dict[SourcePlace, Delivery] = field(default_factory=dict)
    _refused: dict[SourcePlace, tuple[Delivery, str | None, str]] = field(default_factory=dict)
    _owing: bool = True
    _noticed: bool = False
    _state: FollowerState = field(default_factory=lambda: FollowerState(process=os.getpid(), since="", paths=()))
    _since: dict[SourcePlace, float] = field(default_factory=dict)
    _clock: Callable[[], float] = field(init=False)
    _project: Project = field(init=False)
    _outages: Outages = field(init=False)

    def follow(self) -> Answer | None:
        """Go on until stopped; gives the last run's answer. Raises what needs a person."""
        first = self.make_session()
        self._project, world = first.project, first.world
        self._clock = world.monotonic
        self._outages = Outages(now=world.now, tell=self.tell, report=self._trouble)
        with exclusive(self._project, LOCK, holder="sync --follow"):
            self._report(since=world.now().isoformat(), paths=[str(path) for path in self.paths])
            try:
                self._attend()
            except Stopped:
                pass
            except Exception as error:
                report(self._project, ended(self._state, error, world.now()))
                raise
            retire(self._project)
        return self.answer

    def _attend(self) -> None:
        while not self.stopped():
            self._turn()
            if not self.stopped():
                self.pause(POLL)

    def _turn(self) -> None:
        """Look once, and do what is to be done about it; what stands in the way is waited for."""
        try:
            at_rest = self._look()
            with self.make_session() as session:
                session.tell = self.tell
                if at_rest or self._owing:
                    self._take(session, at_rest)
                if not self._noticed:
                    tell_notices(session)
                    self._noticed = True
                self._outages.over()
                self._report(state=WATCHING, delivery=None)
        except Exception as error:
            seconds = self._outages.met(error)
            self._owing = True
        else:
            return
        self.pause(seconds)

    def _look(self) -> list[Delivery]:
        """Return the deliveries that are new and at rest."""
        about = self._project.settings.deliveries
        now = {d.path: d for path in self.paths for d in deliveries(path)}
        moment = self._clock()
        self._since = {p: self._since[p] if self._seen.get(p) == d else moment for p, d in now.items()}
        resting = {
            p: d
            for p, d in now.items()
            if d.is_finished
            and self._seen.get(p) == d
            and d.has(about.marker)
            and (about.quiet <= POLL or moment - self._since[p] >= about.quiet)
        }
        unfinished = [d.path.name for p, d in now.items() if p not in resting and self._done.get(p) != d and d.files]
        self._state = replace(self._state, unfinished=unfinished)
        self._seen = now
        return [d for p, d in resting.items() if self._done.get(p) != d]

    def _take(self, session: Session, at_rest: Sequence[Delivery]) -> None:
        mapping = approved_mapping(session.decisions)
        read, fetched = extracts_read(session), fingerprints_read(session)
        opened: list[tuple[Extract, Delivery]] = []
        for delivery in at_rest:
            if self._refused.get(delivery.path, (None, None))[:2] == (delivery, mapping.version):
                continue  # nothing that could help has changed
            if delivery.fingerprint in fetched:
                self._done[delivery.path] = delivery
                continue
            try:
                extract = open_extracts(session, [delivery.path], scope=self.options.scope, taken_at=self.options.taken_at)[0]
            except (ExtractError, UsageError) as error:
                if error.retriable:
                    raise
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
            except (CannotBind, ExtractError) as error:
                self._set_aside(session, delivery, error)

    def _sync(self, session: Session, extract: Extract, delivery: Delivery) -> None:
        self._report(state=SYNCING, delivery=delivery.path.name)
        away: TwentyError | None = None
        try:
            require_approvals(session, self.options)
        except TwentyError as error:
            if waiting_for(error) is None:
                raise
            away = error
        if away is None:
            self._owing = True  # until it is known that all was carried
            with self.at_work():
                self._say(sync_extracts(session, [extract], self.options, self.stopped))
            self._owing = self.stopped()
        else:  # the log takes it meanwhile
            self._owing = True
            with self.at_work():
                self._say(produce_extracts(session, [extract], self.options))
        self._done[delivery.path] = delivery
        self._refused.pop(delivery.path, None)
        self._state = replace(self._state, read=self._state.read + 1)
        if away is not None:
            raise away

    def _carry(self, session: Session) -> None:
        """Carry what is in the log already: read while Twenty was away, or before this follower was started."""
        require_approvals(session, self.options)
        if session.is_behind() or session.view.open_intents() or session.view.pending(1):
            self._report(state=CARRYING, delivery=None)
            without = self.options.without_sample
            with self.at_work():
                self._say(consume_events(session, follow=False, without_sample=without, stopped=self.stopped))
        self._owing = self.stopped()

    def _say(self, answer: Answer) -> None:
        self.answer = answer
        self._report(last_run=answer.document["run"])
        self.said(answer)

    def _set_aside(self, session: Session, delivery: Delivery, error: Exception) -> None:
        version = approved_mapping(session.decisions).version
        message = message_of(error)
        self._refused[delivery.path] = (delivery, version, message)
        self.tell(DeliverySetAside(delivery.path.name, message))
        self._report()

    def _trouble(self, trouble: Trouble | None) -> None:
        self._report(state=WAITING if trouble else WATCHING, trouble=trouble)

    def _report(self, **changed: object) -> None:
        refused = [RefusedDelivery(path.name, text) for path, (_, _, text) in self._refused.items()]
        self._state = replace(self._state, **{"refused": refused, **changed})  # type: ignore[arg-type]
        report(self._project, self._state)


def extracts_read(session: Session) -> set[str]:
    """Return the ids of the extracts that were read as a whole, or voided; a sample reads a part."""
    read = {d.body["extract"] for d in _whole_readings(session)}
    return read | voided_extracts(session.decisions).keys()


def fingerprints_read(session: Session) -> set[str]:
    """Return the fingerprints of the remote deliveries that were read as a whole: they need not be fetched again."""
    return {str(d.body["fingerprint"]) for d in _whole_readings(session) if d.body.get("fingerprint")}


def _whole_readings(session: Session) -> Iterator[Decision]:
    kinds = {d.run: d.body["kind"] for d in session.decisions.all(Decided.RUN_STARTED)}
    return (d for d in session.decisions.all(Decided.EXTRACT_READ) if kinds.get(d.run) != "sample")
