"""The composition root: everything a command needs, wired from a project's settings. Nothing else puts the parts together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from consumers.compensator import Compensator
from consumers.consume import settle_open_intents
from consumers.context import build_context, known_providers
from consumers.data_model.words import add_words
from consumers.fold import catch_up
from consumers.history import History
from consumers.journal import Journal
from consumers.pairing import Strangers
from consumers.planned import Planned
from consumers.planning import Planner
from consumers.projector import Projector
from consumers.twenty.members import Member
from consumers.twenty.workspace import Workspace
from consumers.view import View
from consumers.writing import MissingFile, Writer
from cutover.project import Project
from events.clock import World
from events.decisions import Decided, Decisions
from events.entities import Entity, pbn_id, record_id, twenty_id
from events.keys import KeyStore
from events.log import Log
from events.practice import Practice
from producers.fingerprints import Fingerprints
from producers.produce import Producer
from projections.desired import Context, Desired, MissingWord, Upload

_PATIENCE = 10.0
"""Seconds to wait for a workspace that is down before a command gives up; repeating it is the resume."""


class Session:
    """One command's parts, each made when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if "workspace" in self.__dict__:
            self.workspace.close()
        self.project.close()

    @property
    def world(self) -> World:
        """Clock, ids, randomness."""
        return self.project.world

    @property
    def practice(self) -> Practice:
        """The practice whose records travel."""
        return self.project.practice

    @property
    def log(self) -> Log:
        """The log. Raises LogError."""
        return self.project.log()

    @property
    def keys(self) -> KeyStore:
        """The key store. Raises KeyStoreError."""
        return self.project.keys()

    @cached_property
    def decisions(self) -> Decisions:
        """The decisions in the log."""
        world = self.world
        return Decisions(self.log, self.keys, self.practice.id, now=world.now, new_id=world.new_id, entropy=world.entropy)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """The practice's keyed hashes."""
        return Fingerprints(self.keys.derive("fingerprints"))

    def address_of(self, email: str) -> bytes:
        """The keyed hash of an e-mail address."""
        return self.fingerprints.of_text("e-mail", email)

    def producer(self, tick: Callable[[int], None] = lambda _rows: None) -> Producer:
        """The producer; `tick` hears of rows read."""
        limit = self.project.settings.deletions.limit
        state, aliases = self.project.producer_state(), self.project.aliases
        return Producer(self.log, self.keys, state, self.practice, self.world, limit, tick, aliases)

    def ids_of(self, pbn: str) -> list[bytes]:
        """The record ids of a pbnId and of what it was renumbered from or to."""
        practice, _, rest = pbn.partition(":")
        entity, _, native = rest.partition(":")
        if practice != self.practice.id or entity not in {e.value for e in Entity}:
            return [twenty_id(self.practice.namespace, pbn).bytes]
        ids = self.project.aliases.of(Entity(entity), native)
        return [record_id(self.practice.namespace, pbn_id(practice, Entity(entity), one)) for one in ids]

    @cached_property
    def workspace(self) -> Workspace:
        """The Twenty workspace. Raises SettingsError; TwentyError when it is first spoken to."""
        twenty = self.project.settings.twenty
        return Workspace(
            self.project.settings.workspace_url(),
            self.project.settings.api_key().get_secret_value(),
            rate_limit=twenty.rate_limit,
            batch_size=twenty.batch_size,
            timeout=twenty.timeout,
            patience=_PATIENCE,
        )

    @cached_property
    def workspace_id(self) -> str:
        """What tells this workspace from others."""
        return self.workspace.identity()

    def without_twenty(self) -> str | None:
        """While Twenty does not answer: go on with the workspace that was last written to; gives its id, None without one."""
        runs = self.decisions.all(Decided.RUN_STARTED)
        last = next((d.workspace for d in reversed(list(runs)) if d.workspace is not None), None)
        if last is not None:
            self.__dict__["workspace_id"] = last  # where the property above keeps what it has found out
        return last

    @property
    def group(self) -> str:
        """The consumer group that carries events into this workspace."""
        return f"twenty:{self.workspace_id}"

    @cached_property
    def view(self) -> View:
        """What the consumers know about the workspace, brought up to the log."""
        view = self.project.view(self.workspace_id)
        catch_up(view, self.log, self.keys, self.group, self.address_of)
        return view

    @cached_property
    def members(self) -> Sequence[Member]:
        """The workspace's members, read once a command."""
        return self.workspace.members()

    def pairings(self) -> dict[bytes, UUID]:
        """People who were in Twenty before: record id → their Twenty id."""
        found: dict[bytes, UUID] = {}
        for decision in self.decisions.all(Decided.PERSON_PAIRED, Decided.PERSON_UNPAIRED):
            if decision.workspace == self.workspace_id:
                record_id = bytes.fromhex(decision.body["record"])
                if decision.decided is Decided.PERSON_PAIRED:
                    found[record_id] = UUID(decision.body["twenty"])
                else:
                    found.pop(record_id, None)
        return found

    def context(self) -> Context:
        """The projections' context, as things are now."""
        return build_context(
            self.practice,
            self.workspace.metadata(),
            self.members,
            known_providers(self.view, self.log, self.keys),
            self.pairings(),
            self.project.settings.twenty.fallback_member or None,
        )

    def journal(self, run: str) -> Journal:
        """Where a run's compensations go."""
        return Journal(
            self.log, self.keys, self.view, self.world, practice=self.practice.id, run=run, address_of=self.address_of
        )

    def settle(self, run: str) -> int:
        """Settle the intents that a killed run left open."""
        return settle_open_intents(self.view, self.log, self.keys, self.workspace, self.journal(run))

    def projector(self, run: str, *, check_all: bool = False, wrote: Callable[[int], None] = lambda _count: None) -> Projector:
        """The projector of a run; with `check_all` every record is compared with Twenty."""
        history = History(self.log, self.keys)
        planner = Planner(
            self.workspace, self.view, history, self.project.settings.twenty.conflicts, self.world.new_id, check_all
        )
        return Projector(
            view=self.view,
            keys=self.keys,
            journal=self.journal(run),
            planner=planner,
            writer=Writer(self.workspace, _Files(self.decisions).bytes_of, wrote=wrote),
            strangers=Strangers(self.workspace, self._is_ours, lambda d, identity: self._pair(d, identity, run)),
            group=self.group,
            context=self.context(),
            refresh_context=self.context,
            add_options=lambda missing: self._add_options(missing, run),
            address_of=self.address_of,
        )

    def compensator(
        self, run: str, *, force: bool, dry_run: bool, progress: Callable[[int], None] = lambda _done: None
    ) -> Compensator:
        """The compensator of a rollback."""
        return Compensator(
            log=self.log,
            view=self.view,
            history=History(self.log, self.keys),
            workspace=self.workspace,
            journal=self.journal(run),
            new_id=self.world.new_id,
            force=force,
            dry_run=dry_run,
            progress=progress,
        )

    def _is_ours(self, identity: UUID) -> bool:
        return bool(self.view.written([("people", identity.bytes)]))

    def _pair(self, desired: Desired, identity: UUID, run: str) -> None:
        body = {"record": desired.id.hex, "twenty": str(identity)}
        self.decisions.record(Decided.PERSON_PAIRED, body, workspace=self.workspace_id, run=run)

    def _add_options(self, missing: Sequence[MissingWord], run: str) -> bool:
        return add_words(self.workspace, missing, self.decisions, run)


class _Files:
    """The documents' bytes, found in the extract that each document's event was read from."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._folders: Mapping[str, Path] | None = None

    def bytes_of(self, planned: Planned, upload: Upload) -> bytes:
        """Raises MissingFile when they are not there, or are not those bytes any more."""
        if self._folders is None or planned.subject.extract not in self._folders:
            self._folders = extract_folders(self._decisions)
        folder = self._folders.get(planned.subject.extract)
        if folder is None:
            raise MissingFile("the extract of a document is not known here")
        try:
            data = (folder / upload.path).read_bytes()
        except OSError:
            raise MissingFile(
                "a document's file is not in its extract any more; bring it back, then `cutover dead-letters retry`"
            ) from None
        if hashlib.sha256(data).hexdigest() != upload.sha256:
            raise MissingFile(
                "a document's file was changed since it was read; bring the old one back, or sync the extract again"
            )
        return data


def extract_folders(decisions: Decisions) -> dict[str, Path]:
    """Where each extract that was read lies: extract id → folder."""
    return {str(d.body["extract"]): Path(d.body["folder"]) for d in decisions.all(Decided.EXTRACT_READ)}
