"""The net effect of taking a chain of writes back, for one record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from consumers.journal.three_way import LastWrite
from consumers.rollback.chains import NOTHING, Chain, ChainLink
from consumers.rollback.undoing import Undo, net_undo, undo_forgotten
from events.compensations import Action, Body

BURIED = "2026-05-20T03:00:00.000Z"


def link(number: int, action: Action, *, in_scope: bool = True) -> ChainLink:
    return ChainLink(
        intent_id=bytes([number]) * 16, action=action, cause=(0, number), position=(0, number), in_scope=in_scope, size=100
    )


def undo_of(
    *links: tuple[ChainLink, Body],
    image: Mapping[str, Any] | None,
    last: LastWrite | None = None,
    force: bool = False,
    **about: Any,
) -> Undo:
    """Return the undo of these writes, newest first."""
    bodies = {one.intent_id: body for one, body in links}
    chain = Chain(object="people", twenty_id=bytes(16), record_id=bytes(16), links=[one for one, _ in links])
    return net_undo(
        chain,
        lambda one: bodies[one.intent_id],
        last or LastWrite({}, {}),
        image,
        force=force,
        buried=about.get("buried", False),
    )


def wrote(before: Mapping[str, Any]) -> Body:
    return Body(written=list(before), before=before)


def test_a_restoration_killed_before_its_fields_is_recorded_as_one() -> None:
    """The record is alive in Twenty already; only an outcome that restores lets the view know of it."""
    chain = (link(2, Action.DELETE), Body()), (link(1, Action.UPDATE), wrote({"city": "Bend"}))
    killed = undo_of(*chain, image={"city": "Salem", "deletedAt": None}, buried=True)
    assert (killed.action, killed.restore) == (Action.RESTORE, {"city": "Bend"})
    assert undo_of(*chain, image={"city": "Salem", "deletedAt": None}, buried=False).action is Action.UPDATE
    assert undo_of(*chain, image={"city": "Salem", "deletedAt": BURIED}, buried=False).action is Action.RESTORE


def test_a_record_that_a_later_run_deleted_again_stays_deleted() -> None:
    chain = (
        (link(3, Action.DELETE, in_scope=False), Body()),
        (link(2, Action.RESTORE, in_scope=False), Body()),
        (link(1, Action.DELETE), Body()),
    )
    assert undo_of(*chain, image={"deletedAt": BURIED}, buried=True).action is None


def test_what_was_restored_is_deleted_again_once() -> None:
    chain = ((link(1, Action.RESTORE), Body()),)
    assert undo_of(*chain, image={"deletedAt": None}).action is Action.DELETE
    assert undo_of(*chain, image={"deletedAt": BURIED}, buried=True).action is None


def test_a_field_that_holds_its_earlier_value_is_given_back_and_not_kept() -> None:
    """It is sent again, so that the next comparison starts from it: a rollback gave it back and was killed before its end."""
    chain = (link(2, Action.UPDATE), wrote({"city": "Bend"})), (link(1, Action.RESTORE), Body())
    undo = undo_of(*chain, image={"city": "Bend"}, last=LastWrite({"city": "Salem"}, {"city": "Salem"}))
    assert (undo.action, undo.restore, undo.kept, len(undo.undoes)) == (Action.DELETE, {"city": "Bend"}, (), 2)


def test_the_oldest_write_in_scope_says_what_a_field_was() -> None:
    chain = (link(2, Action.UPDATE), wrote({"city": "Bend"})), (link(1, Action.UPDATE), wrote({"city": "Aloha"}))
    undo = undo_of(*chain, image={"city": "Salem"}, last=LastWrite({"city": "Salem"}, {"city": "Salem"}))
    assert (undo.action, undo.restore, len(undo.undoes)) == (Action.UPDATE, {"city": "Aloha"}, 2)


@pytest.mark.parametrize("force", [False, True])
def test_a_field_that_a_later_run_wrote_stays_even_by_force(force: bool) -> None:
    chain = (
        (link(2, Action.UPDATE, in_scope=False), wrote({"city": "Bend"})),
        (link(1, Action.UPDATE), wrote({"city": "Aloha", "jobTitle": "Baker"})),
    )
    last = LastWrite({"city": "Salem", "jobTitle": "Cook"}, {"city": "Salem", "jobTitle": "Cook"})
    undo = undo_of(*chain, image={"city": "Salem", "jobTitle": "Cook"}, last=last, force=force)
    assert (undo.restore, undo.kept, undo.reason) == ({"jobTitle": "Baker"}, ("city",), "written_again_by_a_later_run")
    assert undo.undoes == (NOTHING,), "without any the other field would not be given back"


def test_an_edited_field_stays_and_its_write_can_still_be_taken_back() -> None:
    chain = (link(2, Action.UPDATE), wrote({"city": "Bend"})), (link(1, Action.UPDATE), wrote({"jobTitle": "Baker"}))
    last = LastWrite({"city": "Salem", "jobTitle": "Cook"}, {"city": "Salem", "jobTitle": "Cook"})
    image = {"city": "Eugene", "jobTitle": "Cook"}
    undo = undo_of(*chain, image=image, last=last)
    assert (undo.restore, undo.kept, undo.reason) == ({"jobTitle": "Baker"}, ("city",), "edited_in_twenty")
    assert undo.undoes == (link(1, Action.UPDATE).intent_id,)
    forced = undo_of(*chain, image=image, last=last, force=True)
    assert (forced.restore, forced.kept, len(forced.undoes)) == ({"city": "Bend", "jobTitle": "Baker"}, (), 2)


@pytest.mark.parametrize(
    ("image", "kept"),
    [
        ({"city": "Salem"}, ()),
        ({"city": "Eugene"}, ("city",)),
        ({"city": "Salem", "jobTitle": "Baker"}, ("jobTitle",)),
        ({"city": "Salem", "jobTitle": "", "createdAt": BURIED}, ()),
    ],
)
def test_a_record_that_we_made_goes_unless_people_worked_on_it(image: Mapping[str, Any], kept: tuple[str, ...]) -> None:
    chain = ((link(1, Action.CREATE), Body()),)
    last = LastWrite({"city": "Salem"}, {"city": "Salem"})
    undo = undo_of(*chain, image=image, last=last)
    assert (undo.action, undo.kept) == (None if kept else Action.DESTROY, kept)
    assert undo_of(*chain, image=image, last=last, force=True).action is Action.DESTROY


def test_a_field_that_a_person_deleted_has_nothing_to_be_given_back() -> None:
    """The image lacks it: Twenty would refuse the whole write for it."""
    chain = ((link(1, Action.UPDATE), wrote({"city": "Bend", "shoeSize": "42"})),)
    last = LastWrite({"city": "Salem", "shoeSize": "43"}, {"city": "Salem", "shoeSize": "43"})
    undo = undo_of(*chain, image={"city": "Salem"}, last=last)
    assert (undo.restore, undo.kept, len(undo.undoes)) == ({"city": "Bend"}, (), 1)


@pytest.mark.parametrize(("in_scope", "action"), [(True, Action.RESTORE), (False, None)])
def test_a_record_that_stays_comes_out_of_the_trash_where_the_deletion_is_taken_back_too(
    in_scope: bool, action: Action | None
) -> None:
    """A deletion of a later run, out of scope, stands: the record stays where that run put it."""
    chain = (link(2, Action.DELETE, in_scope=in_scope), Body()), (link(1, Action.CREATE), Body())
    image = {"city": "Eugene", "deletedAt": BURIED}
    undo = undo_of(*chain, image=image, last=LastWrite({"city": "Salem"}, {"city": "Salem"}), buried=True)
    assert (undo.action, undo.kept, undo.reason) == (action, ("city",), "edited_in_twenty")


@pytest.mark.parametrize(
    ("member", "late", "action"),
    [(None, -1, Action.DESTROY), (None, 1, None), ("dana", -1, None)],
)
def test_a_record_of_a_forgotten_person_goes_unless_anyone_changed_it_since(
    member: str | None, late: int, action: Action | None
) -> None:
    """A member's name on it is enough: Twenty's clock may be behind ours."""
    settled = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
    image = {"updatedBy": {"workspaceMemberId": member}, "updatedAt": (settled + timedelta(minutes=late)).isoformat()}
    chain = Chain(object="people", twenty_id=bytes(16), record_id=bytes(16), links=[link(1, Action.CREATE)])
    assert undo_forgotten(chain, image, settled, buried=False).action is action
