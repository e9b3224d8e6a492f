"""The order in which writes leave, and what counts as applied: against a workspace that answers as the test says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from consumers.journal import sending
from consumers.journal.planned import Outcome, Planned, Subject
from consumers.journal.sending import Sender
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused
from consumers.twenty.transport.in_flight_limit import InFlightLimit
from consumers.twenty.transport.isolation import halves
from consumers.twenty.workspace import Workspace
from events.compensations import Action, Phase
from projections.desired import Desired
from projections.destination import destination

BURIED = "2026-05-20T03:00:00.000Z"
Image = dict[str, Any]


class Server:
    """A workspace that holds `images` and keeps the order of its requests. `answer` may stand in for one of them."""

    def __init__(self, **images: Image) -> None:
        self.images, self.requests, self.batch_size = images, list[tuple[str, str]](), 100
        self.in_flight = InFlightLimit(1)
        self.answer: Callable[[str, list[str]], list[Any] | None] = lambda _call, _ids: None

    def _write(self, call: str, plural: str, bodies: Sequence[Mapping[str, Any]]) -> list[Image]:
        self.requests.append((call, plural))
        told = self.answer(call, [body["id"] for body in bodies])
        if told is not None:
            return told
        for body in bodies:
            self.images.setdefault(body["id"], {"deletedAt": None}).update(body)
        return [dict(self.images[body["id"]]) for body in bodies]

    def create(self, plural: str, bodies: Sequence[Mapping[str, Any]]) -> list[Image]:
        return self._write("create", plural, bodies)

    def upsert(self, plural: str, bodies: Sequence[Mapping[str, Any]]) -> list[Image]:
        return self._write("upsert", plural, bodies)

    def update(self, plural: str, identity: str, values: Mapping[str, Any]) -> Image:
        self.requests.append(("update", plural))
        self.images[identity].update(values)
        return dict(self.images[identity])

    def _put(self, call: str, plural: str, ids: Sequence[str], buried: str | None) -> list[str]:
        self.requests.append((call, plural))
        told = self.answer(call, list(ids))
        if told is not None:
            return told
        for identity in ids:
            self.images[identity]["deletedAt"] = buried
        return list(ids)

    def restore(self, plural: str, ids: Sequence[str]) -> list[str]:
        return self._put("restore", plural, ids, None)

    def soft_delete(self, plural: str, ids: Sequence[str]) -> list[str]:
        return self._put("delete", plural, ids, BURIED)

    def destroy(self, plural: str, ids: Sequence[str]) -> list[str]:
        self.requests.append(("destroy", plural))
        told = self.answer("destroy", list(ids))
        if told is not None:
            return told
        return [i for i in ids if self.images.pop(i, None) is not None]

    def destroy_several(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        self.requests.append(("destroy", ", ".join(wanted)))
        told = self.answer("destroy", [i for ids in wanted.values() for i in ids])
        gone = [i for ids in wanted.values() for i in ids if self.images.pop(i, None) is not None] if told is None else told
        return {plural: [i for i in ids if i in gone] for plural, ids in wanted.items()}

    def read_several(
        self, wanted: Mapping[str, Sequence[str]], *, deleted: bool, fields: Mapping[str, Sequence[str]]
    ) -> dict[str, dict[str, Image]]:
        assert fields.keys() == wanted.keys()
        return {plural: self.read(plural, ids, deleted=deleted) for plural, ids in wanted.items()}

    def read(self, _plural: str, ids: Sequence[str], *, deleted: bool) -> dict[str, Image]:
        assert deleted
        return {i: dict(self.images[i]) for i in ids if i in self.images}

    def parts_after(self, error: Refused, count: int) -> int:
        return halves(error, count)

    def metadata(self) -> Any:
        return SimpleNamespace(object=lambda _plural: SimpleNamespace(columns={}))


def identity(number: int) -> str:
    return str(UUID(int=number))


def plan(number: int, plural: str, action: Action, *, releases: bool = False, **send: Any) -> Planned:
    desired = Desired(object=plural, id=UUID(int=number), pbn_id=None, values=send)
    return Planned(
        action=action,
        desired=desired,
        subject=cast(Subject, None),
        intent_id=bytes([number]),
        send=send,
        values=send,
        releases=releases,
    )


def perform(server: Server, *planned: Planned) -> list[Outcome]:
    return Sender(workspace=cast(Workspace, server), sleep=lambda _seconds: None).perform(planned)


def phases(outcomes: Sequence[Outcome]) -> list[tuple[int, Phase, str | None]]:
    return [(o.planned.desired.id.int, o.phase, o.reason) for o in outcomes]


def test_children_are_deleted_before_their_parents() -> None:
    plurals = ("people", "companies", "taskTargets", "tasks", "attachments", "notes", "noteTargets")
    deleting = [plan(number, plural, Action.DELETE) for number, plural in enumerate(plurals)]
    server = Server(**{identity(n): {} for n in range(len(plurals))})
    perform(server, *deleting)
    order = [plural for _, plural in server.requests]
    assert order == [plural for plural in reversed(destination().write_order) if plural in plurals]
    assert order.index("taskTargets") < order.index("tasks") < order.index("people") < order.index("companies")


def test_addresses_are_released_first_then_what_is_restored_created_and_updated_and_deletes_are_last() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2, 4, 5)})
    perform(
        server,
        plan(1, "people", Action.DELETE),
        plan(2, "people", Action.UPDATE, city="Bend"),
        plan(3, "people", Action.CREATE, city="Bend"),
        plan(4, "people", Action.RESTORE),
        plan(5, "people", Action.UPDATE, releases=True, emails={}),
    )
    assert [call for call, _ in server.requests] == ["upsert", "restore", "create", "upsert", "delete"]


@pytest.mark.parametrize(
    ("image", "phase"),
    [
        ({"city": "Bend", "deletedAt": None}, Phase.APPLIED),
        ({"city": "Bend", "deletedAt": BURIED}, Phase.REFUSED),
        ({"city": "Salem", "deletedAt": None}, Phase.REFUSED),
        (None, Phase.REFUSED),
    ],
)
def test_a_duplicate_is_our_own_record_only_where_it_is_alive_and_as_it_was_sent(image: Image | None, phase: Phase) -> None:
    """One in the trash with equal values is not what was asked for: it must be restored."""
    server = Server(**({identity(1): {"id": identity(1), **image}} if image else {}))
    server.answer = lambda _call, _ids: refuse(Refusal.DUPLICATE)
    assert phases(perform(server, plan(1, "people", Action.CREATE, city="Bend"))) == [
        (1, phase, None if phase is Phase.APPLIED else "duplicate")
    ]


def test_an_update_refused_as_a_duplicate_is_never_taken_for_applied() -> None:
    server = Server(**{identity(1): {"id": identity(1), "city": "Bend", "deletedAt": None}})
    server.answer = lambda _call, _ids: refuse(Refusal.DUPLICATE)
    assert phases(perform(server, plan(1, "people", Action.UPDATE, city="Bend"))) == [(1, Phase.REFUSED, "duplicate")]


@pytest.mark.parametrize("action", [Action.DELETE, Action.RESTORE])
def test_what_an_answer_does_not_name_is_looked_at(action: Action) -> None:
    """An attempt whose answer was lost may have done it; what is otherwise, or gone, was not done."""
    gone = action is Action.DELETE
    server = Server(
        **{
            identity(1): {"deletedAt": None},
            identity(2): {"deletedAt": BURIED if gone else None},
            identity(3): {"deletedAt": None if gone else BURIED},
        }
    )
    server.answer = lambda _call, _ids: [identity(1)]
    outcomes = perform(server, *(plan(number, "people", action) for number in (1, 2, 3, 4)))
    assert phases(outcomes) == [
        (1, Phase.APPLIED, None),
        (2, Phase.APPLIED, None),
        (3, Phase.REFUSED, "not-found"),
        (4, Phase.REFUSED, "not-found"),
    ]


@pytest.mark.parametrize("held", ["Bend", "Salem"])
def test_a_write_without_an_answer_is_applied_only_where_twenty_holds_what_was_sent(held: str) -> None:
    server = Server(**{identity(1): {"id": identity(1), "city": held, "deletedAt": None}})
    lost = iter([True])

    def answer(_call: str, _ids: list[str]) -> None:
        if next(lost, False):
            raise OutcomeUnknown("the answer was lost")

    server.answer = answer
    assert phases(perform(server, plan(1, "people", Action.UPDATE, city="Bend"))) == [(1, Phase.APPLIED, None)]
    assert len(server.requests) == (1 if held == "Bend" else 2)
    assert server.images[identity(1)]["city"] == "Bend"


@pytest.mark.parametrize("held", ["Bend", "Salem"])
def test_what_is_refused_after_a_lost_answer_is_looked_at_once_more(held: str) -> None:
    """The first attempt reached Twenty after it was looked for; the second was refused."""
    server = Server(**{identity(1): {"id": identity(1), "city": "Aloha", "deletedAt": None}})
    lost = iter([True])

    def answer(_call: str, _ids: list[str]) -> None:
        if next(lost, False):
            raise OutcomeUnknown("the answer was lost")
        server.images[identity(1)]["city"] = held
        refuse(Refusal.OTHER)

    server.answer = answer
    applied = held == "Bend"
    assert phases(perform(server, plan(1, "people", Action.UPDATE, city="Bend"))) == [
        (1, Phase.APPLIED if applied else Phase.REFUSED, None if applied else "other")
    ]


def test_the_search_for_refused_records_goes_on_after_a_lost_answer() -> None:
    """Every other answer is lost: a search that began anew each time would never get through to all of them."""
    server = Server(**{identity(n): {"id": identity(n), "city": "Aloha", "deletedAt": None} for n in range(1, 17)})
    requests = iter(range(1_000))

    def answer(_call: str, ids: list[str]) -> None:
        if next(requests) % 2 == 0:
            raise OutcomeUnknown("the answer was lost")
        if {identity(3), identity(12)} & set(ids):
            refuse(Refusal.OTHER)

    server.answer = answer
    outcomes = perform(server, *(plan(n, "people", Action.UPDATE, city="Bend") for n in range(1, 17)))
    assert [n for n, phase, _ in phases(outcomes) if phase is Phase.REFUSED] == [3, 12]


@pytest.mark.parametrize("action", [Action.DELETE, Action.RESTORE, Action.DESTROY])
def test_what_is_in_the_wanted_state_is_not_refused_for_a_second_attempt(action: Action) -> None:
    gone = BURIED if action is Action.DELETE else None
    images = {identity(1): {"deletedAt": gone}, identity(2): {"deletedAt": None if gone else BURIED}}
    if action is Action.DESTROY:
        del images[identity(1)]
    server = Server(**images)
    server.answer = lambda _call, _ids: refuse(Refusal.OTHER)
    assert phases(perform(server, *(plan(number, "people", action) for number in (1, 2)))) == [
        (1, Phase.APPLIED, None),
        (2, Phase.REFUSED, "other"),
    ]


def test_a_record_in_the_trash_that_stays_there_is_updated_by_itself() -> None:
    """An upsert would bring it back to life."""
    server = Server(**{identity(n): {"id": identity(n), "deletedAt": BURIED if n == 2 else None} for n in (1, 2)})
    ours = plan(1, "people", Action.UPDATE, city="Bend"), replace(plan(2, "people", Action.UPDATE, city="Bend"), in_trash=True)
    outcomes = perform(server, *ours)
    assert phases(outcomes) == [(1, Phase.APPLIED, None), (2, Phase.APPLIED, None)]
    assert [call for call, _ in server.requests] == ["update", "upsert"]


def test_an_update_in_the_trash_without_an_answer_is_looked_at_there() -> None:
    """The first attempt arrived after it was looked for, the second is refused: the record stays in the trash, as it should."""
    server, lost = Server(**{identity(1): {"id": identity(1), "city": "Aloha", "deletedAt": BURIED}}), iter([True])

    def update(_plural: str, _identity: str, values: Mapping[str, Any]) -> Image:
        if next(lost, False):
            raise OutcomeUnknown("the answer was lost")
        server.images[identity(1)].update(values)
        raise Refused("refused", kind=Refusal.OTHER)

    server.update = update  # type: ignore[method-assign]
    ours = replace(plan(1, "people", Action.UPDATE, city="Bend"), in_trash=True)
    assert phases(perform(server, ours)) == [(1, Phase.APPLIED, None)]


def test_a_write_that_takes_others_back_is_settled_as_undone() -> None:
    server = Server(**{identity(n): {"id": identity(n), "deletedAt": None} for n in (1, 2)})
    ours = (
        replace(plan(n, "people", a, city="Bend"), undoes=(b"an intent",)) for n, a in [(1, Action.UPDATE), (2, Action.DELETE)]
    )
    assert phases(perform(server, *ours)) == [(1, Phase.UNDONE, None), (2, Phase.UNDONE, None)]


def test_objects_that_are_not_written_any_more_are_taken_back_too() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})
    perform(server, plan(1, "recalls", Action.RESTORE), plan(2, "companies", Action.RESTORE))
    assert server.requests == [("restore", "companies"), ("restore", "recalls")]


def test_destroys_of_several_objects_share_a_request() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})
    came_of = perform(
        server, plan(1, "recalls", Action.DESTROY), plan(2, "tasks", Action.DESTROY), plan(3, "tasks", Action.DESTROY)
    )
    assert server.requests == [("destroy", "recalls, tasks")]
    assert {phase for _, phase, _ in phases(came_of)} == {Phase.APPLIED}  # the third one was gone before


def test_what_a_shared_request_left_there_is_destroyed_by_itself() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})

    def answer(_call: str, _ids: list[str]) -> list[Any] | None:
        if len(server.requests) > 1:
            return None
        del server.images[identity(1)]
        return [identity(1)]

    server.answer = answer
    came_of = perform(server, plan(1, "notes", Action.DESTROY), plan(2, "tasks", Action.DESTROY))
    assert {phase for _, phase, _ in phases(came_of)} == {Phase.APPLIED}
    assert (server.requests, server.images) == ([("destroy", "notes, tasks"), ("destroy", "tasks")], {})


def test_destroys_of_more_than_a_page_of_one_object_go_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "PAGE", 1)
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2, 3)})
    perform(server, *(plan(n, plural, Action.DESTROY) for n, plural in ((1, "notes"), (2, "tasks"), (3, "tasks"))))
    assert server.requests == [("destroy", "notes"), ("destroy", "tasks")]


def test_after_a_shared_request_was_refused_each_object_is_destroyed_by_itself() -> None:
    """Twenty does not say of which object it refused the records (`direct-execution.service.ts`)."""
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})

    def answer(_call: str, ids: list[str]) -> list[Any] | None:
        return refuse(Refusal.OTHER) if identity(1) in ids else None

    server.answer = answer
    came_of = {
        n: phase for n, phase, _ in phases(perform(server, plan(1, "notes", Action.DESTROY), plan(2, "tasks", Action.DESTROY)))
    }
    assert came_of == {1: Phase.REFUSED, 2: Phase.APPLIED}
    assert server.requests == [("destroy", "notes, tasks"), ("destroy", "notes"), ("destroy", "tasks")]


def test_after_a_shared_request_without_an_answer_twenty_is_read_back() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})
    lost: list[str] = []

    def answer(call: str, ids: list[str]) -> list[Any] | None:
        if not lost:
            lost.append(call)
            del server.images[identity(1)]
            raise OutcomeUnknown("the answer was lost")
        return None

    server.answer = answer
    came_of = perform(server, plan(1, "notes", Action.DESTROY), plan(2, "tasks", Action.DESTROY))
    assert {phase for _, phase, _ in phases(came_of)} == {Phase.APPLIED}
    assert server.requests == [("destroy", "notes, tasks")] * 2


@pytest.mark.parametrize("undoes", [(), (b"an intent",)])
def test_after_an_unknown_field_a_sync_sends_no_more_and_a_rollback_goes_on(undoes: tuple[bytes, ...]) -> None:
    server = Server(**{identity(n): {"id": identity(n), "deletedAt": None} for n in (1, 2)})
    server.batch_size = 1

    def answer(_call: str, ids: list[str]) -> list[Any] | None:
        return refuse(Refusal.UNKNOWN_FIELD) if identity(1) in ids else None

    server.answer = answer
    ours = [replace(plan(n, "people", Action.UPDATE, city="Bend"), undoes=undoes) for n in (1, 2)]
    came_of = {number: reason for number, _, reason in phases(perform(server, *ours))}
    assert came_of == {1: "unknown-field", 2: None if undoes else "not_applied"}


def test_of_an_update_only_what_was_sent_counts_as_answered() -> None:
    """A field that a person changed keeps its old answer: otherwise the edit would be taken for ours, and overwritten."""
    server = Server(**{identity(1): {"id": identity(1), "city": "Bend", "jobTitle": "A person's", "deletedAt": None}})
    update = plan(1, "people", Action.UPDATE, city="Salem")
    (outcome,) = perform(server, replace(update, values={"city": "Salem", "jobTitle": "Ours"}))
    assert outcome.answer == {"city": "Salem"}


def test_of_a_create_everything_that_the_workspace_filled_in_counts_as_answered() -> None:
    server = Server()
    server.answer = lambda _call, ids: [
        {"id": ids[0], "city": "Bend", "jobTitle": "", "position": 3, "stage": "NEW", "createdAt": BURIED}
    ]
    (outcome,) = perform(server, plan(1, "people", Action.CREATE, city="Bend"))
    assert outcome.answer == {"city": "Bend", "stage": "NEW"}


def test_refused_ones_come_last_whatever_their_place() -> None:
    server = Server(**{identity(n): {"deletedAt": None} for n in (1, 2)})

    def answer(call: str, ids: list[str]) -> list[Any] | None:
        return refuse(Refusal.VALUE) if call == "upsert" and identity(1) in ids else None

    server.answer = answer
    outcomes = perform(server, plan(1, "people", Action.UPDATE, city="Bend"), plan(2, "people", Action.UPDATE, city="Bend"))
    assert phases(outcomes) == [(2, Phase.APPLIED, None), (1, Phase.REFUSED, "value")]


def refuse(kind: Refusal) -> list[Any]:
    raise Refused("refused", kind=kind, detail="Twenty's words")
