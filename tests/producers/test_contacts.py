"""Shared addresses: one patient owns each, and it moves when the family changes, also without their own row changing."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.clock import World
from events.crash_points import CrashPoint
from events.vocabulary.entities import Entity
from tests.producers.desk import Desk, Rows, changes, patient, patients

FAMILY = "family@post.example"


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def family(*members: int, guarantor: int | None = None, **cells: str) -> Rows:
    """Return patients who share an address; others around them keep the deletion limit away."""
    payer = f"P{guarantor}" if guarantor else ""
    shared = [patient(n, Email=FAMILY, Guarantor_ID=payer, **cells) for n in members]
    return [*shared, *[patient(n) for n in range(20, 80)]]


def owners(desk: Desk) -> list[str]:
    return [native for native, record in desk.records(Entity.PATIENT).items() if record.values["primary_email"] == FAMILY]


def test_one_of_a_family_owns_the_address_and_all_have_it(desk: Desk) -> None:
    desk.produce(patients=family(3, 1, 2))
    assert owners(desk) == ["P1"]  # born 1951, the oldest
    assert [desk.records(Entity.PATIENT)[p].values["emails"] for p in ("P1", "P2", "P3")] == [[FAMILY]] * 3


def test_the_guarantor_owns_it(desk: Desk) -> None:
    desk.produce(patients=family(1, 2, 3, guarantor=3))
    assert owners(desk) == ["P3"]


def test_who_has_an_address_alone_owns_it(desk: Desk) -> None:
    desk.produce(patients=patients(3))
    assert {r.values["primary_email"] for r in desk.records(Entity.PATIENT).values()} == {
        f"ada{n}@post.example" for n in (1, 2, 3)
    }


def test_it_moves_to_another_when_the_owner_is_gone_although_their_row_did_not_change(desk: Desk) -> None:
    desk.produce(patients=family(1, 2, 3))
    assert changes(desk.produce(day=1, patients=family(2, 3))) == {"updated": 1, "deleted": 1}
    assert owners(desk) == ["P2"]
    assert [(o, r) for o, r, _ in desk.history(Entity.PATIENT, "P2")] == [("CREATED", 1), ("UPDATED", 2)]
    assert desk.unsealed(desk.events(Entity.PATIENT)[-2])["changed"] == ["primary_email"]
    assert changes(desk.produce(day=2, patients=family(2, 3))) == {}


def test_it_moves_when_the_owner_takes_another_address(desk: Desk) -> None:
    desk.produce(patients=family(1, 2))
    later = [patient(1, Email="own@post.example"), *family(2)]
    assert changes(desk.produce(day=1, patients=later)) == {"updated": 2}
    assert owners(desk) == ["P2"]
    assert desk.records(Entity.PATIENT)["P1"].values["primary_email"] == "own@post.example"


def test_it_moves_back_when_an_elder_comes(desk: Desk) -> None:
    desk.produce(patients=family(2, 3))
    assert owners(desk) == ["P2"]
    assert changes(desk.produce(day=1, patients=family(1, 2, 3))) == {"created": 1, "updated": 1}
    assert owners(desk) == ["P1"]


def test_it_moves_when_a_guarantor_is_named(desk: Desk) -> None:
    desk.produce(patients=family(1, 2))
    later = family(1, 2)
    later[0]["Guarantor ID"] = "P2"
    assert changes(desk.produce(day=1, patients=later)) == {"updated": 2}
    assert owners(desk) == ["P2"]


def test_it_stays_while_the_owners_deletion_is_withheld(desk: Desk) -> None:
    desk.produce(patients=family(1, 2)[:10])
    assert changes(desk.produce(day=1, patients=family(2)[:9])) == {"withheld": 1}
    assert owners(desk) == ["P1"]


def test_a_partial_extract_moves_nothing_by_leaving_somebody_out(desk: Desk) -> None:
    desk.produce(patients=family(1, 2))
    assert changes(desk.produce(day=1, scope="partial", patients=[patient(2, Email=FAMILY, Status="Inactive")])) == {
        "updated": 1
    }
    assert owners(desk) == ["P1"]


def test_without_an_e_mail_column_the_owner_stays(desk: Desk) -> None:
    desk.produce(patients=family(1, 2))
    rows = [{h: c for h, c in row.items() if h != "Email"} for row in family(1, 2, Status="Inactive")]
    desk.produce(day=1, patients=rows)
    assert owners(desk) == ["P1"]
    assert desk.records(Entity.PATIENT)["P2"].values["emails"] == [FAMILY]


def test_the_owner_is_the_same_after_the_state_was_lost(desk: Desk) -> None:
    desk.produce(patients=family(1, 2, 3))
    desk.lose_state()
    assert changes(desk.produce(day=1, patients=family(2, 3))) == {"updated": 1, "deleted": 1}
    assert owners(desk) == ["P2"]


def test_a_forgotten_member_of_a_family_owns_nothing(desk: Desk) -> None:
    desk.produce(patients=family(1, 2))
    first = next(e.record_id for e in desk.events(Entity.PATIENT) if desk.record(e).native_id == "P1")
    desk.keys.forget(first)
    desk.state.forget(first)
    desk.produce(day=1, patients=family(1, 2, Status="Inactive"))
    last = [desk.record(e) for e in desk.events(Entity.PATIENT) if e.record_id != first]
    assert {r.native_id: r for r in last}["P2"].values["emails"] == [FAMILY]


@pytest.mark.parametrize("point", [CrashPoint.CHANGES_APPENDED, CrashPoint.CHANGES_FOLDED])
def test_a_run_killed_between_two_patients_whose_rows_did_not_change(desk: Desk, point: CrashPoint) -> None:
    """The third says that the second pays, no longer the first: the address moves between two who did not change."""
    first = [patient(n, Email=FAMILY, Guarantor_ID=payer) for n, payer in ((1, "P1"), (2, "P2"), (3, "P1"))]
    desk.produce(patients=[*first, *(patient(n) for n in range(20, 80))])
    assert owners(desk) == ["P1"]
    rows = [patient(n, Email=FAMILY, Guarantor_ID=payer) for n, payer in ((1, "P1"), (2, "P2"), (3, "P2"))]
    later = desk.extract(day=1, patients=[*rows, *(patient(n) for n in range(20, 80))])

    def die(reached: CrashPoint) -> None:
        if reached is point:
            raise KeyboardInterrupt

    desk.world = World(reached=die)
    with pytest.raises(KeyboardInterrupt):
        desk.produce(later)
    desk.world = World()
    desk.produce(later)
    assert owners(desk) == ["P2"]
