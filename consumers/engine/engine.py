"""The parts that write to one workspace: the journal, the projector and the compensator of a run, over one log and one view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from consumers.data_model.applying.words import add_words
from consumers.data_model.emptied import emptied, made_again
from consumers.data_model.names import read_names
from consumers.journal.automations import automated, none_automated
from consumers.journal.history import History
from consumers.journal.journal import Journal
from consumers.journal.merges import Merges
from consumers.journal.planned import Planned
from consumers.journal.sending import Sender, Wrote, silently
from consumers.journal.settling import settle_open_intents
from consumers.journal.three_way import Policy
from consumers.journal.uploads import Uploads
from consumers.rollback.compensator import Compensator
from consumers.state.catch_up import catch_up
from consumers.state.emptied import Emptied
from consumers.state.partition_ownership import Owner, group_of
from consumers.state.view import View
from consumers.sync.conflicts.decided_conflicts import DecidedConflicts
from consumers.sync.conflicts.decided_merges import DecidedMerges
from consumers.sync.conflicts.resolutions import Resolutions
from consumers.sync.conflicts.worked_on import WorkedOn
from consumers.sync.context import NONE_AHEAD, build_context, known_providers
from consumers.sync.email_claims import EmailClaims
from consumers.sync.pairing import Strangers, pair, pairings
from consumers.sync.planning.lost_records import LostRecords
from consumers.sync.planning.planner import Planner
from consumers.sync.planning.present_records import PresentRecords
from consumers.sync.projector import Projector
from consumers.twenty.images import Image
from consumers.twenty.members import Member
from consumers.twenty.metadata import Metadata
from consumers.twenty.workspace import Workspace
from events.change_events import ChangeEvent
from events.clock import World
from events.crash_points import CrashPoint
from events.decisions import Decisions
from events.log.port import CHANGES, Commit, Log
from events.sealing.keys import KeyStore
from events.vocabulary.practice import Practice
from projections.desired import Context, MissingWord, Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The operator's choices: who wins a conflict, whether words without an option are dead letters, the member for providers
    without a member of their own (an e-mail address), and the largest file that is sent (bytes, 0: no limit).
    """

    policy: Policy = Policy.TWENTY_WINS
    refuse_new_words: bool = False
    fallback_member: str | None = None
    largest_file: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Puts together the parts that write to one workspace.

    `address_of` is the keyed hash of an e-mail address. `members` returns the workspace's members, `file_bytes` the bytes of a
    document (raises MissingFile), `owner` the partitions that may be carried now (None outside of that), `ahead` providers in
    the log that the view may not hold yet. `alone` is held while the data model is changed. `people_at_hand` returns the people
    of the workspace where the command has just read them all, once.
    """

    log: Log
    keys: KeyStore
    decisions: Decisions
    view: View
    workspace: Workspace
    world: World
    practice: Practice
    address_of: Callable[[str], bytes]
    members: Callable[[], Sequence[Member]]
    file_bytes: Callable[[Planned, Upload], bytes]
    owner: Callable[[], Owner | None]
    choices: Choices = Choices()
    ahead: Callable[[], Mapping[bytes, ChangeEvent]] = lambda: NONE_AHEAD
    alone: Callable[[], AbstractContextManager[None]] = nullcontext
    people_at_hand: Callable[[], list[Image] | None] = lambda: None

    def __post_init__(self) -> None:
        self.workspace.know(lambda identity: read_names(self.decisions, identity))

    @property
    def group(self) -> str:
        """Return the consumer group that carries events into this workspace."""
        return group_of(self.view.workspace)

    def fold(self) -> None:
        """Bring the view up to the log. Raises LogError."""
        catch_up(self.view, self.log, self.keys, self.group, self.address_of)

    def context(self) -> Context:
        """Return the projections' context, as things are now."""
        return build_context(
            self.practice,
            self.workspace.metadata(),
            self.members(),
            known_providers(self.view, self.log, self.keys, self.ahead()),
            pairings(self.decisions, self.view.workspace),
            self.merges().winners(),
            self.choices.fallback_member,
        )

    def history(self) -> History:
        """Return our last writes, without what Twenty emptied since."""
        known: list[tuple[Metadata, Emptied]] = []

        def now() -> Emptied:
            metadata = self.workspace.metadata()
            if not known or known[-1][0] is not metadata:  # each change of the data model is read anew
                known[:] = [(metadata, emptied(metadata, self.decisions))]
            return known[-1][1]

        return History(self.log, self.keys, now)

    def journal(self, run: str) -> Journal:
        """Return the journal that takes a run's compensations."""
        return Journal(
            self.log,
            self.keys,
            self.view,
            self.world,
            practice=self.practice.id,
            run=run,
            address_of=self.address_of,
            still_ours=self._still_ours,
        )

    def settle(self, run: str) -> int:
        """Settle the intents that a killed run left open; return their number. Raises TwentyError, LogError."""
        self.world.reached(CrashPoint.BEFORE_SETTLING)
        self.workspace.metadata_now()
        settled = settle_open_intents(self.view, self.log, self.keys, self.workspace, self.journal(run))
        self.world.reached(CrashPoint.SETTLED)
        return settled

    def projector(self, run: str, *, check_all: bool = False, heals: bool = False, wrote: Wrote = silently) -> Projector:
        """Return the projector of a run; with `check_all` every record is compared with Twenty, with `heals` PbN's values
        are written again where automations of Twenty wrote others. Needs an owner.
        """
        owner = self.owner()
        assert owner is not None, "events are carried by the owner of their partitions"
        history = self.history()
        resolutions = Resolutions(
            view=self.view,
            history=history,
            decisions=self.decisions,
            policy=self.choices.policy,
            made_again=lambda: made_again(self.workspace.metadata(), self.decisions),
        )
        merges = self.merges()
        strangers = Strangers(
            workspace=self.workspace,
            ours=self._is_ours,
            at_hand=self.people_at_hand,
            pair=lambda d, identity: pair(self.decisions, self.view.workspace, run, d, identity, self.world.reached),
        )
        lost = LostRecords(policy=self.choices.policy, merges=merges, check_all=check_all)
        return Projector(
            view=self.view,
            keys=self.keys,
            journal=self.journal(run),
            planner=Planner(
                workspace=self.workspace,
                view=self.view,
                history=history,
                policy=self.choices.policy,
                resolutions=resolutions,
                worked_on=WorkedOn(workspace=self.workspace, view=self.view, history=self.history()),  # holds other entries
                lost=lost,
                present=PresentRecords(workspace=self.workspace, policy=self.choices.policy, lost=lost),
                new_id=self.world.new_id,
                check_all=check_all,
                automated=partial(automated, self.workspace) if heals else none_automated,
            ),
            sender=self._sender(
                Uploads(workspace=self.workspace, file_bytes=self.file_bytes, largest_file=self.choices.largest_file), wrote
            ),
            strangers=strangers,
            group=self.group,
            owner=owner,
            context=self.context(),
            refresh_context=self.context,
            add_options=lambda missing: self._add_options(missing, run),
            claims=EmailClaims(view=self.view, strangers=strangers, address_of=self.address_of),
            decided=DecidedConflicts(
                view=self.view,
                resolutions=resolutions,
                owner=owner,
                decided_merges=DecidedMerges(view=self.view, resolutions=resolutions, merges=merges, decisions=self.decisions),
            ),
            refuse_new_words=self.choices.refuse_new_words,
        )

    def compensator(
        self, run: str, *, force: bool = False, dry_run: bool = False, progress: Callable[[int], None] = lambda _done: None
    ) -> Compensator:
        """Return the compensator of a rollback."""
        return Compensator(
            log=self.log,
            view=self.view,
            history=self.history(),
            workspace=self.workspace,
            sender=self._sender(),
            journal=self.journal(run),
            new_id=self.world.new_id,
            force=force,
            dry_run=dry_run,
            progress=progress,
        )

    def merges(self) -> Merges:
        """Return the merges of patients by people in Twenty."""
        history = History(self.log, self.keys)
        return Merges(workspace=self.workspace, view=self.view, history=history, decisions=self.decisions)

    def _sender(self, uploads: Uploads | None = None, wrote: Wrote = silently) -> Sender:
        return Sender(
            workspace=self.workspace, uploads=uploads, wrote=wrote, sleep=self.world.sleep, reached=self.world.reached
        )

    def _still_ours(self) -> Sequence[Commit]:
        """Return the group's offsets once more: a step that commits them is refused when another worker owns the partitions
        now.
        """
        owner = self.owner()
        if owner is None:
            return ()
        committed = self.log.committed(self.group, CHANGES)
        return (owner.commit(self.group, {p: committed.get(p, 0) for p in owner.partitions}),)

    def _is_ours(self, identity: UUID) -> bool:
        return bool(self.view.written([("people", identity.bytes)]))

    def _add_options(self, missing: Sequence[MissingWord], run: str) -> bool:
        with self.alone():
            self.workspace.metadata(refresh=True)
            return add_words(self.workspace, missing, self.decisions, run, sleep=self.world.sleep, reached=self.world.reached)
