"""`consume --follow`: a worker that waits out whatever passes by itself, as long as it lasts.

    open everything ──▶ join the group ──▶ carry, rest, carry … until asked to stop
          ▲                                     │ Twenty, the log, a database, the disk or another command is in the way
          └──── wait, longer each time ◀────────┘

After a failure nothing that a session remembers is to be trusted: each attempt opens everything anew, and settles what the last
one left. A worker that was replaced, or whose own group changed, goes on by itself (`consumers.workers.worker`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace

from consumers.workers.happenings import Happening, PartitionsTaken, Tell, WindowCarried
from cutover.following.outages import Outages
from cutover.following.reports import CARRYING, WAITING, WATCHING, Trouble, WorkerState, ended, numbered, report, retire
from cutover.project.project import Project
from cutover.project.stopping import Stopped
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import consume_events


@dataclass(kw_only=True)
class LogFollower:
    """Carries what arrives in the log. `make_session` gives a fresh session over the project, `pause` waits some seconds (less
    when asked to stop), `at_work` holds what must be finished, `tell` hears of what happens.
    """

    make_session: Callable[[], Session]
    stopped: Callable[[], bool]
    tell: Tell
    pause: Callable[[float], None]
    at_work: Callable[[], AbstractContextManager[None]] = nullcontext
    without_sample: bool = False
    _state: WorkerState = field(default_factory=lambda: WorkerState(process=os.getpid(), since=""))
    _project: Project = field(init=False)
    _name: str = field(init=False)
    _outages: Outages = field(init=False)

    def follow(self) -> Answer | None:
        """Go on until stopped; return the answer of the run that was stopped, None where an outage was. Raises what needs a
        person.
        """
        first = self.make_session()
        self._project, world = first.project, first.world
        self._outages = Outages(now=world.now, tell=self.tell, report=self._trouble)
        with numbered(self._project) as self._name:
            self._report(since=world.now().isoformat())
            try:
                answer = self._attend()
            except Stopped:
                answer = None
            except Exception as error:
                report(self._project, ended(self._state, error, world.now()), self._name)
                raise
            retire(self._project, self._name)
        return answer

    def _attend(self) -> Answer | None:
        while not self.stopped():
            try:
                return self._work()
            except Exception as error:
                seconds = self._outages.met(error)
            self.pause(seconds)
        return None

    def _work(self) -> Answer:
        with ExitStack() as to_the_end, self.make_session() as session:
            session.tell = self._hear
            answer = consume_events(
                session,
                follow=True,
                without_sample=self.without_sample,
                stopped=self.stopped,
                at_work=self._working,
                at_rest=self._rest,
            )
            to_the_end.enter_context(self.at_work())  # closing what is open loses no answer
            return answer

    def _working(self) -> AbstractContextManager[None]:
        self._report(state=CARRYING)
        return self.at_work()

    def _rest(self) -> None:
        self._outages.over()
        if self._state.state != WATCHING:
            self._report(state=WATCHING)

    def _hear(self, happening: Happening) -> None:
        if isinstance(happening, WindowCarried):
            self._outages.over()
            self._report(run=happening.run, windows=self._state.windows + 1)
        elif isinstance(happening, PartitionsTaken):
            self._report(partitions=happening.now)
        self.tell(happening)

    def _trouble(self, trouble: Trouble | None) -> None:
        self._report(state=WAITING if trouble else CARRYING, trouble=trouble, partitions=())

    def _report(self, **changed: object) -> None:
        self._state = replace(self._state, **changed)  # type: ignore[arg-type]
        report(self._project, self._state, self._name)
