"""The independent model: what must be in Twenty after each step, worked out record by record from the rules in docs/.

It knows nothing of the engine: no projections, no consumers, no log. Of Twenty it knows what the cassettes show: unique
e-mails, links that go with their task, what becomes of records that point at one that is destroyed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.destination import LINKS, OBJECTS, Ids, Key, Wanted, hanging, person
from tests.simulation.office import PRACTICE, Row

ORDER = ("patient", "plan", "appointment", "claim", "balance", "note", "message")
"""The order in which an extract's kinds are read."""
WRITTEN_IN = OBJECTS
TAKEN_BACK_IN = (
    *("tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims"),
    *("taskTargets", "noteTargets", "people", "companies"),
)
_LINKS = dict(LINKS.values())
_PARENTS = {
    "targetPersonId": "people",
    "patientId": "people",
    "companyId": "companies",
    "taskId": "tasks",
    "noteId": "notes",
}
_OWNERS = {link: owner for owner, (link, _) in LINKS.items()}
Source = tuple[str, str]
"""A record of PbN: kind and native id."""


@dataclass(frozen=True)
class Restored:
    """Marks a field that a rollback gave its earlier value: the next extract's value is new to it."""

    value: Any


@dataclass
class Held:
    """A record in Twenty."""

    fields: dict[str, Any]
    deleted: bool = False


@dataclass(frozen=True)
class Write:
    """One write of ours: in which run, because of an event of which run, what it did, the fields and what they were before."""

    run: int
    cause: int
    action: str
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Ours:
    """What we wrote to one record of Twenty: the values wanted last, what Twenty answered, and the writes that stand."""

    source: Source
    wanted: dict[str, Any]
    answer: dict[str, Any]
    alive: bool = True
    deleted: bool = False
    writes: list[Write] = field(default_factory=list)
    address: str | None = None


@dataclass(frozen=True)
class Event:
    """What the log says of a record: its row, the address that is theirs, the run; `mark` keeps the order of the log."""

    row: Row
    primary: str | None
    run: int
    mark: int
    deleted: bool = False


@dataclass
class Head:
    """A record as it was carried last, or waits to be: `status` is why it is kept back, if it is."""

    event: Event
    pending: bool = True
    status: str = ""
    waits_for: str | None = None


@dataclass
class Planned:
    """One write to be made."""

    action: str
    source: Source
    key: Key
    send: dict[str, Any]
    before: dict[str, Any]
    wanted: dict[str, Any]
    answer: dict[str, Any]
    releases: bool = False
    quiet: bool = False


@dataclass
class Plan:
    """What a window comes to."""

    writes: list[Planned] = field(default_factory=list)
    kept: set[Source] = field(default_factory=set)
    conflicts: int = 0


@dataclass
class _Undo:
    """The net effect of taking writes back: what is done to the record, fields given back, the writes that are undone."""

    action: str | None
    restore: dict[str, Any] = field(default_factory=dict)
    undone: list[Write] = field(default_factory=list)
    reason: str | None = None


class Model:
    """Twenty, PbN as it was told, and what we wrote."""

    def __init__(self, ids: Ids, limit: float) -> None:
        self.ids, self.limit = ids, limit
        self.twenty: dict[Key, Held] = {}
        self.ours: dict[Key, Ours] = {}
        self.told: dict[Source, Event] = {}
        self.heads: dict[Source, Head] = {}
        self.paired: dict[Source, Key] = {}
        self.edits: dict[tuple[Key, str], Any] = {}
        self.run = 0
        self.conflicts = 0
        self.withheld: Counter[str] = Counter()
        self._mark = 0
        self._foreign: set[str | None] = set()
        self._made_again: set[str] = set()
        self._tried: set[Source] = set()

    def _begin(self) -> None:
        """A command begins."""
        self.run += 1
        self.conflicts = 0
        self._foreign = set()
        self._made_again = set()
        self._tried = set()

    # What PbN says

    def sync(self, rows: Sequence[Row], kinds: Collection[str], *, full: bool, confirm: bool = False) -> None:
        """An extract arrives and is carried."""
        self._begin()
        self.withheld.clear()
        events = self._produce(rows, kinds, full=full, confirm=confirm)
        self._catch_up(events)

    def _produce(self, rows: Sequence[Row], kinds: Collection[str], *, full: bool, confirm: bool) -> list[Source]:
        events: list[Source] = []
        company = ("practice", PRACTICE)
        if company not in self.told:
            events += self._tell(Row("practice", PRACTICE, {"name": "Fern Street Dental"}), None)
        for kind in ORDER:
            if kind not in kinds:
                continue
            mine = {r.id: r for r in rows if r.kind == kind}
            live = [t for (k, _), t in self.told.items() if k == kind and not t.deleted]
            absent = [t for t in live if t.row.id not in mine] if full else []
            if len(absent) > self.limit * len(live) and not confirm:
                self.withheld[kind] = len(absent)
                absent = []
            told = [_completed(r, self.told.get((kind, r.id))) for r in mine.values()]
            if kind == "patient":
                events += self._patients(told, absent)
            else:
                for row in told:
                    events += self._tell(row, None)
            for gone in sorted(absent, key=lambda t: t.mark):
                self.told[kind, gone.row.id] = Event(gone.row, None, self.run, self._next(), deleted=True)
                events.append((kind, gone.row.id))
        return events

    def _patients(self, rows: Sequence[Row], absent: Sequence[Event]) -> list[Source]:
        gone = {t.row.id for t in absent}
        alive = {t.row.id: t.row for (k, n), t in self.told.items() if k == "patient" and not t.deleted and n not in gone}
        alive |= {r.id: r for r in rows}
        owners = _owners(alive.values())
        events: list[Source] = []
        settled = [r for r in alive.values() if self._is_told(r)]
        for row in [*settled, *(r for r in rows if not self._is_told(r))]:
            mail = row.cells["email"]
            events += self._tell(row, mail if mail and owners[mail] == row.id else None)
        return events

    def _is_told(self, row: Row) -> bool:
        told = self.told.get((row.kind, row.id))
        return told is not None and not told.deleted and told.row == row

    def _tell(self, row: Row, primary: str | None) -> list[Source]:
        source = (row.kind, row.id)
        before = self.told.get(source)
        if before is not None and not before.deleted and before.row == row and before.primary == primary:
            return []
        self.told[source] = Event(row, primary, self.run, self._next())
        return [source]

    def _next(self) -> int:
        self._mark += 1
        return self._mark

    # Carrying

    def _catch_up(self, events: Sequence[Source]) -> None:
        """What was pending goes first, in the revision that was carried last; then the new events; then what came free."""
        self._look_again()
        self._carry_pending()
        for source in events:
            self.heads[source] = Head(self.told[source])
        self._carry(events)
        self._carry_pending()

    def _carry_pending(self, *, check_all: bool = False) -> None:
        while pending := [s for s, h in self.heads.items() if h.pending and not h.status]:
            self._carry(sorted(pending, key=lambda s: self.heads[s].event.mark), check_all=check_all)

    def _carry(self, sources: Sequence[Source], *, check_all: bool = False) -> None:
        if not sources:
            return
        self._pair(sources)
        waiting: dict[Source, tuple[str, str | None]] = {}
        wishes = self._wishes(sources, waiting)
        wishes, let_go, early = self._settle_addresses(wishes, waiting)
        plan = self._plan(wishes, let_go, early, check_all=check_all)
        written, refused = self._perform(plan.writes)
        again = {s for s, taken in refused.items() if taken and s not in self._tried}  # an address was taken: looked into once
        self._tried |= again
        self.conflicts += plan.conflicts
        for source in sources:
            head = self.heads[source]
            if source in waiting:
                head.pending, (head.status, head.waits_for) = True, waiting[source]
            elif source in written or source in plan.kept or not head.status:
                head.pending, head.status, head.waits_for = False, "", None
            if source in refused:
                head.pending, head.status, head.waits_for = True, "" if source in again else "dead", None
        self._release_patients()
        self._release_addresses()

    def _release_patients(self) -> None:
        for head in self.heads.values():
            if head.status == "unknown_patient" and self._alive(self._person_key(head.event.row.cells["patient"])):
                head.status = ""

    def _release_addresses(self) -> None:
        held = self._believed()
        for head in self.heads.values():
            if head.status == "address_taken" and head.waits_for not in held and head.waits_for not in self._foreign:
                head.status, head.waits_for = "", None

    def _believed(self) -> dict[str, Key]:
        """Who of ours holds which address, as far as we have heard."""
        return {o.address: k for k, o in self.ours.items() if o.alive and o.address}

    def _look_again(self) -> None:
        """Those who hold an address that somebody waits for may have let it go."""
        held = self._believed()
        wanted = {h.waits_for for h in self.heads.values() if h.status == "address_taken" and h.waits_for in held}
        let_go = [held[mail] for mail in wanted if mail and self._holder(mail) != held[mail]]
        for key in let_go:
            self.ours[key].address = None
        if let_go:
            self._release_addresses()

    def forget_state(self) -> None:
        """The state is lost, and made again from the log: who waited for an address tries again."""
        for head in self.heads.values():
            if head.status == "address_taken":
                head.status, head.waits_for = "", None
        self._release_patients()

    def retry(self) -> None:
        """What Twenty refused is tried again."""
        self._begin()
        for head in self.heads.values():
            if head.status == "dead":
                head.status = ""
        self._catch_up([])

    def replay(self, first: int, last: int) -> None:
        """The newest events of records, where they were told in one of these runs, are carried again and compared."""
        self._begin()
        self._carry_pending(check_all=True)
        for run in range(first, last + 1):
            told = [s for s, h in self.heads.items() if h.event.run == run]
            self._carry(sorted(told, key=lambda s: self.heads[s].event.mark), check_all=True)
        self._carry_pending(check_all=True)

    def _person_key(self, native: str) -> Key:
        return self.paired.get(("patient", native)) or self.ids.record("patient", native)

    def _wanted(self, source: Source) -> list[Wanted]:
        told = self.heads[source].event
        kind, native = source
        if kind == "practice":
            fields = {"pbnId": f"{PRACTICE}:practice:{PRACTICE}", "name": told.row.cells["name"]}
            return [Wanted(self.ids.company, fields)]
        key = self._person_key(native) if kind == "patient" else self.ids.record(kind, native)
        if told.deleted:
            return [Wanted(key, {}, deleted=True)]
        if kind == "patient":
            return [person(told.row, self.ids, key, told.primary)]
        return hanging(told.row, self.ids, self._person_key(told.row.cells["patient"]))

    def _wishes(self, sources: Sequence[Source], waiting: dict[Source, tuple[str, str | None]]) -> list[tuple[Source, Wanted]]:
        every = [(s, w) for s in sources for w in self._wanted(s)]
        coming = {w.key for _, w in every if not w.deleted}
        out = []
        for source in sources:
            mine = [w for s, w in every if s == source]
            unmet = [w.needs for w in mine if w.needs and w.needs not in coming and not self._alive(w.needs)]
            if unmet:
                waiting[source] = ("unknown_patient" if unmet[0][0] == "people" else "dead", None)
            else:
                out += [(source, w) for w in mine]
        return out

    def _alive(self, key: Key) -> bool:
        return key in self.ours and self.ours[key].alive

    # Addresses

    def _holder(self, mail: str) -> Key | None:
        """Who holds an address in Twenty, soft-deleted or not."""
        return next((k for k, h in self.twenty.items() if k[0] == "people" and h.fields["emails"][0] == mail), None)

    def _pair(self, sources: Sequence[Source]) -> None:
        """People who were in Twenty before us, with the same address and the same name, are our patients."""
        for source in sources:
            told = self.heads[source].event
            if source[0] != "patient" or told.deleted or not told.primary:
                continue
            key, holder = self._person_key(source[1]), self._holder(told.primary)
            if holder is None or holder == key or holder in self.ours or self._alive(key):
                continue
            held, cells = self.twenty[holder], told.row.cells
            same = " ".join(held.fields["name"]).casefold() == f"{cells['first']} {cells['last']}".casefold()
            if same and not held.deleted and not held.fields["pbnId"]:
                self.paired[source] = holder

    def _settle_addresses(
        self, wishes: list[tuple[Source, Wanted]], waiting: dict[Source, tuple[str, str | None]]
    ) -> tuple[list[tuple[Source, Wanted]], set[Key], set[Key]]:
        people = {w.key: w for _, w in wishes if w.key[0] == "people"}
        out: list[tuple[Source, Wanted]] = []
        releasing: set[Key] = set()
        for source, w in wishes:
            mail = w.fields["emails"][0] if w.key in people and not w.deleted else ""
            holder = self._holder(mail) if mail else None
            if holder is None or holder == w.key:
                out.append((source, w))
                continue
            theirs = people.get(holder)
            if theirs is not None and not theirs.deleted and theirs.fields["emails"][0] != mail:
                releasing.add(holder)
                out.append((source, w))
                continue
            if holder not in self.ours or not self.ours[holder].alive:
                self._foreign.add(mail)
            more = tuple(sorted((mail, *w.fields["emails"][1])))
            out.append((source, Wanted(w.key, {**w.fields, "emails": ("", more)}, w.needs)))
            waiting[source] = ("address_taken", mail)
        claims = {w.key: w.fields["emails"][0] for _, w in out if w.key[0] == "people" and not w.deleted}
        let_go = {h for h in releasing if claims[h] and self._holder(claims[h]) not in (None, h)}
        return out, let_go, releasing - let_go

    # Comparing three ways

    def _plan(self, wishes: list[tuple[Source, Wanted]], let_go: set[Key], early: set[Key], *, check_all: bool) -> Plan:
        plan = Plan()
        revived = {s for s, w in wishes if not w.deleted and self._alive(w.key) and self.ours[w.key].deleted}
        wishes = [*wishes, *self._stale_links(wishes, revived)]
        doubtful: list[tuple[Source, Wanted]] = []
        quiet: list[tuple[Source, Wanted]] = []
        for source, w in wishes:
            ours = self.ours.get(w.key)
            if (ours is None or not ours.alive) and self.paired.get(source) == w.key and w.key in self.twenty:
                self._differ(plan, source, w, None, early)
            elif ours is None or not ours.alive:
                if not w.deleted:
                    plan.writes.append(self._create(source, w))
            elif w.deleted and ours.deleted and source not in revived:
                pass
            elif w.deleted or ours.deleted or check_all or _differs(w, ours):
                doubtful.append((source, w))
            else:
                quiet.append((source, w))
        relinked = {p.source for p in plan.writes if p.key[0] in _LINKS}
        doubtful += [(s, w) for s, w in quiet if s in relinked]
        quiet = [(s, w) for s, w in quiet if s not in relinked]
        again = self._compare(plan, doubtful, let_go, early, revived_before=revived, check_all=check_all)
        plan.writes += [self._create(s, w) for s, w in quiet if w.key[0] in _LINKS and s in again]
        return plan

    def _stale_links(self, wishes: list[tuple[Source, Wanted]], revived: set[Source]) -> list[tuple[Source, Wanted]]:
        wanted = {w.key for _, w in wishes}
        deleted = {s for s, w in wishes if w.deleted}
        sources = {s for s, _ in wishes}
        return [
            (o.source, Wanted(key, {}, deleted=True))
            for key, o in self.ours.items()
            if key[0] in _LINKS
            and o.source in sources
            and o.alive
            and (not o.deleted or o.source in revived)
            and key not in wanted
            and o.source not in deleted
        ]

    def _compare(
        self,
        plan: Plan,
        doubtful: Sequence[tuple[Source, Wanted]],
        let_go: set[Key],
        early: set[Key],
        *,
        revived_before: set[Source],
        check_all: bool,
    ) -> set[Source]:
        again: set[Source] = set()
        removed: set[Source] = set()
        revived: set[Source] = set()
        for source, w in sorted(doubtful, key=lambda one: WRITTEN_IN.index(one[1].key[0])):
            held, ours, is_link = self.twenty.get(w.key), self.ours[w.key], w.key[0] in _LINKS
            gone = held is not None and held.deleted
            if is_link and source in revived and (w.deleted or not ours.deleted):
                gone = False  # it comes back with its task or note
            if is_link and source in removed:
                continue
            if held is None:
                if w.deleted:
                    removed.add(source)
                elif check_all or (is_link and source in again):
                    plan.writes.append(self._create(source, w))
                    self._made_again.add(w.key[1])
                    again.add(source)
                else:
                    plan.conflicts += 1
                    plan.kept.add(source)
                    removed.add(source)
            elif w.deleted:
                if gone:
                    continue
                if self._edited(w.key):
                    plan.conflicts += 1
                    plan.kept.add(source)
                else:
                    plan.writes.append(Planned("delete", source, w.key, {}, {}, dict(ours.wanted), dict(ours.answer)))
            elif gone and not ours.deleted:
                removed.add(source)
                plan.conflicts += 1
                plan.kept.add(source)
            else:
                if gone:
                    revived.add(source)
                    plan.writes.append(Planned("restore", source, w.key, {}, {}, dict(ours.wanted), dict(ours.answer)))
                self._differ(plan, source, w, ours, early, let_go=w.key in let_go)
        plan.writes = [p for p in plan.writes if p.key[0] not in _LINKS or p.source not in removed]
        return again

    def _differ(
        self,
        plan: Plan,
        source: Source,
        w: Wanted,
        ours: Ours | None,
        early: set[Key],
        *,
        let_go: bool = False,
    ) -> None:
        held = dict(self.twenty[w.key].fields)
        wanted, answer = (dict(ours.wanted), dict(ours.answer)) if ours else ({}, {})
        if let_go:
            freed = ("", held["emails"][1])
            plan.writes.append(
                Planned(
                    "update", source, w.key, {"emails": freed}, {"emails": held["emails"]},
                    {**wanted, "emails": freed}, {**answer}, releases=True,
                )
            )  # fmt: skip
            held["emails"] = answer["emails"] = ("", answer["emails"][1])
        for name in [n for n, v in wanted.items() if v in self._made_again and held.get(n) is None]:
            del wanted[name]
        send: dict[str, Any] = {}
        before: dict[str, Any] = {}
        conflict = False
        start = dict(wanted)
        for name, value in w.fields.items():
            now = held.get(name)
            if name in wanted and wanted[name] == value:
                continue
            if now == value:
                wanted[name], answer[name] = value, now
                continue
            theirs = not _blank(now) if name not in wanted else answer.get(name) != now
            if theirs:
                conflict = True
                continue
            send[name], before[name] = value, now
            wanted[name] = value
        plan.conflicts += conflict
        if send or (not conflict and (ours is None or wanted != start)):
            plan.writes.append(
                Planned("update", source, w.key, send, before, wanted, answer, releases=w.key in early, quiet=not send)
            )
        elif conflict:
            plan.kept.add(source)

    def _create(self, source: Source, w: Wanted) -> Planned:
        return Planned("create", source, w.key, dict(w.fields), {}, dict(w.fields), {})

    def _edited(self, key: Key) -> list[str]:
        held, ours = self.twenty[key], self.ours[key]
        return [n for n in ours.wanted if n in ours.answer and n in held.fields and ours.answer[n] != held.fields[n]]

    # Writing

    def _perform(self, planned: Sequence[Planned]) -> tuple[set[Source], dict[Source, bool]]:
        """Write; gives the records that were written, and those of which Twenty refused something: whether for an address."""
        refused: dict[Source, bool] = {}
        written = {p.source for p in planned}
        for p in planned:
            if p.quiet:
                self._note(p)
        loud = [p for p in planned if not p.quiet]
        first = [p for p in loud if p.releases]
        rest = [p for p in loud if not p.releases]
        order = list(first)
        for plural in WRITTEN_IN:
            for action in ("restore", "create", "update"):
                order += [p for p in rest if p.key[0] == plural and p.action == action]
        for plural in reversed(WRITTEN_IN):
            order += [p for p in rest if p.key[0] == plural and p.action == "delete"]
        for p in order:
            if self._apply(p):
                self._note(p)
            else:
                refused[p.source] = self._is_taken(p.key, p.send)
        return written, refused

    def _apply(self, p: Planned) -> bool:
        held = self.twenty.get(p.key)
        if p.action == "delete":
            assert held is not None
            self._soft_delete(p.key)
        elif p.action == "restore":
            assert held is not None
            self._restore(p.key)
        elif not self._fits(p.key, p.send):
            return False
        elif p.action == "create":
            assert held is None, "the engine creates what is there"
            self.twenty[p.key] = Held(dict(p.send))
        else:
            assert held is not None
            held.fields.update(p.send)
            if held.deleted:
                held.deleted = False  # an upsert brings a soft-deleted record back
        return True

    def _fits(self, key: Key, send: Mapping[str, Any]) -> bool:
        if self._is_taken(key, send):
            return False
        parents = {
            "targetPersonId": "people",
            "patientId": "people",
            "taskId": "tasks",
            "noteId": "notes",
            "companyId": "companies",
        }
        return all((parents[n], v) in self.twenty for n, v in send.items() if n in parents and v)

    def _is_taken(self, key: Key, send: Mapping[str, Any]) -> bool:
        mail = send.get("emails", ("",))[0]
        return bool(mail) and self._holder(mail) not in (None, key)

    def _note(self, p: Planned) -> None:
        told = self.heads[p.source].event
        ours = self.ours.get(p.key)
        if ours is None:
            ours = self.ours[p.key] = Ours(p.source, {}, {})
        answer = {**p.answer, **p.send}
        ours.wanted, ours.answer, ours.alive = dict(p.wanted), answer, True
        if p.action in ("create", "delete", "restore"):
            ours.deleted = p.action == "delete"
        if "emails" in answer:
            ours.address = answer["emails"][0] or None
        ours.writes.append(Write(self.run, told.run, p.action, dict(p.before)))

    # Taking back

    def roll_back(self, scope: Callable[[Source, Write], bool]) -> list[tuple[Key, str]]:
        """Undo the net effect of the writes in scope; gives what is kept and why."""
        self.run += 1
        kept: list[tuple[Key, str]] = []
        chains = {k: o for k, o in self.ours.items() if any(scope(o.source, w) for w in o.writes)}
        going = {k for k, o in chains.items() if any(w.action == "create" and scope(o.source, w) for w in o.writes)}
        withheld: set[Key] = set()
        for plural in TAKEN_BACK_IN:
            mine = sorted((k for k in chains if k[0] == plural), key=lambda k: k not in going)
            built = {k for k in mine if k in going and self._built_on(k, going)}
            undos: list[tuple[Key, _Undo]] = []
            for key in mine:
                ours, held = chains[key], self.twenty.get(key)
                undo = self._undo(key, ours, held, lambda w, o=ours: scope(o.source, w))
                if undo.action == "destroy" and key in built:
                    undo = _Undo(None, reason="built_on_in_twenty")
                if undo.action == "destroy" and held is not None and self._of_a_kept(key, held, withheld):
                    undo = _Undo(None)
                    going.discard(key)
                    withheld.add(key)
                if undo.reason:
                    kept.append((key, undo.reason))
                    if key in going:
                        going.discard(key)
                        withheld.add(key)
                if undo.undone or undo.restore:
                    undos.append((key, undo))
            kept += self._carry_out(undos)
        return kept

    def _of_a_kept(self, key: Key, held: Held, withheld: set[Key]) -> bool:
        if key[0] not in _OWNERS:
            return False
        owner = _OWNERS[key[0]]
        return (owner, held.fields.get(_LINKS[key[0]])) in withheld

    def _built_on(self, key: Key, going: set[Key]) -> bool:
        """Whether something that stays points at a record."""
        return any(
            other not in going and not held.deleted and any(v == key[1] and n.endswith("Id") for n, v in held.fields.items())
            for other, held in self.twenty.items()
        )

    def _undo(self, key: Key, ours: Ours, held: Held | None, in_scope: Callable[[Write], bool]) -> _Undo:
        if held is None:
            return _Undo("gone", undone=list(ours.writes))
        scoped = [w for w in ours.writes if in_scope(w)]
        edited = self._edited(key)
        if any(w.action == "create" for w in scoped):
            added = [n for n, v in held.fields.items() if n not in ours.wanted and not _blank(v)]
            if edited or added:
                return _Undo(None, reason="edited_in_twenty")
            return _Undo("destroy", undone=list(ours.writes))
        later: set[str] = set()
        before: dict[str, Any] = {}
        was_alive: bool | None = None
        buried_later = False
        for w in reversed(ours.writes):
            if not in_scope(w):
                later.update(n for n in w.before if n not in before)
                buried_later = buried_later or (was_alive is None and w.action == "delete")
                continue
            before.update(w.before)
            if w.action in ("delete", "restore"):
                was_alive = w.action == "delete"
        kept = {n for n in before if n in edited}
        overwritten = {n for n in before if n in later}
        stays = kept | overwritten
        restore = {n: v for n, v in before.items() if n not in stays and not _same(held.fields.get(n), v)}
        undone = [w for w in scoped if stays.isdisjoint(w.before)]
        action = "update" if restore else None
        if was_alive is True and held.deleted and not buried_later:
            action = "restore"
        elif was_alive is False and not held.deleted:
            action = "delete"
        reason = "edited_in_twenty" if kept else "written_again_by_a_later_run" if overwritten else None
        return _Undo(action, restore, undone, reason)

    def _carry_out(self, undos: Sequence[tuple[Key, _Undo]]) -> list[tuple[Key, str]]:
        kept: list[tuple[Key, str]] = []
        wanted = {u.restore["emails"][0] for _, u in undos if "emails" in u.restore}
        for key, undo in undos:
            if "emails" in undo.restore and key in self.twenty and self.twenty[key].fields["emails"][0] in wanted - {""}:
                freed = ("", self.twenty[key].fields["emails"][1])
                self.twenty[key].fields["emails"] = self.ours[key].answer["emails"] = freed
                self.ours[key].wanted["emails"] = Restored(freed)
                self._comes_again(key)  # it was a write of its own, whatever becomes of the rest
        for key, undo in undos:
            if undo.action == "destroy":
                self._destroy(key)
        for key, undo in undos:
            if undo.action == "restore":
                self._restore(key)
        for key, undo in undos:
            ours = self.ours[key]
            if undo.restore:
                mail = undo.restore.get("emails", ("",))[0]
                if mail and self._holder(mail) not in (None, key):
                    kept.append((key, "duplicate"))
                    continue
                self.twenty[key].fields.update(undo.restore)
                ours.wanted |= {n: Restored(v) for n, v in undo.restore.items()}
                ours.answer |= undo.restore
                if "emails" in undo.restore:
                    ours.address = mail or None
            if undo.action == "delete":
                self._soft_delete(key)
            if undo.action in ("destroy", "gone"):
                ours.alive, ours.address = False, None
            if undo.action in ("restore", "delete"):
                ours.deleted = undo.action == "delete"
            ours.writes = [w for w in ours.writes if not any(w is x for x in undo.undone)]
            self._comes_again(key)
        return kept

    def _comes_again(self, key: Key) -> None:
        """What was taken back is pending: the next sync brings it forward."""
        head = self.heads[self.ours[key].source]
        head.pending, head.status, head.waits_for = True, "", None

    # People in Twenty

    def edit(self, key: Key, name: str, value: Any) -> None:
        """Somebody changes a field."""
        self.edits[key, name] = value
        self.twenty[key].fields[name] = value

    def add(self, key: Key, fields: Mapping[str, Any]) -> None:
        """Somebody makes a record."""
        self.twenty[key] = Held(dict(fields))

    def bin(self, key: Key) -> None:
        """Somebody soft-deletes a record."""
        self._soft_delete(key)

    def destroy(self, key: Key) -> None:
        """Somebody removes a record for good."""
        self._destroy(key)

    # Twenty's own doing

    def _soft_delete(self, key: Key) -> None:
        self.twenty[key].deleted = True
        self._with_links(key, deleted=True)

    def _restore(self, key: Key) -> None:
        self.twenty[key].deleted = False
        self._with_links(key, deleted=False)

    def _with_links(self, key: Key, *, deleted: bool) -> None:
        if key[0] in LINKS:
            plural, column = LINKS[key[0]]
            for other, held in self.twenty.items():
                if other[0] == plural and held.fields.get(column) == key[1]:
                    held.deleted = deleted

    def _destroy(self, key: Key) -> None:
        self.twenty.pop(key, None)
        for other, held in list(self.twenty.items()):
            for name in [n for n, v in held.fields.items() if v == key[1] and n.endswith("Id") and n != "pbnId"]:
                if other[0] in _LINKS:
                    self.twenty.pop(other, None)
                else:
                    held.fields[name] = None


def _completed(row: Row, before: Event | None) -> Row:
    """A row with the cells of columns that this extract lacks."""
    if before is None or before.deleted:
        return row
    return Row(row.kind, row.id, {**before.row.cells, **row.cells})


def _differs(w: Wanted, ours: Ours) -> bool:
    return any(name not in ours.wanted or ours.wanted[name] != value for name, value in w.fields.items())


def _blank(value: Any) -> bool:
    return value in (None, "", (), ("", ()), ("", ""))


def _same(one: Any, other: Any) -> bool:
    return one == other or (_blank(one) and _blank(other))


def _owners(patients: Iterable[Row]) -> dict[str, str]:
    """Whose each address is: the guarantor's if they have it, else the oldest's, else the lowest number's."""
    sharing: dict[str, list[Row]] = {}
    for row in patients:
        if row.cells["email"]:
            sharing.setdefault(row.cells["email"], []).append(row)
    owners = {}
    for mail, rows in sharing.items():
        ids = {r.id for r in rows}
        heads = {r.cells["guarantor"] for r in rows if r.cells["guarantor"] != r.id} & ids
        pool = [r for r in rows if not heads or r.id in heads]
        owners[mail] = min(pool, key=lambda r: (r.cells["birth"], int(r.id))).id
    return owners
