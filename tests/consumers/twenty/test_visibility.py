"""A record that an answer lacks proves nothing where the API key may see only a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, Relation, RelationKind
from consumers.twenty.rights.visibility import NotEverything, hidden_in, require_everything
from consumers.twenty.transport.errors import UnexpectedAnswer
from consumers.twenty.workspace import Workspace

OURS = ("person", "note", "noteTarget", "attachment")


def model(**readability: str) -> Metadata:
    """Return our objects: links and attachments point at persons and notes, attachments at an app's chats too."""

    def one(name: str, *parents: str) -> ObjectMetadata:
        to = {parent: Relation(kind=RelationKind.MANY_TO_ONE, join_column=f"{parent}Id", target=parent) for parent in parents}
        fields = {
            p: FieldMetadata(id=p, name=p, label=p, type="RELATION", object_id=name, relation=relation)
            for p, relation in to.items()
        }
        return ObjectMetadata(
            id=name,
            singular=name,
            plural=f"{name}s",
            label_singular=name,
            label_plural=name,
            fields=fields,
            readability=readability.get(name, "OPEN"),
        )

    links = [one("noteTarget", "note", "person"), one("attachment", "person", "note", "chat")]
    return Metadata([one("person"), one("note"), *links, one("chat")])


@pytest.mark.parametrize(
    ("readability", "hidden"),
    [
        ({}, ()),
        ({"person": "PRIVATE"}, ("person",)),
        ({"note": "SYSTEM"}, ("note",)),
        ({"note": "APPLICATION"}, ("note",)),
        ({"noteTarget": "INHERITED", "attachment": "INHERITED"}, ()),
        ({"note": "PRIVATE", "noteTarget": "INHERITED"}, ("note", "noteTarget")),
        ({"note": "INHERITED", "noteTarget": "INHERITED", "person": "OPEN"}, ()),
        ({"chat": "PRIVATE", "attachment": "INHERITED"}, ()),
    ],
    ids=str,
)
def test_what_may_be_seen_in_part_only(readability: dict[str, str], hidden: tuple[str, ...]) -> None:
    assert hidden_in(model(**readability), OURS) == hidden


def test_a_private_object_is_whole_for_a_key_whose_role_was_granted_all_of_it() -> None:
    private = model(person="PRIVATE", attachment="INHERITED", note="SYSTEM")
    assert hidden_in(private, ("person", "attachment"), ["person"]) == ()
    assert hidden_in(private, ("note",), ["note"]) == ("note",), "nobody can be granted what is the system's"


def test_the_refusal_says_what_to_grant_and_that_nothing_was_written() -> None:
    require_everything(model(), OURS, (), "compare")
    with pytest.raises(NotEverything, match=r"nothing was written.* person, noteTarget .*rule without criteria"):
        require_everything(model(person="PRIVATE", noteTarget="INHERITED"), OURS, (), "compare")


@pytest.mark.parametrize("like", ["2.21", "2.43"])
def test_a_server_is_asked_for_it_only_where_it_offers_that(serve_rehearsal: Callable[..., str], like: str) -> None:
    url = serve_rehearsal("key", rate_limit=0, like=like)
    with Workspace(url, "key", rate_limit=0) as workspace:
        assert hidden_in(workspace.metadata(), [one.singular for one in workspace.metadata().objects]) == ()
        assert workspace.metadata_requests == (3 if like == "2.21" else 5)


def access(**more: Any) -> httpx.Response:
    node = {"nameSingular": "person", "readability": "PRIVATE", "writability": "OPEN", **more}
    return httpx.Response(200, json={"data": {"objects": {"edges": [{"node": node}], "pageInfo": {"hasNextPage": False}}}})


def test_readability_and_writability_are_read_from_the_server() -> None:
    fields = [{"name": "jobTitle", "writability": "APPLICATION"}, {"name": "name", "writability": None}]

    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            person = {"id": "p", "nameSingular": "person", "namePlural": "people", "fields": []}
            person["fields"] = [{"id": name, "name": name, "type": "TEXT"} for name in ("jobTitle", "name")]
            return httpx.Response(200, json={"data": [person], "pageInfo": {"hasNextPage": False}})
        if b"__schema" in request.content:
            types = [{"name": "Object", "fields": [{"name": "readability"}]}]
            return httpx.Response(200, json={"data": {"__schema": {"types": types}}})
        return access(fieldsList=fields) if b"readability" in request.content else access(fieldsList=[])

    workspace = Workspace("http://twenty.test", "key", transport=httpx.MockTransport(handle))
    person = workspace.metadata().object("person")
    assert (person.readability, person.writability) == ("PRIVATE", "OPEN")
    assert (person.field("jobTitle").writability, person.field("name").writability) == ("APPLICATION", "OPEN")


def test_an_answer_of_another_form_is_not_understood(twenty: Any) -> None:
    twenty.offers = ("Object.readability",)
    workspace = Workspace(
        "http://twenty.test",
        "key",
        transport=httpx.MockTransport(
            lambda request: (
                httpx.Response(200, json={"data": {"objects": None}}) if b"readability" in request.content else twenty(request)
            )
        ),
    )
    with pytest.raises(UnexpectedAnswer):
        workspace.metadata()
