"""Records in the trash: each has the first reason that fits, and those of strangers none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from consumers.sync.trash import TO_DO, ClaimedInTwenty, InTrash, counted_in_trash
from events.vocabulary.entities import twenty_id

NAMESPACE = UUID(int=9)
OWN = twenty_id(NAMESPACE, "fern:patient:1")
LOGGED = uuid4()


def is_in_log(ids: Sequence[bytes]) -> set[bytes]:
    return {LOGGED.bytes} & set(ids)


CLAIMS = ClaimedInTwenty(
    namespace=NAMESPACE, practice="fern", patients={OWN.bytes}, addresses={"ada@x.example"}, is_in_log=is_in_log
)


def image(identity: UUID, pbn: str | None = None, mail: str | None = None) -> dict[str, Any]:
    return {"id": str(identity), "pbnId": pbn, "emails": {"primaryEmail": mail}}


@pytest.mark.parametrize(
    ("lying", "reason"),
    [
        (image(OWN), InTrash.SAME_ID),
        (image(LOGGED), InTrash.SAME_ID),
        (image(twenty_id(NAMESPACE, "fern:note:7"), "fern:note:7"), InTrash.SAME_ID),
        (image(OWN, "fern:patient:1", "ada@x.example"), InTrash.SAME_ID),
        (image(uuid4(), "fern:patient:1", "ada@x.example"), InTrash.SAME_PBN_ID),
        (image(uuid4(), None, "Ada@X.example"), InTrash.SAME_EMAIL),
        (image(uuid4(), "oak:patient:1", "ada@x.example"), InTrash.SAME_EMAIL),
    ],
    ids=["patient", "of-the-log", "made-of-its-pbn-id", "id-before-address", "pbn-id", "address", "of-another-practice"],
)
def test_a_record_has_the_first_reason_that_fits(lying: dict[str, Any], reason: InTrash) -> None:
    assert counted_in_trash([lying], CLAIMS, {}) == {reason: 1}


def test_a_record_of_the_log_has_the_one_who_deleted_it() -> None:
    by = {OWN.bytes: InTrash.DELETED_BY_PEOPLE, LOGGED.bytes: InTrash.DELETED_BY_CUTOVER}
    assert counted_in_trash([image(OWN), image(LOGGED)], CLAIMS, by) == {
        InTrash.DELETED_BY_PEOPLE: 1,
        InTrash.DELETED_BY_CUTOVER: 1,
    }


def test_strangers_do_not_count() -> None:
    strangers = [image(uuid4()), image(uuid4(), "oak:patient:1"), image(uuid4(), "fernhill:patient:1", "zoe@x.example")]
    assert not counted_in_trash([*strangers, {"id": str(uuid4())}], CLAIMS, {})


def test_each_reason_says_what_to_do() -> None:
    assert set(TO_DO) == set(InTrash)
