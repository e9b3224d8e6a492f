"""One simulated practice: a seed decides what happens next, and after every step the workspace must be as the model says."""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from consumers.data_model.applying.holdings import HoldingReason
from consumers.journal.verify import verify
from consumers.twenty.transport.errors import TwentyError
from cutover.commands.oversight.dead_letters import retry_dead_letters
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.crash_points import CrashPoint, ignore
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, TOPICS
from tests.simulation.bench import LIMIT, Bench, new_app
from tests.simulation.comparison import differences, left_over, model_differences
from tests.simulation.model import Model
from tests.simulation.office import FILES, HEADERS, UNKNOWN, Office, Row, Source, folder_of
from tests.simulation.ours import Write
from tests.simulation.renaming import Renamed
from tests.simulation.small_parts import small_parts
from tests.simulation.template import Template
from tests.simulation.troubles import Strike, UnknownOutcomes
from tests.simulation.undo import Scope
from tests.simulation.world import Seeded

_VERIFIED_EVERY = 25
"""Steps after which the whole log is verified."""
_ADMIN_AT_WORK = 0.3
"""Share of the steps after which the admin takes a turn, in the seeds that have one."""
_PATIENCE = 200
"""Times that a command is started again. Where every other answer gets lost, a large practice needs dozens."""


@dataclass(frozen=True)
class Delivered:
    """An extract that lies there."""

    path: Path
    rows: Sequence[Row]
    kinds: Collection[str]
    full: bool


NO_RULES: Mapping[Turn, int] = {}
"""Nothing that happens between the steps."""


class Difference(AssertionError):
    """The workspace is not as the model says."""


class Died(BaseException):
    """The process is gone."""


class Simulation:
    """A seed's run. `said` tells what was done."""

    def __init__(self, seed: int, template: Template, folder: Path) -> None:
        self.seed, self.folder = seed, folder / str(seed)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.seeded = Seeded(seed)
        self.chance = self.seeded.steps
        self.bench = template.copied(self.folder, self.seeded)
        self.model = Model(template.ids, LIMIT)
        self.renamed = Renamed()
        self.removed_views: set[str] = set()
        self.office = Office(self.chance, date(2026, 3, 2))
        self.office.found(self.chance.randint(3, 6))
        self.last: Delivered | None = None
        self.runs: dict[int, str] = {}
        self.unknown_is_on = False
        self.columns = {kind: dict(names) for kind, names in HEADERS.items()}
        self.said: list[str] = []
        self.crash_at: tuple[CrashPoint, int] | None = None
        self.trouble: Strike | None = None
        self.always_troubled = False
        self.unreadable = 0
        self.troubled = 0
        self.deaths = 0
        self.forgives: Callable[[Exception], bool] = lambda error: isinstance(error, TwentyError)
        self.unknown: Counter[str] = Counter()
        self.carries = sync
        self.died = False
        self.blurred: set[int] = set()
        self._number = 0
        self._extracts = 0

    def run(self, steps: int, rules: Mapping[Turn, int], admin: Mapping[Turn, int] = NO_RULES) -> None:
        """Take so many steps of these rules, each with its weight; raises AssertionError. The log is whole at the end, too.

        Between the steps an admin of the workspace takes turns by the rules of `admin`, which chance of its own decides.
        """
        with self.seeded.rehearsal(), small_parts(self.seed):
            try:
                for number in range(steps):
                    self.step(number, rules)
                    if admin and number and self.seeded.admin.random() < _ADMIN_AT_WORK:
                        self.meanwhile(admin)
                if admin:
                    self.said.append("finally take everything back, the data model too")
                    self.take_all_back()
                if steps % _VERIFIED_EVERY:
                    self.verify()
            finally:
                self.bench.close()

    def forked(self, folder: Path) -> Simulation:
        """Return the same practice, workspace and project once more, as they are now; of their own from here on."""
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

    def step(self, number: int, rules: Mapping[Turn, int]) -> None:
        """Take the next step, and check that everything is as it must be."""
        self.seeded.time.sleep(self.chance.randint(60, 40_000))
        turns, weights = zip(*rules.items(), strict=True)
        turn = Simulation.full_extract if number == 0 else self.chance.choices(turns, weights)[0]
        self.said.append(turn.__name__)
        turn(self)
        self.compare()
        if number % _VERIFIED_EVERY == _VERIFIED_EVERY - 1:
            self.verify()

    def meanwhile(self, admin: Mapping[Turn, int]) -> None:
        """Let the admin of the workspace take a turn, and check that everything is as it must be."""
        turns, weights = zip(*admin.items(), strict=True)
        turn = self.seeded.admin.choices(turns, weights)[0]
        self.said.append(f"meanwhile {turn.__name__}")
        turn(self)
        self.compare()

    def say(self, text: str) -> None:
        """Add to what was done."""
        self.said[-1] += f" {text}"

    def next_number(self) -> int:
        """Return a number that was not used before, for whatever must be new."""
        self._number += 1
        return self._number

    # Commands

    def full_extract(self) -> None:
        """Carry everything."""
        self._deliver(tuple(FILES), self.office.rows.values(), full=True)

    def partial_extract(self) -> None:
        """Carry some kinds of records arrive, perhaps not all of them."""
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
        """Return a row with the cells that the export shows."""
        columns = self.columns[row.kind]
        return Row(row.kind, row.id, {name: row.cells.get(name) for name in columns if name != "id"})

    def _sync(self, delivered: Delivered, *, confirm: bool) -> None:
        options = SyncOptions(without_sample=True, confirm_deletions=confirm)
        answer = self.command(lambda s: self.carries(s, [delivered.path], options))
        kinds = [kind for kind in delivered.kinds if kind != UNKNOWN or self.unknown_is_on]
        self.model.sync(delivered.rows, kinds, full=delivered.full, confirm=confirm)
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
        """Carry the same extract once more, which changes nothing."""
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
        for _ in range(_PATIENCE):
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
            self.blur()
            self.bench.end_process()
        raise AssertionError("the command never ended well")

    def blur(self) -> None:
        """Note that the present command is more than one run: what a single one of them did is not known."""
        self.died = True
        self.blurred.add(self.model.run + 1)

    def dies(self, command: Callable[[Session], Answer], point: CrashPoint, times: int) -> None:
        """Start a command whose process dies there. Raises AssertionError where it does not."""
        for _ in range(_PATIENCE):
            self.bench.reached = self._die_at(point, times)
            try:
                command(self.bench.session)
            except Died:
                self.deaths += 1
                return
            except Exception as error:
                if not self.forgives(error):
                    raise
            else:
                raise AssertionError(f"{point} is not reached {times} times")
            finally:
                self.bench.reached = ignore
                self.bench.end_process()
        raise AssertionError("the command never ended well")

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
        """Try dead letters again."""
        answer = self.command(retry_dead_letters)
        self.model.retry()
        self._ran(answer)

    def replay_a_range(self) -> None:
        """Carry some of the log again."""
        runs = sorted(self.runs)
        first = self.chance.choice([0, *runs])
        answer = self.command(lambda s: replay(s, f"run:{self.runs[first]}" if first else "start", None, None, dry_run=False))
        self.model.replay(first + 1, self.model.run)
        self._ran(answer)
        self.say(f"from {first} {answer.document['writes']}")

    def roll_back_a_run(self) -> None:
        """Take back what one run wrote."""
        if not self.runs:
            return
        run = self.chance.choice(sorted(self.runs))
        self.take_back(RollbackOptions(run=self.runs[run], yes=True), lambda _source, w: w.run == run)
        self.say(f"run {run}")

    def roll_back_to_a_position(self) -> None:
        """Take back what later events wrote, with what waited for patients who came with them."""
        if not self.runs:
            return
        run = self.chance.choice(sorted(self.runs))

        def is_later(source: Source, write: Write) -> bool:
            patient = str(self.model.heads[source].event.row.cells.get("patient"))
            writes = (w for o in self.model.ours.values() if o.source == source for w in o.writes)
            waited = all(w.patient == patient for w in writes if w.cause <= run)
            return write.cause > run or (waited and self.model.came.get(("patient", patient), 0) > run)

        self.take_back(RollbackOptions(to=f"run:{self.runs[run]}", yes=True), is_later)
        self.say(f"to {run}")

    def roll_back_a_record(self) -> None:
        """Take back a patient, with everything that hangs on them."""
        patients = [s for s in self.model.heads if s[0] == "patient"]
        source = self.chance.choice(patients)

        def hangs(other: Source, _write: Write) -> bool:
            return other == source or self.model.heads[other].event.row.cells.get("patient") == source[1]

        self.take_back(RollbackOptions(record=self.model.places.ids.pbn(*source), yes=True), hangs)
        self.say(f"{source}")

    def roll_back_everything(self) -> None:
        """Take back everything."""
        self.take_back(RollbackOptions(everything=True, yes=True), lambda _source, _write: True)

    def take_back(self, options: RollbackOptions, scope: Scope) -> None:
        answer = self.command(lambda s: rollback(s, options))
        kept = self.model.roll_back(scope)
        self._ran(answer)
        said = Counter((k["object"], k["reason"]) for k in answer.document["kept"])
        assert said == Counter((key[0], reason) for key, reason in kept), (said, kept)

    def take_all_back(self) -> None:
        """Take everything back, the data model too: what is left is people's, with all that it held."""
        answer = self.command(lambda s: rollback(s, RollbackOptions(everything=True, schema=True, yes=True)))
        kept = self.model.roll_back(lambda _source, _write: True)
        of_model = {reason.value for reason in HoldingReason}
        said = Counter((k["object"], k["reason"]) for k in answer.document["kept"] if k["reason"] not in of_model)
        assert said == Counter((key[0], reason) for key, reason in kept), (said, kept)
        if found := left_over(self.bench.app.state.workspace, self.model, self.renamed, answer.document["kept"]):
            raise Difference("\n".join(found[:12]))

    def restart(self) -> None:
        """End the program and start it again."""
        self.bench.end_process()

    def die_in_the_next_command(self) -> None:
        """Let the process of the next command will die at some crash point, and the command is started again."""
        self.crash_at = self.chance.choice(list(CrashPoint)), self.chance.randint(1, 3)
        self.say(f"{self.crash_at}")

    def answers_get_lost(self) -> None:
        """Lose the answer to every other write of the next command."""
        self.trouble = UnknownOutcomes(self.seeded.answers, self.unknown).strike

    def lose_the_state(self) -> None:
        """Delete the state; it is made again from the log."""
        self.bench.forget_state()
        self.model.forget_state()

    # What must hold

    def compare(self) -> None:
        """Assert that Twenty holds what the model says, no more and no less."""
        workspace = self.bench.app.state.workspace
        found = differences(workspace, self.model, self.renamed)
        found += model_differences(workspace, self.model.parts, self.renamed)
        found += [
            f"made again: view {name}" for one in workspace.layout.views.values() if (name := one["name"]) in self.removed_views
        ]
        if found:
            raise Difference("\n".join(found[:12]))

    def verify(self) -> None:
        """Assert that the log is whole."""
        found = verify(self.bench.session.log, self.bench.session.keys)
        assert found.whole, found.problems[:3]

    def rows_of_the_log(self) -> list[tuple[Any, ...]]:
        """Return every row of the log, byte for byte."""
        return [tuple(e) for topic in TOPICS for e in self.bench.session.log.read(topic, 0, 0, 1_000_000)]


Turn = Callable[[Simulation], None]
"""One thing that can happen: a command, a turn of the office, a turn of people in Twenty."""
