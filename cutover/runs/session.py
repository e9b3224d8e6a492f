"""The composition root: everything a command needs, wired from a project's settings.

Parts that write to Twenty are imported when they are made: `status` and the lists need not wait for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

from consumers.data_model.names import read_names
from consumers.state.catch_up import catch_up
from consumers.state.partition_ownership import Owner, group_of
from consumers.state.view import View
from consumers.sync.pace import Pace
from consumers.sync.providers_ahead import ProvidersAhead
from consumers.twenty.images import Image
from consumers.twenty.known_names import KnownNames
from consumers.twenty.members import Member
from consumers.twenty.rights.visibility import require_everything
from consumers.twenty.transport.errors import TwentyError
from consumers.twenty.transport.shared_budget import SharedBudget
from consumers.twenty.workspace import Workspace
from consumers.workers.happenings import Tell, silent
from cutover.project.errors import SettingsError, message_of
from cutover.project.locks import Busy, exclusive
from cutover.project.project import Project
from cutover.project.setting_sections import NewOptions
from cutover.project.stopping import pause_until
from cutover.runs.guarded_log import GuardedLog
from events.clock import World
from events.database import alone_in, is_shared
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, DEAD_LETTERS, Log, LogMissing
from events.log.watch import LogWatch
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.custom_objects import CustomObject
from events.vocabulary.entities import Entity, pbn_id, record_id, twenty_id
from events.vocabulary.practice import Practice

if TYPE_CHECKING:
    from consumers.engine.engine import Engine
    from consumers.workers.worker import Worker
    from producers.changes.produce import Producer
    from producers.state.fingerprints import Fingerprints

_OBJECTS = '"objects":[{'
"""Text in the JSON of a mapping that has custom objects."""
_PATIENCE = 10.0
"""Seconds to wait for a workspace that is down before a command gives up; repeating it is the resume."""


class Session:
    """One command's parts, each made when it is first asked for."""

    def __init__(self, project: Project, workspace: Workspace | None = None) -> None:
        """Take a project; `workspace` stands in for the one that its settings name."""
        self.project = project
        self.owner: Owner | None = None
        """The partitions that this command may carry; set while it carries events (`cutover.runs.claims.consuming`)."""
        self.tell: Tell = silent
        """Hears of what happens while this command carries events."""
        self.producing_log: GuardedLog | None = None
        """The log as its one producer appends to it; set while this command produces (`cutover.runs.claims.producing`)."""
        self.modelled: str | None = None
        """The version of the mapping that was in force when the workspace's data model was last read for it."""
        self._workspace = workspace
        self._resolved: int | None = None
        self._knows_objects = False
        self.requests_ahead = 0
        """Requests sent before the run that count as its own."""
        self._people_at_hand: list[Image] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if "workspace" in self.__dict__:
            self.workspace.close()
        if "_shared_budget" in self.__dict__:
            self._shared_budget.close()
        self.know_objects(())
        self.project.close()

    @property
    def world(self) -> World:
        """Return clock, ids, randomness."""
        return self.project.world

    @property
    def practice(self) -> Practice:
        """Return the practice whose records travel."""
        return self.project.practice

    @property
    def log(self) -> Log:
        """Return the log. Raises LogError."""
        return self.project.log()

    @property
    def keys(self) -> KeyStore:
        """Return the key store. Raises KeyStoreError, DatabaseUnreachable."""
        return self.project.keys()

    @cached_property
    def decisions(self) -> Decisions:
        """Return the decisions in the log. The custom objects of the mapping in force are known from here on."""
        world = self.world
        found = Decisions(self.log, self.keys, self.practice.id, now=world.now, new_id=world.new_id, entropy=world.entropy)
        approved = found.last(Decided.MAPPING_APPROVED, Decided.MAPPING_EXTENDED)
        if approved is not None and _OBJECTS in approved.body["mapping"]:
            from events.vocabulary.mapping import from_json  # most practices have no custom object

            self.know_objects(from_json(approved.body["mapping"]).objects)
        return found

    def know_objects(self, objects: Sequence[CustomObject]) -> None:
        """Have the custom objects of a mapping among those of Twenty, until the session ends."""
        if not objects and not self._knows_objects:
            return
        from projections.registry import declare_objects

        self._knows_objects = bool(objects)
        declare_objects(objects)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Return the practice's keyed hashes."""
        from producers.state.fingerprints import Fingerprints

        return Fingerprints(self.keys.derive("fingerprints"))

    def address_of(self, email: str) -> bytes:
        """Return the keyed hash of an e-mail address."""
        return self.fingerprints.of_text("e-mail", email)

    @cached_property
    def pace(self) -> Pace:
        """Return the size of this command's windows; a command that shares the partitions with others has a pace of its own."""
        return Pace(self.world.monotonic)

    def producer(self, tick: Callable[[int], None] = lambda _rows: None) -> Producer:
        """Return the producer; `tick` hears of rows read.

        A command that produces claims the role first: what it reads from here on is all that was produced. Raises LogError.
        """
        from producers.changes.produce import Producer  # reads cells of every kind: `status` need not wait for that
        from projections.custom_names import custom_names

        if self.producing_log is not None:
            self.producing_log.hold()
        settings = self.project.settings
        return Producer(
            log=self.producing_log or self.log,
            keys=self.keys,
            state=self.project.producer_state(),
            practice=self.practice,
            world=self.world,
            decisions=self.decisions,
            deletion_limit=settings.deletions.limit,
            tick=tick,
            aliases=self.project.aliases,
            largest_event=settings.log.largest_event,
            names=custom_names(),
        )

    def ids_of(self, pbn: str) -> list[bytes]:
        """Return the record ids of a pbnId and of what it was renumbered from or to."""
        practice, _, rest = pbn.partition(":")
        entity, _, native = rest.partition(":")
        try:
            known = Entity(entity)
        except ValueError:
            known = None
        if practice != self.practice.id or known is None:
            return [twenty_id(self.practice.namespace, pbn).bytes]
        ids = self.project.aliases.of(known, native)
        return [record_id(self.practice.namespace, pbn_id(practice, known, one)) for one in ids]

    @cached_property
    def workspace(self) -> Workspace:
        """Return the Twenty workspace. Raises SettingsError; TwentyError when it is first spoken to."""
        workspace = self._workspace or self._connected()
        workspace.know(self._names_of)
        return workspace

    def _names_of(self, workspace: str) -> KnownNames:
        """Return the names by which the log knows parts of a workspace. Raises CodecError, LogError."""
        try:
            decisions = self.decisions
        except LogMissing:  # before the first mapping nothing was made; `doctor` asks a workspace that early
            return KnownNames()
        return read_names(decisions, workspace)

    def _connected(self) -> Workspace:
        twenty = self.project.settings.twenty
        return Workspace(
            self.project.settings.workspace_url(),
            self.project.settings.api_key().get_secret_value(),
            budget=self._shared_budget if self.project.settings.log.is_shared and twenty.rate_limit else None,
            rate_limit=twenty.rate_limit,
            batch_size=twenty.batch_size,
            in_flight=twenty.in_flight,
            timeout=twenty.timeout,
            patience=_PATIENCE,
            on_request=self.before_request,
            clock=self.world.monotonic,
            sleep=self.world.sleep,
        )

    def before_request(self, _method: str, _path: str) -> None:
        """Check before a request leaves that its partitions are ours. Raises OwnershipLost."""
        if self.owner is not None:
            self.owner.check()

    @cached_property
    def _shared_budget(self) -> SharedBudget:
        """Return the budget that workers of one workspace share; its account is named after a hash of the address."""
        account = hashlib.sha256(self.project.settings.workspace_url().encode()).hexdigest()[:32]
        return SharedBudget(self.project.settings.state.url, account, self.project.settings.twenty.rate_limit)

    @cached_property
    def workspace_id(self) -> str:
        """Return what tells this workspace from others."""
        return self.workspace.identity()

    def away(self) -> str | None:
        """Say why Twenty cannot be asked, and go on with the workspace that was last written to; None where Twenty answers.

        A command that only reads the log needs neither Twenty nor an API key. Raises TwentyError, SettingsError where nothing
        was ever written.
        """
        try:
            _ = self.workspace_id
        except (TwentyError, SettingsError) as error:
            if not (isinstance(error, SettingsError) or error.retriable) or self.without_twenty() is None:
                raise
            return message_of(error)
        return None

    def without_twenty(self) -> str | None:
        """Go on with the workspace that was last written to while Twenty does not answer; return its id, None without one."""
        runs = self.decisions.all(Decided.RUN_STARTED)
        last = next((d.workspace for d in reversed(list(runs)) if d.workspace is not None), None)
        if last is not None:
            self.__dict__["workspace_id"] = last  # where the property above keeps what it has found out
        return last

    @property
    def group(self) -> str:
        """Return the consumer group that carries events into this workspace."""
        return group_of(self.workspace_id)

    @cached_property
    def view(self) -> View:
        """Return the consumers' state of the workspace. It is brought up to the log first where no other command does that."""
        view = self.project.view(self.workspace_id)
        if self.owner is None and self._nobody_folds():
            with suppress(Busy), exclusive(self.project, "consumer", holder="status"):
                self._fold_into(view)
        return view

    @cached_property
    def log_watch(self) -> LogWatch:
        """Return a watch that looks about once a minute whether the log is still whole; asked by everything that carries
        events.
        """
        return LogWatch(self.log, self.world.monotonic)

    def fold(self) -> None:
        """Bring the view up to the log, in the partitions that this command owns. Raises LogError."""
        self._fold_into(self.view)

    def _fold_into(self, view: View) -> None:
        catch_up(view, self.log, self.keys, self.group, self.address_of)

    def _nobody_folds(self) -> bool:
        """Return whether only commands of this folder can fold: workers of other machines keep up the state that they share."""
        settings = self.project.settings
        return not (settings.log.is_shared and is_shared(settings.state.url))

    @cached_property
    def members(self) -> Sequence[Member]:
        """Return the workspace's members, read once a command."""
        return self.workspace.members()

    def read_ahead(self, members: Sequence[Member] | None, people: list[Image] | None, requests: int) -> None:
        """Take records that were read before the run, in so many requests: the members, and all people in the workspace."""
        self.requests_ahead = requests
        if members is not None:
            self.__dict__["members"] = members  # where the property above keeps what it has read
        self._people_at_hand = people

    def _take_people_at_hand(self) -> list[Image] | None:
        """Return the people that were read ahead, once: what is wanted of Twenty later may meet others."""
        people, self._people_at_hand = self._people_at_hand, None
        return people

    def forget_members(self) -> None:
        """Read the members again when they are asked for next: a command that goes on meets those who join."""
        self.__dict__.pop("members", None)

    @cached_property
    def engine(self) -> Engine:
        """Return the parts that write to the workspace."""
        from consumers.engine.engine import Choices, Engine
        from cutover.project.document_files import DocumentFiles

        twenty = self.project.settings.twenty
        return Engine(
            log=self.log,
            keys=self.keys,
            decisions=self.decisions,
            view=self.view,
            workspace=self.workspace,
            world=self.world,
            practice=self.practice,
            address_of=self.address_of,
            members=lambda: self.members,
            file_bytes=DocumentFiles(self.decisions, self.project.copies_folder).bytes_of,
            owner=lambda: self.owner,
            choices=Choices(
                policy=twenty.conflicts,
                refuse_new_words=twenty.new_options is NewOptions.DEAD_LETTER,
                fallback_member=twenty.fallback_member or None,
                largest_file=twenty.upload_limit,
            ),
            ahead=lambda: self.providers_ahead.events,
            alone=self.data_model,
            people_at_hand=self._take_people_at_hand,
        )

    @property
    def home(self) -> int:
        """Return the partition of change events that the practice and its providers lie in. Raises LogError."""
        return self.log.partition_of(CHANGES, self.fingerprints.of_id("household", PRACTICE_SUBJECT))

    @cached_property
    def providers_ahead(self) -> ProvidersAhead:
        """Return the providers in the log that the view did not hold when this was first asked for."""
        return ProvidersAhead(log=self.log, partition=self.home, next=self.view.progress(CHANGES).get(self.home, 0))

    def require_sight(self, what_for: str) -> None:
        """Refuse what needs to see all records of our objects, where Twenty may keep some from the API key. Raises
        NotEverything.
        """
        from projections.destination import destination

        granted = self.project.settings.twenty.granted
        require_everything(self.workspace.metadata(), tuple(destination().objects), granted, what_for)

    def worker(
        self,
        run: str,
        *,
        carry: Callable[[], None],
        poll: float,
        at_rest: Callable[[], None] = lambda: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Worker:
        """Make one worker of those that carry events into the workspace; `poll` is in seconds. Only within
        `claims.consuming`.

        Its pauses end when it is stopped.
        """
        from consumers.workers.worker import Worker

        owner = self.owner
        assert owner is not None, "a worker works within `cutover.runs.claims.consuming`"
        self._is_decided_anew()  # what was decided by now is carried out by the worker's first window
        return Worker(
            owner=owner,
            log=self.log,
            view=self.view,
            fold=self.fold,
            settle=lambda: self.engine.settle(run),
            carry=carry,
            # others' partitions are theirs: to look after them would cost requests that those need
            has_more=lambda: self.is_behind(owner.partitions) or self._is_decided_anew(),
            has_company=self._has_company,
            look_after_log=self.log_watch.look,
            pace=self.pace,
            now=self.world.now,
            sleep=lambda seconds: pause_until(stopped, seconds, self.world.sleep, self.world.monotonic),
            request_timeout=self.project.settings.twenty.timeout,
            poll=poll,
            tell=self.tell,
            at_rest=at_rest,
        )

    def has_dead_letters(self) -> bool:
        """Return whether the log holds any dead letter. Raises LogError."""
        return any(self.log.ends(DEAD_LETTERS).values())

    def lag(self, partitions: Collection[int]) -> int:
        """Return the number of change events in these partitions that the group has not carried yet. Raises LogError."""
        ends, committed = self.log.ends(CHANGES), self.log.committed(self.group, CHANGES)
        return sum(ends[p] - committed.get(p, 0) for p in partitions)

    def is_behind(self, partitions: Collection[int] | None = None) -> bool:
        """Return whether the log holds changes that the group has not carried yet, in these partitions or in any. Raises
        LogError.
        """
        ends, committed = self.log.ends(CHANGES), self.log.committed(self.group, CHANGES)
        return any(ends[p] != committed.get(p, 0) for p in (ends if partitions is None else partitions))

    def _is_decided_anew(self) -> bool:
        """Tell whether a person has resolved conflicts since this was last asked. Raises LogError."""
        last = self.decisions.last(Decided.CONFLICTS_RESOLVED)
        before, self._resolved = self._resolved, last.offset if last else -1
        return before is not None and before != self._resolved

    def _has_company(self) -> bool:
        """Return whether no worker needs to wait for the practice's company: it was carried (or refused), we carry it, or none
        comes.
        """
        assert self.owner is not None, "asked by a worker"
        home = self.home
        if home in self.owner.partitions:
            return True
        practice = twenty_id(self.practice.namespace, f"{self.practice.id}:practice:{self.practice.id}").bytes
        head = self.view.heads([practice]).get(practice)
        if head is not None:
            return head.applied_revision > 0 or head.status != ""
        return self.log.committed(self.group, CHANGES).get(home, 0) >= self.log.ends(CHANGES)[home]

    def data_model(self) -> AbstractContextManager[None]:
        """Change Twenty's data model as the only one: two workers that add options to one field would lose each other's."""
        return alone_in(self.project.settings.state.url, f"data model {self.workspace_id}")
