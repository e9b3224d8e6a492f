"""Views and the navigation menu of a rehearsal workspace, as Twenty 2.21's source makes them."""

from __future__ import annotations

import pytest

from tests.rehearsal.client import Client

VIEWS = """{ getViews { id name objectMetadataId type key isActive mainGroupByFieldMetadataId
  viewFields { id fieldMetadataId isVisible position } viewFilters { id operand value } viewSorts { id direction }
  viewGroups { fieldValue position } } }"""
ITEMS = "{ navigationMenuItems { id type name viewId targetObjectMetadataId folderId position } }"
NEW_VIEW = "mutation($i: CreateViewInput!) { createView(input: $i) { id name viewGroups { fieldValue } } }"
NEW_COLUMNS = "mutation($i: [CreateViewFieldInput!]!) { createManyViewFields(inputs: $i) { id } }"
NEW_FILTER = "mutation($i: CreateViewFilterInput!) { createViewFilter(input: $i) { id operand } }"
UPDATE_COLUMN = "mutation($i: UpdateViewFieldInput!) { updateViewField(input: $i) { isVisible position } }"
NEW_ITEMS = "mutation($i: [CreateNavigationMenuItemInput!]!) { createManyNavigationMenuItems(inputs: $i) { id position } }"
ID = "0b1c7a52-0000-4000-8000-00000000000{}"


@pytest.fixture
def client() -> Client:
    return Client()


def ask(client, query, **variables):
    answer = client.metadata(query, **variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def refusal(client, query, **variables):
    (error,) = client.metadata(query, **variables)["errors"]
    found = error["extensions"].get("errors")
    return next(iter(found.values()))[0]["errors"][0]["message"] if found else error["message"]


def found_object(client, singular):
    return client.get(f"/rest/metadata/objects/{client.object_id(singular)}")


def new_object(client):
    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    return client.post("/rest/metadata/objects", names)


def views_of(client, object_id):
    return {one["type"]: one for one in ask(client, VIEWS)["getViews"] if one["objectMetadataId"] == object_id}


def names(client, view, *, visible=True):
    fields = {f["id"]: f["name"] for o in client.get("/rest/metadata/objects", limit=200)["data"] for f in o["fields"]}
    columns = sorted(view["viewFields"], key=lambda one: one["position"])
    return [fields[one["fieldMetadataId"]] for one in columns if one["isVisible"] is visible]


def test_a_new_object_gets_an_index_view_a_record_page_view_and_a_navigation_item(client):
    made = new_object(client)
    found = views_of(client, made["id"])
    assert (found["TABLE"]["name"], found["TABLE"]["key"]) == ("All Visits", "INDEX")
    assert names(client, found["TABLE"])[0] == "name"
    assert found["FIELDS_WIDGET"]["name"] == "Visit Record Page Fields"
    assert [i["type"] for i in ask(client, ITEMS)["navigationMenuItems"] if i["targetObjectMetadataId"] == made["id"]] == [
        "OBJECT"
    ]


def test_a_new_field_is_hidden_in_the_index_view_and_shown_on_the_record_page(client):
    client.add_field("person", "pbnId", "TEXT")
    person = found_object(client, "person")
    found = {one["name"]: one for one in ask(client, VIEWS)["getViews"] if one["objectMetadataId"] == person["id"]}
    assert names(client, found["All People"], visible=False) == ["pbnId"]
    assert "pbnId" in names(client, found["Person Record Page Fields"])


def test_the_other_side_of_a_relation_is_shown_on_the_record_page(client):
    made = new_object(client)
    person = found_object(client, "person")
    payload = {
        "type": "MANY_TO_ONE",
        "targetObjectMetadataId": person["id"],
        "targetFieldLabel": "Visits",
        "targetFieldIcon": "IconBox",
    }
    client.add_field("visit", "patient", "RELATION", label="Patient", relationCreationPayload=payload)
    assert "visits" in names(client, views_of(client, person["id"])["FIELDS_WIDGET"])
    assert "patient" in names(client, views_of(client, made["id"])["TABLE"], visible=False)


def test_a_board_has_a_group_for_each_option_and_follows_later_ones(client):
    field = client.add_field("person", "state", "SELECT", options=[{"value": "NEW", "label": "New"}])
    view = {"name": "By state", "icon": "IconList", "type": "KANBAN", "objectMetadataId": field["objectMetadataId"]}
    assert "main group by" in refusal(client, NEW_VIEW, i=view)
    made = ask(client, NEW_VIEW, i=view | {"mainGroupByFieldMetadataId": field["id"]})["createView"]
    assert [one["fieldValue"] for one in made["viewGroups"]] == ["NEW", ""]
    options = [*field["options"], {"value": "OLD", "label": "Old", "color": "red", "position": 1}]
    client.patch(f"/rest/metadata/fields/{field['id']}", {"options": options})
    found = next(one for one in ask(client, VIEWS)["getViews"] if one["id"] == made["id"])
    assert [one["fieldValue"] for one in found["viewGroups"]] == ["NEW", "", "OLD"]


def test_a_view_takes_the_id_that_is_sent_once(client):
    view = {
        "id": ID.format(1),
        "name": "Patients",
        "icon": "IconUser",
        "objectMetadataId": found_object(client, "person")["id"],
    }
    assert ask(client, NEW_VIEW, i=view)["createView"]["id"] == ID.format(1)
    assert "failed" in refusal(client, NEW_VIEW, i=view)


@pytest.mark.parametrize("name", ["a/b", "1.2", "it's", ""])
def test_a_view_has_no_such_name(client, name):
    view = {"name": name, "icon": "IconUser", "objectMetadataId": found_object(client, "person")["id"]}
    assert "name validation" in refusal(client, NEW_VIEW, i=view)


def test_columns_come_all_or_none_and_each_field_once(client):
    person = found_object(client, "person")
    fields = {one["name"]: one["id"] for one in person["fields"]}
    view = ask(client, NEW_VIEW, i={"name": "P", "icon": "IconUser", "objectMetadataId": person["id"]})["createView"]["id"]
    column = {"viewId": view, "fieldMetadataId": fields["name"], "position": 0}
    twice = [column, {"viewId": view, "fieldMetadataId": fields["name"], "position": 1}]
    assert "already exists" in refusal(client, NEW_COLUMNS, i=twice)
    assert views_of(client, person["id"])["TABLE"]["viewFields"] == []
    before_label = [column | {"position": 1}, {"viewId": view, "fieldMetadataId": fields["phones"], "position": 0}]
    assert "lower than label" in refusal(client, NEW_COLUMNS, i=before_label)
    ask(client, NEW_COLUMNS, i=[column, {"viewId": view, "fieldMetadataId": fields["phones"], "position": 1}])
    assert names(client, views_of(client, person["id"])["TABLE"]) == ["name", "phones"]


def test_the_column_of_the_label_stays_visible_and_first(client):
    index = views_of(client, found_object(client, "person")["id"])["TABLE"]
    label = min(index["viewFields"], key=lambda one: one["position"])
    assert "stay visible" in refusal(client, UPDATE_COLUMN, i={"id": label["id"], "update": {"isVisible": False}})
    assert "minimal position" in refusal(client, UPDATE_COLUMN, i={"id": label["id"], "update": {"position": 99}})


def test_a_filter_has_an_operand_and_options_of_its_field(client):
    task = found_object(client, "task")
    status = next(one["id"] for one in task["fields"] if one["name"] == "status")
    view = ask(client, NEW_VIEW, i={"name": "T", "icon": "IconUser", "objectMetadataId": task["id"]})["createView"]["id"]
    sent = {"viewId": view, "fieldMetadataId": status, "operand": "IS", "value": '["TODO"]'}
    assert "not supported" in refusal(client, NEW_FILTER, i=sent | {"operand": "CONTAINS"})
    assert "do not exist" in refusal(client, NEW_FILTER, i=sent | {"value": '["NEVER"]'})
    assert ask(client, NEW_FILTER, i=sent)["createViewFilter"]["operand"] == "IS"


def test_a_field_that_goes_takes_its_columns_and_the_boards_that_it_arranges(client):
    field = client.add_field("person", "state", "SELECT", options=[{"value": "NEW", "label": "New"}])
    sent = {"name": "B", "icon": "IconList", "type": "KANBAN", "mainGroupByFieldMetadataId": field["id"]}
    ask(client, NEW_VIEW, i=sent | {"objectMetadataId": field["objectMetadataId"]})
    client.delete(f"/rest/metadata/fields/{field['id']}")
    found = views_of(client, field["objectMetadataId"])
    assert "KANBAN" not in found
    assert all(one["fieldMetadataId"] != field["id"] for one in found["TABLE"]["viewFields"])


def test_a_folder_is_made_with_its_items_and_goes_with_them(client):
    view = ask(client, VIEWS)["getViews"][0]["id"]
    before = ask(client, ITEMS)
    folder = {"id": ID.format(2), "type": "FOLDER", "name": "Riverside"}
    item = {"id": ID.format(3), "type": "VIEW", "viewId": view, "folderId": ID.format(2)}
    made = ask(client, NEW_ITEMS, i=[item, folder])["createManyNavigationMenuItems"]
    assert [one["id"] for one in made] == [item["id"], folder["id"]]
    assert "viewId is required" in refusal(client, NEW_ITEMS, i=[{"type": "VIEW"}])
    assert "maximum depth" in refusal(client, NEW_ITEMS, i=[folder | {"id": ID.format(4), "folderId": ID.format(2)}])
    ask(client, "mutation($i: UUID!) { deleteNavigationMenuItem(id: $i) { id } }", i=folder["id"])
    assert ask(client, ITEMS) == before


def test_a_view_that_is_destroyed_takes_its_navigation_items_along(client):
    person = found_object(client, "person")
    view = ask(client, NEW_VIEW, i={"name": "P", "icon": "IconUser", "objectMetadataId": person["id"]})["createView"]["id"]
    ask(client, NEW_ITEMS, i=[{"type": "VIEW", "viewId": view}])
    destroy = "mutation($i: String!) { destroyView(id: $i) }"
    assert ask(client, destroy, i=view) == {"destroyView": True}
    assert all(one["viewId"] != view for one in ask(client, ITEMS)["navigationMenuItems"])


def test_a_view_that_twenty_made_is_only_switched_off(client):
    index = views_of(client, new_object(client)["id"])["TABLE"]
    ask(client, "mutation($i: String!) { destroyView(id: $i) }", i=index["id"])
    assert next(one["isActive"] for one in ask(client, VIEWS)["getViews"] if one["id"] == index["id"]) is False


def test_an_object_that_goes_leaves_nothing_of_its_layout(client):
    before = ask(client, VIEWS), ask(client, ITEMS)
    client.delete(f"/rest/metadata/objects/{new_object(client)['id']}")
    assert (ask(client, VIEWS), ask(client, ITEMS)) == before


def test_the_layout_survives_a_restart(tmp_path):
    client = Client(file=tmp_path / "workspace.db")
    new_object(client)
    before = ask(client, VIEWS), ask(client, ITEMS)
    again = Client(file=tmp_path / "workspace.db")
    assert (ask(again, VIEWS), ask(again, ITEMS)) == before


def test_a_field_that_is_switched_off_takes_its_columns_and_the_boards_that_it_arranges_along(client):
    made = new_object(client)
    options = [{"value": "OPEN", "label": "Open", "color": "red", "position": 0}]
    kind = client.add_field("visit", "kind", "SELECT", options=options)
    board = {"id": ID.format(7), "name": "By kind", "objectMetadataId": made["id"], "type": "KANBAN", "icon": "IconList"}
    ask(client, NEW_VIEW, i=board | {"mainGroupByFieldMetadataId": kind["id"]})
    assert {"KANBAN", "TABLE"} <= views_of(client, made["id"]).keys()
    client.patch(f"/rest/metadata/fields/{kind['id']}", {"isActive": False})
    found = views_of(client, made["id"])
    assert "KANBAN" not in found
    columns = {c["fieldMetadataId"] for one in found.values() for c in one["viewFields"]}
    assert kind["id"] not in columns
    client.patch(f"/rest/metadata/fields/{kind['id']}", {"isActive": True})
    assert "KANBAN" not in views_of(client, made["id"])


def test_a_field_that_is_switched_off_is_read_and_written_all_the_same(client):
    """Nothing under `engine/api` of 2.21 asks whether a field is active, but for the merge."""
    field = client.add_field("person", "shade", "TEXT")
    client.patch(f"/rest/metadata/fields/{field['id']}", {"isActive": False})
    [made] = client.post("/rest/people", {"shade": "A2"})["data"].values()
    assert made["shade"] == "A2"
