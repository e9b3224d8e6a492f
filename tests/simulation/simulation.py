"""One simulated practice: a seed decides what happens next, and after every step the workspace must be as the model says."""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from consumers.twenty.errors import TwentyError
from consumers.verify import verify
from cutover.answer import Answer
from cutover.commands.dead_letters import retry_dead_letters
from cutover.commands.replay import replay
from cutover.commands.rollback import RollbackOptions, rollback
from cutover.commands.sync import SyncOptions, sync
from cutover.session import Session
from events.crash_points import CrashPoint, ignore
from events.log import CHANGES, COMPENSATIONS, DEAD_LETTERS, TOPICS
from tests.simulation.bench import LIMIT, Bench, new_app
from tests.simulation.comparison import differences
from tests.simulation.destination import Key, plain
from tests.simulation.model import Model
from tests.simulation.office import CARRIERS, FILES, HEADERS, LAST, Office, Row, Source, folder_of
from tests.simulation.ours import Write
from tests.simulation.template import Template
from tests.simulation.troubles import Strike, UnknownOutcomes
from tests.simulation.wire import call
from tests.simulation.world import Seeded

RENAMED = {"patient": {"mobile": ("Cell Phone", "Mobile Number"), "birth": ("DOB", "Birth Date")}}
EDITS: Mapping[str, Mapping[str, Callable[[int], Any]]] = {
    "people": {
        "patientStatus": lambda n: ("ACTIVE", "INACTIVE")[n % 2],
        "dateOfBirth": lambda n: f"19{50 + n % 40}-05-{1 + n % 28:02d}",
        "mailingAddress": lambda n: {"addressStreet1": f"{n} Elm St", "addressCity": "Redmond"},
    },
    "tasks": {"title": lambda n: f"Call back {n}", "status": lambda n: ("TODO", "DONE")[n % 2]},
    "notes": {"title": lambda n: f"Read this {n}"},
    "insuranceClaims": {"name": lambda n: f"Claim {n}", "status": lambda n: ("PAID", "DENIED")[n % 2]},
    "treatmentPlans": {"name": lambda n: f"Plan {n}", "status": lambda n: ("PRESENTED", "ACCEPTED")[n % 2]},
    "billingRecords": {"lastPaymentDate": lambda n: f"2026-01-{1 + n % 28:02d}"},
}
BLANKS: dict[str, dict[str, Any]] = {
    "people": {
        "pbnId": "", "name": ("", ""), "emails": ("", ()), "phones": "", "dateOfBirth": None, "mailingAddress": ("", ""),
        "patientStatus": None, "insuranceCarrier": None, "companyId": None, "jobTitle": "", "recallReason": "",
    },
    "notes": {"title": "", "pbnId": ""},
    "noteTargets": {},
}  # fmt: skip


@dataclass(frozen=True)
class Delivered:
    """An extract that lies there."""

    path: Path
    rows: Sequence[Row]
    kinds: Collection[str]
    full: bool


class Difference(AssertionError):
    """The workspace is not as the model says."""


class Died(BaseException):
    """The process is gone."""


class Simulation:
    """A seed's run. `log` tells what was done."""

    def __init__(self, seed: int, template: Template, folder: Path) -> None:
        self.seed, self.folder = seed, folder / str(seed)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.seeded = Seeded(seed)
        self.chance = self.seeded.steps
        self.bench = template.copied(self.folder, self.seeded)
        self.model = Model(template.ids, LIMIT)
        self.office = Office(self.chance, date(2026, 3, 2))
        self.office.found(self.chance.randint(3, 6))
        self.last: Delivered | None = None
        self.runs: dict[int, str] = {}
        self.columns = {kind: dict(names) for kind, names in HEADERS.items()}
        self.said: list[str] = []
        self.counts: Counter[str] = Counter()
        self.crash_at: tuple[CrashPoint, int] | None = None
        self.trouble: Strike | None = None
        self.always_troubled = False
        self.unreadable = 0
        self.troubled = 0
        self.deaths = 0
        self.forgives: Callable[[Exception], bool] = lambda error: isinstance(error, TwentyError)
        self.unknown: Counter[str] = Counter()
        self.died = False
        self.blurred: set[int] = set()
        self._number = 0
        self._extracts = 0

    def run(self, steps: int, rules: Mapping[str, int] | None = None) -> None:
        """So many steps of these rules (default: all); raises AssertionError."""
        with self.seeded.rehearsal():
            try:
                for number in range(steps):
                    self.step(number, rules or RULES)
                self.verify()
            finally:
                self.bench.close()

    def forked(self, folder: Path) -> Simulation:
        """The same practice, workspace and project once more, as they are now; of their own from here on."""
        self.bench.end_process()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        twin = copy.copy(self)
        mine = {name: value for name, value in vars(self).items() if name not in ("bench", "folder")}
        vars(twin).update(copy.deepcopy(mine))
        twin.folder = folder
        if twin.last is not None:
            twin.last = replace(twin.last, path=folder / twin.last.path.name)
        with twin.seeded.rehearsal():
            twin.bench = Bench(folder / "project", twin.seeded, new_app(folder / "workspace.db"))
        return twin

    def step(self, number: int, rules: Mapping[str, int]) -> None:
        """What happens next, and whether everything is as it must be."""
        self.seeded.time.sleep(self.chance.randint(60, 40_000))
        names, weights = zip(*rules.items(), strict=True)
        name = "full_extract" if number == 0 else self.chance.choices(names, weights)[0]
        self.said.append(name)
        getattr(self, name)()
        self.counts[name] += 1
        self.compare()
        if number % 25 == 24:
            self.verify()

    def say(self, text: str) -> None:
        """Add to what was done."""
        self.said[-1] += f" {text}"

    # PbN

    def work_in_the_office(self) -> None:
        """A day's work: new families, changes, deletions, returns."""
        for _ in range(self.chance.randint(1, 6)):
            self._work()

    def _work(self) -> None:
        c, office = self.chance, self.office
        patients = office.of("patient")
        what = c.choices(
            ("new family", "new record", "edit patient", "edit record", "delete", "bring back", "move", "swap", "reassign"),
            (1, 4, 6, 6, 2, 2, 1, 2, 1),
        )[0]
        if what == "new family" or not patients:
            office.new_family()
        elif what == "new record":
            patient = c.choice(patients)
            kind = c.choice([k for k in FILES if k != "patient" and (k, patient.id) not in office.rows])
            office.new_record(kind, patient)
        elif what == "edit patient":
            self._edit_patient(c.choice(patients))
        elif what == "edit record" and (rows := [r for r in office.rows.values() if r.kind != "patient"]):
            row = c.choice(rows)
            fresh = office.new_record(row.kind, office.rows["patient", row.cells["patient"]])
            if fresh.kind != "balance":
                del office.rows[fresh.kind, fresh.id]
            name = c.choice([n for n in fresh.cells if n not in ("patient", "number")])
            office.put(row.changed(**{name: fresh.cells[name]}))
        elif what == "delete":
            office.remove(c.choice(list(office.rows.values())))
        elif what == "bring back" and office.gone:
            office.bring_back(c.choice(list(office.gone.values())))
        elif what == "move":
            self._move(c.choice(patients), c.choice(patients))
        elif what == "swap":
            one, other = c.choice(patients), c.choice(patients)
            office.put(one.changed(email=other.cells["email"]))
            if one.id != other.id:
                office.put(other.changed(email=one.cells["email"]))
        elif what == "reassign" and (rows := [r for r in office.rows.values() if r.kind not in ("patient", "balance")]):
            office.put(c.choice(rows).changed(patient=c.choice(patients).id))

    def _edit_patient(self, row: Row) -> None:
        c = self.chance
        cells: dict[str, Any] = {
            "first": c.choice(("Ada", "Bo", "Zed")),
            "status": c.choice(("Active", "Inactive")),
            "carrier": c.choice(CARRIERS) or None,
            "mobile": self.office.new_phone() if c.random() < 0.8 else None,
            "street": f"{c.randint(1, 99)} Oak St" if c.random() < 0.8 else None,
            "birth": date(1940, 1, 1) + timedelta(days=c.randrange(28_000)),
            "email": f"new{self._next()}@home.example" if c.random() < 0.7 else None,
        }
        name = c.choice(list(cells))
        self.office.put(row.changed(**{name: cells[name]}))

    def _move(self, row: Row, head: Row) -> None:
        """Into another household, whose address they may share from now on."""
        shares = {"email": head.cells["email"]} if self.chance.random() < 0.5 else {}
        self.office.put(row.changed(guarantor=head.cells["guarantor"], **shares))

    def new_word(self) -> None:
        """A word that no option is there for yet."""
        if patients := self.office.of("patient"):
            self.office.put(self.chance.choice(patients).changed(carrier=f"Carrier {self._next()}"))

    def new_column(self) -> None:
        """PbN gets a column, or the export does not show it any more."""
        columns = self.columns["patient"]
        if "guard" in columns:
            del columns["guard"]
            return
        columns["guard"] = "Night Guard Due"
        for row in self.office.of("patient"):
            self.office.put(row.changed(guard=f"model {self.chance.randrange(1000)}"))

    def fresh_column(self) -> None:
        """PbN gets a column that it never had."""
        number = self._next()
        self.columns["patient"][f"own{number}"] = f"Own Column {number}"
        for row in self.office.of("patient"):
            self.office.put(row.changed(**{f"own{number}": f"word {self.chance.randrange(1000)}"}))

    def renamed_column(self) -> None:
        """A header is called something else from now on."""
        cell, names = self.chance.choice(list(RENAMED["patient"].items()))
        self.columns["patient"][cell] = self.chance.choice((*names, HEADERS["patient"][cell]))

    def unreadable_row(self) -> None:
        """From now on the appointments have one more row that cannot be read."""
        self.unreadable += 1

    # Commands

    def full_extract(self) -> None:
        """Everything arrives."""
        self._deliver(tuple(FILES), self.office.rows.values(), full=True)

    def partial_extract(self) -> None:
        """Some kinds of records arrive, perhaps not all of them."""
        kinds = self.chance.sample(tuple(FILES), self.chance.randint(1, 3))
        share = self.chance.choice((0.5, 1.0))
        rows = [r for r in self.office.rows.values() if r.kind in kinds and self.chance.random() < share]
        self._deliver([k for k in FILES if k in kinds], rows, full=False)

    def _deliver(self, kinds: Sequence[str], rows: Collection[Row], *, full: bool) -> None:
        self._extracts += 1
        rows = [self._as_exported(r) for r in rows if r.kind in kinds]
        path = folder_of(
            self.folder / f"extract-{self._extracts}",
            rows,
            kinds,
            taken_at=self.seeded.time.now(),
            full=full,
            headers=self.columns,
        )
        if "appointment" in kinds:
            with (path / f"{FILES['appointment']}.csv").open("a", encoding="utf-8", newline="") as file:
                file.writelines(
                    f",,01/05/2026 09:{n % 60:02d} AM,Cleaning,Scheduled,row {n}\r\n" for n in range(self.unreadable)
                )
        if self.last is not None:
            shutil.rmtree(self.last.path)
        self.last = Delivered(path, rows, kinds, full)
        self._sync(self.last, confirm=full and self.chance.random() < 0.3)

    def _as_exported(self, row: Row) -> Row:
        """A row with the cells that the export shows."""
        columns = self.columns[row.kind]
        return Row(row.kind, row.id, {name: row.cells.get(name) for name in columns if name != "id"})

    def _sync(self, delivered: Delivered, *, confirm: bool) -> None:
        answer = self.command(lambda s: sync(s, [delivered.path], SyncOptions(without_sample=True, confirm_deletions=confirm)))
        self.model.sync(delivered.rows, delivered.kinds, full=delivered.full, confirm=confirm)
        self._ran(answer)
        document = answer.document
        self.say(f"{'full' if delivered.full else 'partial'} {document['changes']} {document['writes']}")
        if self.died:
            self.say("after a crash")
        else:
            assert document["conflicts"] == self.model.conflicts, (document["conflicts"], self.model.conflicts)
        assert document["changes"]["withheld"] == sum(self.model.told.withheld.values())
        if self.chance.random() < 0.35:
            self._again(delivered, confirm=confirm)

    def _again(self, delivered: Delivered, *, confirm: bool) -> None:
        """The same extract once more changes nothing."""
        before = self._ends()
        options = SyncOptions(without_sample=True, confirm_deletions=confirm)
        document = self.command(lambda s: sync(s, [delivered.path], options)).document
        self.model.run += 1
        writes = {name: n for name, n in document["writes"].items() if n and name != "unchanged"}
        assert not writes, f"the same extract again writes {writes}"
        assert self._ends() == before, "the same extract again appends"

    def _ends(self) -> list[Mapping[int, int]]:
        return [self.bench.session.log.ends(topic) for topic in (CHANGES, COMPENSATIONS, DEAD_LETTERS)]

    def command(self, command: Callable[[Session], Answer]) -> Answer:
        if self.chance.random() < 0.2:
            self.bench.end_process()
        self.died = False
        self.bench.reached = self._die_at(*self.crash_at) if self.crash_at else ignore
        if self.always_troubled:
            self.answers_get_lost()
        self.bench.wire.strike, self.trouble = self.trouble, None
        self.crash_at = None
        for _ in range(40):
            try:
                return command(self.bench.session)
            except Died:
                self.deaths += 1
                if self.chance.random() < 0.3:
                    self.bench.forget_state()
                    self.model.forget_state()
            except Exception as error:
                if not self.forgives(error):
                    raise
                self.troubled += 1
            finally:
                self.bench.reached = ignore
            # started again, as an operator would
            self.died = True
            self.blurred.add(self.model.run + 1)
            self.bench.end_process()
        raise AssertionError("the command never ended well")

    def dies(self, command: Callable[[Session], Answer], point: CrashPoint, times: int) -> None:
        """Start a command whose process dies there. Raises AssertionError where it does not."""
        self.bench.reached = self._die_at(point, times)
        try:
            command(self.bench.session)
        except Died:
            self.bench.end_process()
        else:
            raise AssertionError(f"{point} is not reached {times} times")
        finally:
            self.bench.reached = ignore

    def _die_at(self, point: CrashPoint, times: int) -> Callable[[CrashPoint], None]:
        left = times

        def reached(now: CrashPoint) -> None:
            nonlocal left
            if now is point:
                left -= 1
                if left == 0:
                    raise Died

        return reached

    def _ran(self, answer: Answer) -> None:
        if self.model.run not in self.blurred:
            self.runs[self.model.run] = answer.document["run"]

    def retry(self) -> None:
        """Dead letters are tried again."""
        answer = self.command(retry_dead_letters)
        self.model.retry()
        self._ran(answer)

    def replay_a_range(self) -> None:
        """Some of the log is carried again."""
        runs = sorted(self.runs)
        first = self.chance.choice([0, *runs])
        answer = self.command(lambda s: replay(s, f"run:{self.runs[first]}" if first else "start", None, None, dry_run=False))
        self.model.replay(first + 1, self.model.run)
        self._ran(answer)
        self.say(f"from {first} {answer.document['writes']}")

    def roll_back_a_run(self) -> None:
        """What one run wrote is taken back."""
        run = self.chance.choice(sorted(self.runs))
        self.take_back(RollbackOptions(run=self.runs[run], yes=True), lambda _source, w: w.run == run)
        self.say(f"run {run}")

    def roll_back_to_a_position(self) -> None:
        """What later events wrote is taken back."""
        run = self.chance.choice(sorted(self.runs))
        self.take_back(RollbackOptions(to=f"run:{self.runs[run]}", yes=True), lambda _source, w: w.cause > run)
        self.say(f"to {run}")

    def roll_back_a_record(self) -> None:
        """A patient is taken back, with everything that hangs on them."""
        patients = [s for s in self.model.heads if s[0] == "patient"]
        source = self.chance.choice(patients)

        def hangs(other: Source, _write: Write) -> bool:
            return other == source or self.model.heads[other].event.row.cells.get("patient") == source[1]

        self.take_back(RollbackOptions(record=self.model.places.ids.pbn(*source), yes=True), hangs)
        self.say(f"{source}")

    def roll_back_everything(self) -> None:
        """All of it."""
        self.take_back(RollbackOptions(everything=True, yes=True), lambda _source, _write: True)

    def take_back(self, options: RollbackOptions, scope: Callable[[Source, Write], bool]) -> None:
        answer = self.command(lambda s: rollback(s, options))
        kept = self.model.roll_back(scope)
        self._ran(answer)
        said = Counter((k["object"], k["reason"]) for k in answer.document["kept"])
        assert said == Counter((key[0], reason) for key, reason in kept), (said, kept)

    def restart(self) -> None:
        """The program ends and is started again."""
        self.bench.end_process()

    def die_in_the_next_command(self) -> None:
        """The process of the next command will die at some crash point, and the command is started again."""
        self.crash_at = self.chance.choice(list(CrashPoint)), self.chance.randint(1, 3)
        self.say(f"{self.crash_at}")

    def answers_get_lost(self) -> None:
        """Of the next command's writes to Twenty every other one has an unknown outcome."""
        self.trouble = UnknownOutcomes(self.chance, self.unknown).strike

    def lose_the_state(self) -> None:
        """The state is deleted; it is made again from the log."""
        self.bench.forget_state()
        self.model.forget_state()

    # People in Twenty

    def _somebody_finds(self, *plurals: str, ours: bool = True) -> Key | None:
        there = sorted(
            k
            for k, h in self.model.twenty.records.items()
            if k[0] in (plurals or EDITS) and not h.deleted and (k in self.model.ours) is ours
        )
        return self.chance.choice(there) if there else None

    def edit_a_migrated_field(self) -> None:
        """Somebody changes what we wrote."""
        if key := self._somebody_finds():
            name, value = self.chance.choice(list(EDITS[key[0]].items()))
            self._edit(key, name, value(self._next()))

    def edit_another_field(self) -> None:
        """Somebody fills a field that is none of ours."""
        if key := self._somebody_finds("people"):
            self._edit(key, "jobTitle", f"Clerk {self._next()}")

    def take_an_edit_back(self) -> None:
        """Somebody puts back what we wrote."""
        for key, ours in self.model.ours.items():
            held = self.model.twenty.records.get(key)
            if held is None or held.deleted or key[0] not in EDITS:
                continue
            for name in EDITS[key[0]]:
                if name in ours.answer and ours.answer[name] != held.fields[name] and isinstance(ours.answer[name], str):
                    self._edit(key, name, ours.answer[name])
                    return

    def _edit(self, key: Key, name: str, value: Any) -> None:
        self._ask("PATCH", f"/rest/{key[0]}/{key[1]}", {name: value})
        self.model.edit(key, name, plain(name, value))
        self.say(f"{key} {name} {value}")

    def put_in_the_bin(self) -> None:
        """Somebody soft-deletes a record."""
        if key := self._somebody_finds():
            self._ask("DELETE", f"/rest/{key[0]}/{key[1]}?soft_delete=true")
            self.model.bin(key)
            self.say(f"{key}")

    def destroy_a_record(self) -> None:
        """Somebody removes a record for good."""
        if key := self._somebody_finds():
            self._ask("DELETE", f"/rest/{key[0]}/{key[1]}")
            self.model.destroy(key)
            self.say(f"{key}")

    def add_a_note(self) -> None:
        """Somebody writes a note about a migrated person."""
        if key := self._somebody_finds("people"):
            note, link = ("notes", self._id()), ("noteTargets", self._id())
            title = f"Ask about {self._next()}"
            self._ask("POST", "/rest/notes", {"id": note[1], "title": title})
            self.model.add(note, {"title": title, "pbnId": ""})
            self._ask("POST", "/rest/noteTargets", {"id": link[1], "noteId": note[1], "targetPersonId": key[1]})
            self.model.add(link, {"noteId": note[1], "targetPersonId": key[1]})
            self.say(f"{key}")

    def add_a_stranger(self) -> None:
        """Somebody makes a person, whose address a patient will have: the patient, or somebody else."""
        patients = [
            r for r in self.office.of("patient") if ("patient", r.id) not in self.model.told.events and r.cells["email"]
        ]
        if not patients:
            self.office.new_family()
            patients = [
                r for r in self.office.of("patient") if ("patient", r.id) not in self.model.told.events and r.cells["email"]
            ]
        if not patients:
            return
        row = self.chance.choice(patients)
        mail = row.cells["email"]
        if self.model.twenty.holder(mail) is not None:
            return
        is_patient = self.chance.random() < 0.6
        first, last = (row.cells["first"], row.cells["last"]) if is_patient else ("Nemo", self.chance.choice(LAST))
        key = ("people", self._id())
        job = f"Smith {self._next()}"
        body = {"id": key[1], "name": {"firstName": first, "lastName": last}, "emails": {"primaryEmail": mail}, "jobTitle": job}
        self._ask("POST", "/rest/people", body)
        self.model.add(key, {**BLANKS["people"], "name": (first, last), "emails": (mail, ()), "jobTitle": job})
        self.say(f"{key} {first} {last} {mail}")

    def merge_people(self) -> None:
        """Somebody merges two people: what hangs on one of them goes to the other, and the one is removed."""
        stays, goes = self._somebody_finds("people"), self._somebody_finds("people")
        if not stays or not goes or stays == goes:
            return
        for key, held in list(self.model.twenty.records.items()):
            for name in ("targetPersonId", "patientId"):
                if held.fields.get(name) == goes[1] and not held.deleted:
                    self._ask("PATCH", f"/rest/{key[0]}/{key[1]}", {name: stays[1]})
                    self.model.edit(key, name, stays[1])
        self._ask("DELETE", f"/rest/people/{goes[1]}?soft_delete=true")
        self.model.bin(goes)
        self.say(f"{goes} into {stays}")

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = call(self.bench.app, method, path, body)
        assert status in (200, 201), (method, path, status, answer)
        return answer

    def _id(self) -> str:
        return str(UUID(bytes=self.chance.randbytes(16), version=4))

    def _next(self) -> int:
        self._number += 1
        return self._number

    # What must hold

    def compare(self) -> None:
        """Twenty holds what the model says, no more and no less."""
        if found := differences(self.bench.app.state.workspace, self.model):
            raise Difference("\n".join(found[:12]))

    def verify(self) -> None:
        """The log is whole."""
        found = verify(self.bench.session.log, self.bench.session.keys)
        assert found.whole, found.problems[:3]

    def rows_of_the_log(self) -> list[tuple[Any, ...]]:
        """Every row of the log, byte for byte."""
        return [tuple(e) for topic in TOPICS for e in self.bench.session.log.read(topic, 0, 0, 1_000_000)]


RULES: Mapping[str, int] = {
    "work_in_the_office": 16,
    "new_word": 2,
    "new_column": 1,
    "renamed_column": 1,
    "full_extract": 10,
    "partial_extract": 10,
    "retry": 2,
    "replay_a_range": 3,
    "roll_back_a_run": 3,
    "roll_back_to_a_position": 2,
    "roll_back_a_record": 2,
    "roll_back_everything": 1,
    "restart": 3,
    "die_in_the_next_command": 7,
    "answers_get_lost": 3,
    "lose_the_state": 2,
    "edit_a_migrated_field": 14,
    "edit_another_field": 3,
    "take_an_edit_back": 3,
    "put_in_the_bin": 3,
    "destroy_a_record": 2,
    "add_a_note": 3,
    "add_a_stranger": 3,
    "merge_people": 1,
}
