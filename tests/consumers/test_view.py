"""The view: what `save` folds is what is found again, on each engine; workspaces know nothing of each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from consumers.state.short_ids import LENGTH
from consumers.state.view import View
from consumers.state.view_rows import DEAD, WAITING, Head, Waiting, Written
from consumers.state.view_tables import HEADS, WRITTEN
from events.database import open_database
from events.vocabulary.entities import Entity
from tests.cutover.statements import heard

LATE = 2**40
"""An offset, or milliseconds since 1970, beyond 32 bits."""


@pytest.fixture
def view(database_url: str) -> Iterator[View]:
    view = View(database_url, "one")
    yield view
    view.close()


@pytest.fixture
def elsewhere(view: View, database_url: str) -> Iterator[View]:
    """Open another workspace's view in the same database."""
    other = View(database_url, "two")
    yield other
    other.close()


def identity(number: int) -> bytes:
    return number.to_bytes(16, "big")


def head(number: int, **about: object) -> Head:
    return replace(
        Head(
            record_id=identity(number),
            entity=Entity.NOTE,
            patient_id=identity(900),
            partition=0,
            offset=number,
            revision=1,
            deleted=False,
        ),
        **about,
    )


def written(number: int, **about: object) -> Written:
    one = Written(
        object="people",
        twenty_id=identity(number),
        record_id=identity(number),
        alive=True,
        deleted=False,
        intent=(0, number),
        outcome=(0, number + 1),
    )
    return replace(one, **about)


def test_a_head_is_found_as_it_was_saved(view: View) -> None:
    saved = [
        head(1, patient_id=None, deleted=True, revision=7, applied_revision=6, offset=LATE, settled_at=LATE),
        head(2, partition=3, status=WAITING, reason="unknown_patient", waits_for=identity(5), attempts=2),
    ]
    view.save(heads=saved)
    assert view.heads([identity(1), identity(2), identity(3)]) == {h.record_id: h for h in saved}


def test_saved_again_a_head_is_replaced(view: View) -> None:
    view.save(heads=[head(1, status=DEAD, reason="refused", attempts=1)])
    view.save(heads=[head(1, revision=2, deleted=True, settled_at=5)])
    assert view.all_heads(live=False) == [head(1, revision=2, deleted=True, settled_at=5)]
    assert view.all_heads() == []


def test_more_heads_than_one_question_takes_are_found(view: View) -> None:
    heads = [head(number) for number in range(1_201)]
    view.save(heads=heads)
    assert view.heads([h.record_id for h in heads]) == {h.record_id: h for h in heads}


def test_pending_is_what_lags_behind_and_is_not_kept_back_in_the_order_of_the_log(view: View) -> None:
    view.save(
        heads=[
            head(4, partition=1, offset=1),
            head(3, offset=9),
            head(2, applied_revision=1),
            head(1, status=DEAD),
            head(5, offset=2),
        ]
    )
    assert [h.record_id for h in view.pending(10)] == [identity(5), identity(3), identity(4)]
    assert len(view.pending(2)) == 2
    assert [h.record_id for h in view.kept_back()] == [identity(1)]


def test_the_practice_and_the_providers_are_pending_before_what_needs_them(view: View) -> None:
    """Whatever partition they lie in: with several of them, as after a rollback of everything, theirs may be the last."""
    view.save(
        heads=[
            head(1, offset=1),
            head(2, offset=2),
            head(3, partition=1, offset=2, entity=Entity.PROVIDER),
            head(4, partition=1, offset=1, entity=Entity.PRACTICE),
        ]
    )
    assert [h.record_id for h in view.pending(3)] == [identity(4), identity(3), identity(1)]
    assert [h.record_id for h in view.pending(1)] == [identity(4)]


def test_a_worker_sees_what_is_pending_kept_back_and_open_in_its_own_partitions(view: View) -> None:
    view.save(heads=[head(1, partition=0), head(2, partition=1), head(3, partition=1, status=DEAD)])
    view.save(opened=[(identity(7), 0, 7), (identity(8), 1, 8)])
    view.mine = frozenset({1})
    assert [h.record_id for h in view.pending(10)] == [identity(2)]
    assert [h.record_id for h in view.kept_back()] == [identity(3)]
    assert view.open_intents() == [(identity(8), 1, 8)]


def test_what_waits_is_told_apart_from_dead_letters_and_released(view: View) -> None:
    waits = head(1, status=WAITING, reason="address_taken", waits_for=b"an address, hashed")
    view.save(heads=[waits, head(2, status=DEAD, reason="refused"), head(3, status=WAITING, reason="unknown_patient")])
    assert view.waiting() == [Waiting(identity(1), b"an address, hashed", "address_taken")]
    assert (view.count_kept_back(), view.count_pending()) == (3, 0)
    view.release([identity(1)])
    assert view.waiting() == []
    assert view.pending(5) == [head(1)]
    assert (view.count_kept_back(), view.count_pending()) == (2, 1)


def test_the_practice_and_its_providers_are_found_deleted_ones_too(view: View) -> None:
    view.save(
        heads=[head(1), head(2, entity=Entity.PROVIDER, deleted=True), head(3, entity=Entity.PRACTICE, applied_revision=1)]
    )
    assert [h.record_id for h in view.leading()] == [identity(2), identity(3)]


def test_what_hangs_on_patients_is_found(view: View) -> None:
    patients = [identity(number) for number in range(700, 2_000)]
    view.save(heads=[head(number, patient_id=patients[number]) for number in range(1_201)])
    view.save(heads=[head(1_300, patient_id=patients[3], deleted=True), head(1_301, patient_id=None)])
    assert {h.record_id for h in view.of_patients(patients[3:4])} == {identity(3), identity(1_300)}
    assert len(view.of_patients(patients)) == 1_202


def test_what_was_written_is_found_as_it_was_saved(view: View) -> None:
    one = written(1, address=b"address", intent=(3, LATE), outcome=(2, LATE + 1))
    link = written(2, object="noteTargets", record_id=identity(1))
    view.save(written=[one, link])
    assert {x.object: x for x in view.written_for([identity(1)])} == {"people": one, "noteTargets": link}
    assert view.written([("people", identity(1)), ("people", identity(2))]) == {("people", identity(1)): one}
    assert view.counts() == {"people": 1, "noteTargets": 1}


def test_what_was_soft_deleted_is_not_counted_and_what_was_destroyed_is_gone(view: View) -> None:
    view.save(written=[written(1), written(2), written(3)])
    view.save(written=[written(2, deleted=True), written(3, alive=False)])
    assert view.counts() == {"people": 1}
    assert view.present([identity(1), identity(2), identity(3), identity(4)]) == {identity(1), identity(2)}
    view.save(written=[written(1, deleted=True)])
    assert view.counts() == {}


def test_an_address_is_held_until_it_is_let_go(view: View) -> None:
    view.save(written=[written(1, address=b"a"), written(2, address=b"b"), written(3, address=b"c", alive=False)])
    assert view.holders([b"a", b"b", b"c", b"d"]).keys() == {b"a", b"b"}
    view.forget_addresses([b"a"])
    assert view.holders([b"a", b"b"]).keys() == {b"b"}


def test_an_intent_is_open_until_it_is_settled_and_opened_twice_it_is_open_once(view: View) -> None:
    view.save(opened=[(identity(2), 0, LATE), (identity(1), 0, 5)])
    view.save(opened=[(identity(1), 0, 5)])
    assert view.open_intents() == [(identity(1), 0, 5), (identity(2), 0, LATE)]
    assert view.opened([identity(2), identity(3)]) == {identity(2): (0, LATE)}
    assert view.count_open_intents() == 2
    view.save(settled=[identity(1)], opened=[])
    assert view.open_intents() == [(identity(2), 0, LATE)]


def test_progress_is_the_last_one(view: View) -> None:
    view.save(progress={("changes", 0): 5, ("changes", 1): 2, ("compensations", 0): 1})
    view.save(progress={("changes", 0): LATE})
    assert view.progress("changes") == {0: LATE, 1: 2}
    assert view.progress("dead-letters") == {}


def test_a_workspace_knows_nothing_of_another(view: View, elsewhere: View) -> None:
    view.save(
        heads=[head(1)],
        written=[written(1, address=b"a")],
        opened=[(identity(1), 0, 1)],
        progress={("changes", 0): 1},
    )
    assert (elsewhere.all_heads(), elsewhere.present([identity(1)]), elsewhere.open_intents()) == ([], set(), [])
    assert (elsewhere.counts(), elsewhere.opened([identity(1)]), elsewhere.count_pending()) == ({}, {}, 0)
    assert (elsewhere.progress("changes"), elsewhere.holders([b"a"])) == ({}, {})
    elsewhere.forget_addresses([b"a"])
    assert view.holders([b"a"]).keys() == {b"a"}


def test_records_whose_ids_begin_alike_are_told_apart(view: View) -> None:
    one, two = identity(1), identity(2)
    assert one[:LENGTH] == two[:LENGTH]
    view.save(heads=[head(1), head(2)], written=[written(1), written(2)])
    view.save(heads=[head(2, revision=2)], written=[written(2, deleted=True)])
    assert view.heads([one, two]) == {one: head(1), two: head(2, revision=2)}
    assert view.heads([one]) == {one: head(1)}
    assert view.written_for([two]) == [written(2, deleted=True)]
    assert view.counts() == {"people": 1}


def test_a_head_that_moves_to_another_patient_is_found_there_alone(view: View) -> None:
    view.save(heads=[head(1)])
    moved = head(1, patient_id=identity(901), offset=7, revision=2)
    view.save(heads=[moved])
    assert view.of_patients([identity(900)]) == []
    assert view.of_patients([identity(901)]) == [moved]


def test_a_state_whose_tables_have_primary_keys_is_kept_up_and_asked_by_short_ids(tmp_path: Path) -> None:
    """Earlier releases made such tables in SQLite, which without statistics would read all rows of such a key."""
    url = f"sqlite:///{tmp_path}/state.db"
    engine = open_database(url)
    with engine.begin() as connection:
        for table in (HEADS, WRITTEN):
            made = str(CreateTable(table).compile(dialect=postgresql.dialect()))  # the keys' columns stand there
            connection.exec_driver_sql(made.replace("BYTEA", "BLOB"))
    engine.dispose()
    view = View(url, "one")
    view.save(heads=[head(1), head(2)], written=[written(1), written(2)])
    view.save(heads=[head(1, revision=2)], written=[written(1, deleted=True)])
    assert view.heads([identity(1), identity(2)]) == {identity(1): head(1, revision=2), identity(2): head(2)}
    assert view.counts() == {"people": 1}
    plans = []
    with heard(lambda connection, text, values: plans.append((text, values))):
        view.heads([identity(1)])
        view.links_for([identity(1)])
        view.written([("people", identity(1))])
        view.save(heads=[head(1, revision=3)], written=[written(1)])
    with view.reading() as connection:
        for text, values in plans:
            if "substr" in text:
                detail = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values)).first()
                assert "USING INDEX consumer_" in str(detail)
    assert sum("substr" in text for text, _ in plans) == 5
    view.close()


def test_a_save_that_fails_leaves_nothing(view: View) -> None:
    with pytest.raises(Exception):  # noqa: B017
        view.save(heads=[head(1)], progress={("changes", 0): None})  # type: ignore[dict-item]
    assert view.all_heads() == []
