"""A delivery that is voided: all is as if it was never read, but for what people did in Twenty."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from cutover.commands.approvals.schema import schema_apply
from cutover.commands.extracts.deliveries import list_deliveries
from cutover.commands.extracts.voiding import VoidOptions, void_extract
from cutover.commands.log.reading import log_verify
from cutover.commands.oversight.conflicts import list_conflicts
from cutover.commands.oversight.deciding_identities import decide_identity
from cutover.commands.oversight.identities import list_identities
from cutover.commands.records.sync import sync
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.crash_points import CrashPoint
from events.decisions import Decided
from events.vocabulary.entities import Entity
from producers.changes.rows.decided_identities import IdentityVerdict
from producers.state.state import ProducerState
from tests.consumers.reconcile.small_practice import Tables, write_extract
from tests.cutover.commands import office as offices
from tests.cutover.commands.office import Office
from tests.cutover.reports.conftest import troubled

pytestmark = pytest.mark.integration

INES = NamedPerson(by="Ines Abernathy", why="exported from the wrong office")
SERVERS_OWN = frozenset({"updatedAt", "updatedBy", "createdAt", "createdBy", "position", "searchVector"})


@dataclass(frozen=True)
class Day:
    """One delivery of a sequence."""

    content: Tables
    scope: str = "full"


@pytest.fixture(scope="session")
def unread(made_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return a project with an approved mapping and data model that has read nothing."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as variables:
            offices.prepared(folder, offices.setting(variables))
            shutil.rmtree(folder / "day-1")

    return made_once("office-that-read-nothing", make)


@pytest.fixture
def new(unread: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Office]:
    return lambda name: offices.copied(unread, tmp_path / name, offices.setting(monkeypatch))


def read(office: Office, days: Sequence[Day], *, but: int | None = None, first: int = 0) -> None:
    """Sync these deliveries, numbered from `first`, `but` the one with this number."""
    for number, day in enumerate(days, first):
        if number != but:
            read_one(office, number, day)


def read_one(office: Office, number: int, day: Day) -> Any:
    folder = office.folder / f"delivery-{number}"
    if not folder.exists():
        write_extract(folder, day.content, day=2 * number + 1, scope=day.scope)
    return office.run(sync, [folder], SyncOptions(without_sample=True, confirm_deletions=True))


def ids(office: Office) -> list[str]:
    """Return the ids of the deliveries that were read, in order, each once."""
    listed = office.run(list_deliveries).document["deliveries"]
    return list(dict.fromkeys(str(one["extract"]) for one in listed))


def void(office: Office, extract: str, *, dry_run: bool = False) -> Any:
    return office.run(void_extract, VoidOptions(extract=extract, person=INES, dry_run=dry_run))


def in_twenty(office: Office) -> dict[str, dict[str, Any]]:
    """Return everything live in Twenty by object and id, without the fields that only the server writes."""

    def ask(session: Session) -> dict[str, dict[str, Any]]:
        plurals = ["companies", "people", "tasks", "taskTargets", "notes", "noteTargets", "insuranceClaims"]
        plurals += ["treatmentPlans", "billingRecords"]
        found = session.workspace.find_several({plural: ({}, None) for plural in plurals})
        return {
            plural: {i["id"]: {n: v for n, v in i.items() if n not in SERVERS_OWN} for i in images}
            for plural, images in found.items()
        }

    return dict(office.ask(ask))


def in_state(office: Office) -> tuple[Any, ...]:
    """Return the live records, refused rows and held ids of a producers' state that is made anew from the log alone."""

    def ask(session: Session) -> tuple[Any, ...]:
        with closing(ProducerState(f"sqlite:///{office.folder}/rebuilt-{session.world.new_run()}.db")) as state:
            producer = session.producer()
            producer.state = producer.contacts._state = state
            producer.catch_up()
            records = {
                k.record_id: (k.patient_id, k.fingerprint, k.content, k.taken_at, k.flagged, k.recheck_at)
                for entity in Entity
                for page in state.pages_of(entity)
                for k in page
                if not k.deleted
            }
            owned = {(c.record_id, c.address, c.owned) for c in state.contacts_of(sorted(records))}
            return records, owned, state.refused(), set(state.held_identities())

    return tuple(office.ask(ask))


def changed(content: Tables, chance: Random) -> Tables:
    """Return a later day of a practice: cells change, records go and come back, addresses change hands."""
    content = {name: [dict(row) for row in rows] for name, rows in content.items()}
    everything = troubled()
    for _ in range(chance.randint(1, 5)):
        name = chance.choice([n for n in content if n not in ("provider", "apptreminderrule", "document")])
        rows = content[name]
        match chance.choice(("edit", "edit", "remove", "bring back", "swap addresses")):
            case "edit" if name == "patient":
                row = chance.choice(rows)
                row["LName"] = f"{row['LName']}-{chance.choice('AB')}"
            case "edit":
                row = chance.choice(rows)
                column = next((c for c in ("AptStatus", "Status", "Note", "NoteText", "ClaimStatus") if c in row), None)
                if column:
                    row[column] = str(chance.choice(rows)[column])
            case "remove" if len(rows) > 1:
                rows.remove(chance.choice(rows))
            case "bring back":
                here = [next(iter(row.values())) for row in rows]
                rows += [dict(row) for row in everything[name] if next(iter(row.values())) not in here][:1]
            case "swap addresses" if len(content["patient"]) > 1:
                one, other = chance.sample(content["patient"], 2)
                one["Email"], other["Email"] = other["Email"], one["Email"]
            case _:
                pass
    return content


def sequence(seed: int) -> list[Day]:
    chance = Random(seed)
    days = [Day(troubled())]
    while len(days) < 3:
        days.append(Day(changed(days[-1].content, chance), chance.choice(("full", "full", "partial"))))
    return days


@pytest.mark.parametrize("seed", range(6))
def test_voiding_any_delivery_is_never_having_read_it(new: Callable[[str], Office], seed: int) -> None:
    days, chance = sequence(seed), Random(seed)
    number = chance.randrange(len(days))
    without, office = new("without"), new("with")
    with without.served():
        read(without, days, but=number)
        expected, state = in_twenty(without), in_state(without)
    with office.served():
        read(office, days)
        void(office, ids(office)[number])
        found = in_twenty(office)
        assert {p: set(f) for p, f in found.items()} == {p: set(f) for p, f in expected.items()}
        assert found == expected
        assert in_state(office) == state
        assert office.run(log_verify).document["problems"] == []


def read_late(office: Office, content: Tables, *, day: int) -> None:
    """Sync a partial delivery that was taken on this day, before one that was read already."""
    folder = write_extract(office.folder / "late", content, day=day, scope="partial")
    office.run(sync, [folder], SyncOptions(without_sample=True))


@pytest.mark.parametrize("seed", range(3))
def test_an_older_delivery_that_arrives_late_changes_what_it_would_have_changed(
    new: Callable[[str], Office], seed: int
) -> None:
    days, chance = sequence(100 + seed), Random(seed)
    number = chance.randrange(1, len(days))
    late = changed(days[0].content, chance)
    without, office = new("without"), new("with")
    with without.served():
        read(without, days, but=number)
        read_late(without, late, day=2 * number)
        expected, state = in_twenty(without), in_state(without)
    with office.served():
        read(office, days)
        void(office, ids(office)[number])
        read_late(office, late, day=2 * number)
        assert (in_twenty(office), in_state(office)) == (expected, state)


def two_days() -> list[Day]:
    """Return a first day, and a mistaken export: a patient more, a patient renamed, an appointment missing."""
    second = troubled()
    second["patient"].append(
        {**second["patient"][4], "PatNum": "2009", "LName": "Moss", "FName": "Flo", "Email": "ann@x.example"}
    )
    second["patient"][0] |= {"LName": "Wrong"}
    second["appointment"] = second["appointment"][1:]
    return [Day(troubled()), Day(second)]


@pytest.fixture
def mistaken(new: Callable[[str], Office]) -> Iterator[Office]:
    """Yield the project with both days in Twenty, served."""
    office = new("mistaken")
    with office.served():
        read(office, two_days())
        yield office


def person(office: Office, pbn: str) -> dict[str, Any]:
    return next((p for p in in_twenty(office)["people"].values() if p["pbnId"] == pbn), {})


def appended(office: Office) -> int:
    """Return the number of events and decisions in the log."""
    return int(
        office.ask(lambda s: sum(sum(s.log.ends(topic).values()) for topic in ("changes", "compensations", "decisions")))
    )


def test_the_answer_names_what_was_read_again_and_counts_what_changed(mistaken: Office) -> None:
    first, second = ids(mistaken)
    document = void(mistaken, second).document
    assert [r["extract"] for r in document["reread"]] == [first]
    counts = {c["entity"]: (c["created"], c["updated"], c["deleted"]) for c in document["changes"]}
    assert counts == {"patient": (0, 1, 1), "appointment": (1, 0, 0)}
    assert (document["undone"], document["kept"], document["conflicts"]) == (1, [], 0)
    assert person(mistaken, "elm:patient:2001")["name"]["lastName"] == "Lee"
    assert person(mistaken, "elm:patient:2009") == {}


def test_a_dry_run_says_the_same_and_writes_nothing(mistaken: Office) -> None:
    before = in_twenty(mistaken), appended(mistaken)
    dry = void(mistaken, ids(mistaken)[1], dry_run=True).document
    assert (in_twenty(mistaken), appended(mistaken)) == before
    assert dry["changes"] == void(mistaken, ids(mistaken)[1]).document["changes"]


def test_the_list_shows_it_as_void_with_name_and_date(mistaken: Office) -> None:
    void(mistaken, ids(mistaken)[1])
    first, second = mistaken.run(list_deliveries).document["deliveries"]
    assert first["voided"] is None
    assert (second["voided"]["by"], second["voided"]["why"], second["voided"]["finished"]) == (INES.by, INES.why, True)


def test_a_later_sync_does_not_bring_it_again(mistaken: Office) -> None:
    void(mistaken, ids(mistaken)[1])
    before = in_twenty(mistaken)
    said = read_one(mistaken, 1, two_days()[1])
    assert said.document["changes"] == dict.fromkeys(("created", "updated", "deleted", "unchanged", "withheld"), 0)
    assert [u["reason"] for u in said.document["unread"]] == ["voided"]
    assert in_twenty(mistaken) == before


def test_voided_twice_nothing_more_happens(mistaken: Office) -> None:
    void(mistaken, ids(mistaken)[1])
    before = in_twenty(mistaken), in_state(mistaken)
    again = void(mistaken, ids(mistaken)[1]).document
    assert (again["changes"], again["undone"]) == ([], 0)
    assert (in_twenty(mistaken), in_state(mistaken)) == before


def test_what_people_did_meanwhile_stays_and_is_listed(mistaken: Office) -> None:
    flo, ann = person(mistaken, "elm:patient:2009"), person(mistaken, "elm:patient:2001")
    mistaken.edit("people", flo["id"], {"jobTitle": "Baker"})
    mistaken.edit("people", ann["id"], {"name": {"firstName": "Ann", "lastName": "Lee-Poe"}})
    said = void(mistaken, ids(mistaken)[1])
    assert said.document["conflicts"] == 2
    assert {k["pbnId"] for k in said.document["kept"]} == {"elm:patient:2009"}
    assert person(mistaken, "elm:patient:2009")["jobTitle"] == "Baker"
    assert person(mistaken, "elm:patient:2001")["name"]["lastName"] == "Lee-Poe"
    reasons = {c["reason"] for c in mistaken.run(list_conflicts).document["conflicts"]}
    assert reasons == {"deleted_in_source_edited_in_twenty", "edited_in_twenty"}


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_another_delivery_that_is_not_where_it_was_read_is_named_and_nothing_is_written(mistaken: Office, damage: str) -> None:
    place = mistaken.folder / "delivery-0"
    if damage == "gone":
        shutil.rmtree(place)
    else:
        (place / "claim.csv").write_text((place / "claim.csv").read_text() + "\n5009,x,2002,Guardian,2026-09-10,Sent,1.00,\n")
    before = in_twenty(mistaken), appended(mistaken)
    with pytest.raises(UsageError, match=r"delivery-0 must be read again.*nothing was written"):
        void(mistaken, ids(mistaken)[1])
    assert (in_twenty(mistaken), appended(mistaken)) == before


def test_the_voided_delivery_itself_may_be_gone(mistaken: Office) -> None:
    shutil.rmtree(mistaken.folder / "delivery-1")
    assert void(mistaken, ids(mistaken)[1]).document["undone"] == 1


def test_an_unknown_delivery_and_a_missing_name_are_refused(mistaken: Office) -> None:
    with pytest.raises(UsageError, match="no delivery 'x' was read"):
        void(mistaken, "x")
    with pytest.raises(UsageError, match="--by NAME"):
        mistaken.run(void_extract, VoidOptions(extract=ids(mistaken)[1], person=NamedPerson()))


class Killed(BaseException):
    """The process ends here."""


POINTS = (
    CrashPoint.BEFORE_CHANGES,
    CrashPoint.CHANGES_APPENDED,
    CrashPoint.CHANGES_FOLDED,
    CrashPoint.WINDOW_READ,
    CrashPoint.INTENTS_APPENDED,
    CrashPoint.DELETED,
    CrashPoint.BEFORE_DESTROY,
    CrashPoint.DESTROYED,
    CrashPoint.BEFORE_RUN_END,
)


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_same_command_goes_on(
    mistaken: Office, new: Callable[[str], Office], point: CrashPoint
) -> None:
    second = ids(mistaken)[1]
    deaths: list[CrashPoint] = []

    def die(reached: CrashPoint) -> None:
        if reached is point and not deaths:
            deaths.append(reached)
            raise Killed

    def killed(session: Session, options: VoidOptions) -> Any:
        object.__setattr__(session.world, "reached", die)
        return void_extract(session, options)

    with pytest.raises(Killed):
        mistaken.run(killed, VoidOptions(extract=second, person=INES))
    unfinished = mistaken.run(list_deliveries).document["deliveries"][1]["voided"]
    if unfinished is not None and not unfinished["finished"]:
        with pytest.raises(ApprovalMissing, match=f"extract void {second}"):
            read_one(mistaken, 0, two_days()[0])
    void(mistaken, second)
    assert mistaken.ask(lambda s: len(list(s.decisions.all(Decided.EXTRACT_VOIDED)))) == 1
    assert mistaken.run(log_verify).document["problems"] == []
    found, state = in_twenty(mistaken), in_state(mistaken)
    without = new("without")
    with without.served():
        read(without, two_days(), but=1)
        assert (found, state) == (in_twenty(without), in_state(without))


def shared(content: Tables) -> Tables:
    """Return a day on which another person stands under the first patient's id."""
    other = {"LName": "Reyes", "FName": "Bo", "Birthdate": "1999-11-30", "WirelessPhone": "", "Email": ""}
    content["patient"].append({**content["patient"][0], **other})
    return content


def decide(office: Office) -> dict[str, Any]:
    """Give the other person an id of their own, and return the decision as it was recorded."""
    [one] = office.run(list_identities).document["identities"]
    last = f"patient.csv:{1 + len(shared(troubled())['patient'])}"
    office.run(decide_identity, one["pbnId"], IdentityVerdict.ANOTHER, INES, last, "stay")
    [decision] = office.ask(lambda s: list(s.decisions.all(Decided.IDENTITY_DECIDED)))
    return dict(decision.body)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_person_who_was_given_an_id_stays_apart_without_the_voided_delivery(
    new: Callable[[str], Office], number: int
) -> None:
    days = [Day(troubled()), Day(shared(troubled())), Day(shared(troubled()))]
    days[2].content["patient"][-1]["PatStatus"] = "Inactive"
    days[2].content["patient"][1]["LName"] = "Other"
    without, office = new("without"), new("with")
    with office.served():
        read(office, days[:2])
        decision = decide(office)
        read(office, days[1:], first=1)
        assert person(office, "elm:patient:2001~2")["name"]["lastName"] == "Reyes"
        void(office, ids(office)[number])
        found, state = in_twenty(office), in_state(office)
        assert office.run(log_verify).document["problems"] == []
    with without.served():
        read(without, days[:2], but=number)
        without.ask(lambda s: s.decisions.record(Decided.IDENTITY_DECIDED, decision))
        read(without, days[1:], first=1, but=number)
        assert (found, but_fingerprints(state)) == (in_twenty(without), but_fingerprints(in_state(without)))
    with office.served():
        again = read_one(office, 3, Day(days[1 if number == 2 else 2].content)).document["changes"]
        assert (again["created"], again["updated"], again["deleted"]) == (0, 0, 0)


def but_fingerprints(state: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a state without the marks of rows: those that once waited for a decision have others."""
    records, owned, _, held = state
    return {record: said[:1] + said[2:] for record, said in records.items()}, owned, held


@pytest.mark.parametrize("number", [0, 1, 2])
def test_of_several_locations_only_the_voided_delivery_goes(
    new: Callable[[str], Office], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setenv("CUTOVER_LOCATIONS__IDS", "location")
    south = troubled()
    south["patient"] = [{**row, "LName": f"{row['LName']}-South", "Email": ""} for row in south["patient"][:4]]
    later = troubled()
    later["patient"][0]["LName"] = "Moved"
    later["appointment"] = later["appointment"][1:]
    days = [("North", troubled()), ("South", south), ("North", later)]
    without, office = new("without"), new("with")

    def read_located(where: Office, but: int | None = None) -> None:
        where.run(schema_apply)
        for at, (place, content) in enumerate(days):
            if at != but:
                folder = write_extract(where.folder / f"delivery-{at}", content, day=2 * at + 1)
                with (folder / "manifest.toml").open("a") as manifest:
                    manifest.write(f'location = "{place}"\n')
                where.run(sync, [folder], SyncOptions(without_sample=True, confirm_deletions=True))

    with without.served():
        read_located(without, but=number)
        expected, state = in_twenty(without), in_state(without)
    with office.served():
        read_located(office)
        assert person(office, "elm:patient:south.2001")["name"]["lastName"] == "Lee-South"
        void(office, ids(office)[number])
        assert (in_twenty(office), in_state(office)) == (expected, state)
        assert office.run(log_verify).document["problems"] == []
