"""The state is a cache of the log: lost, behind or killed at any moment, it is rebuilt, and nothing is appended twice."""

from __future__ import annotations

import random
import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from events.log.port import CHANGES, NewEntry
from events.vocabulary.entities import Entity
from producers.state.state import ProducerState
from tests.producers.desk import Desk, changes, message, patient, patients, visit, visits

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def day_one(desk: Desk):
    family = [patient(n, Email="family@post.example", Guarantor_ID="P1" if n == 2 else "") for n in (1, 2)]
    broken = {**visit(41), "Patient ID": "#REF!"}
    return desk.extract(
        patients=[*family, *[patient(n) for n in range(3, 31)]],
        visits=[*visits(40, 30), visit(42, Duration="a while"), broken],
        log=[message(1), message(2, Sent_Date="06/30/2026 9:00 AM")],
    )


def remembered(state: ProducerState) -> object:
    """Return everything that a state knows, but for the slots, which only count."""
    ids = [k.record_id for entity in Entity for k in state.at_slots(list(state.live_slots(entity, state.last_slot())))]
    # a rebuilt state has no marks of fields: no payload is opened for them
    known = {record_id: k._replace(slot=0, fields=None) for record_id, k in state.known(ids).items()}
    households = state.households_of(sorted({k.patient_id for k in known.values() if k.patient_id is not None}))
    contacts = sorted((c.record_id, c.address, c.owned, c.guarantor_id) for c in state.contacts_of(ids))
    # where rows were last seen is not in the log: a rebuilt state knows where their events were read
    return known, contacts, households, state.refused(), state.progress("changes"), state.counts()


def test_a_lost_state_is_rebuilt_and_nothing_is_appended(desk: Desk) -> None:
    extract = day_one(desk)
    desk.produce(extract)
    desk.produce(day=1, patients=patients(30), visits=visits(39, 30))
    before, entries = remembered(desk.state), desk.entries()
    desk.lose_state()
    again = desk.produce(day=1, patients=patients(30), visits=visits(39, 30))
    assert (changes(again), again.dead_letters) == ({}, 0)
    assert desk.entries() == entries
    assert remembered(desk.state) == before


def test_an_extract_after_a_lost_state_appends_only_what_differs(desk: Desk) -> None:
    desk.produce(day_one(desk))
    desk.lose_state()
    later = [patient(n, Status="Inactive" if n == 7 else "Active") for n in range(1, 31)]
    assert changes(desk.produce(day=1, patients=[p for p in later if p["Patient ID"] not in ("P1", "P2")])) == {
        "updated": 1,
        "withheld": 2,
    }


def test_a_state_that_is_behind_catches_up_from_where_it_was(desk: Desk) -> None:
    desk.produce(day_one(desk))
    other = ProducerState(f"sqlite:///{desk.folder}/other.db")
    behind, desk.state = desk.state, other
    desk.produce(day=1, patients=patients(30), visits=visits(41, 30))
    expected = remembered(other)
    desk.state = behind
    desk.producer.catch_up()
    assert remembered(behind) == expected
    other.close()


_WORK = """
    import random, sys
    from pathlib import Path
    from producers.changes.appending import changes
    from producers.state import step
    from tests.producers.desk import Desk
    changes.PIECE, step.STEP = 7, 20
    desk = Desk(Path(sys.argv[1]))
    extracts = [desk.open(Path(folder), day=day) for day, folder in enumerate(sys.argv[2:])]
    print("ready", flush=True)
    for extract in extracts:
        desk.produce(extract)
    print("done", flush=True)
"""


def work(folder: Path, *extracts: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(_WORK), str(folder), *map(str, extracts)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.mark.integration
def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    writer = Desk(tmp_path / "extracts")
    first = Path(writer.extract(patients=patients(60), visits=visits(300, 60)).source.address)
    rows = [visit(n, of=1 + n % 60, Status="Complete" if n % 2 else "Scheduled") for n in range(4, 330)]
    second = Path(writer.extract(patients=[patient(n, Last_Name="Vale") for n in range(1, 60)], visits=rows).source.address)
    writer.close()

    began = time.monotonic()
    calm = work(tmp_path / "calm", first, second)
    assert calm.stdout is not None
    calm.stdout.readline()
    ready = time.monotonic()
    assert calm.communicate()[0] == "done\n"
    usual, chance = time.monotonic() - ready, random.Random(began)

    kills = 0
    for _ in range(8):
        process = work(tmp_path / "killed", first, second)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0.02, usual * 0.4))
        kills += process.poll() is None
        process.kill()
        process.communicate()
    last = work(tmp_path / "killed", first, second)
    assert last.communicate()[0].endswith("done\n")
    assert kills >= 2, "the machine was too quick for this test: give it more rows"

    undisturbed, disturbed = Desk(tmp_path / "calm"), Desk(tmp_path / "killed")
    assert disturbed.told() == undisturbed.told()  # fails where an event is there twice
    assert disturbed.state.counts() == undisturbed.state.counts()
    undisturbed.close()
    disturbed.close()


def test_of_two_producers_that_appended_at_once_the_first_counts_and_the_second_is_read_again(desk: Desk, tmp_path: Path):
    """As on two machines, each with a state of its own. Consumers carry the first event of a revision: so its values are
    those that are known, and those of the other extract are no old news.
    """
    desk.produce(patients=[patient(1, First_Name="Elma")])
    other = Desk(tmp_path / "another machine")
    other.keys.close()
    other.keys = desk.keys
    newer = other.extract(day=1, patients=[patient(1, First_Name="Olga")])
    other.produce(newer)
    desk.log.append([NewEntry(CHANGES, entry.key, entry.value) for entry in other.entries()])
    other.log.close()
    other.state.close()
    desk.lose_state()
    desk.mapping = None
    assert changes(desk.produce(newer)) == {"updated": 1}
    assert [record.values["first_name"] for _, _, record in desk.history(Entity.PATIENT, "P1")] == ["Elma", "Olga", "Olga"]
    assert desk.events(Entity.PATIENT)[-1].revision == 2
