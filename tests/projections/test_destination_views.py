"""The views that a practice gets: their fields, columns, places in the menu, and what leaves one out."""

import re
from dataclasses import replace

import pytest

from events.vocabulary.custom_objects import of_name
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType, Vocabulary
from projections.destination import destination
from projections.destination_views import destination_layout
from projections.views import ViewKind

NOTHING = ColumnMapping(practice="riverside")
FOLDER = "Riverside Dental"


def layout(mapping=NOTHING):
    return destination_layout(mapping, FOLDER)


def view(key, mapping=NOTHING):
    return next((one for one in layout(mapping).views if one.key == key), None)


def test_every_view_has_a_key_and_a_name_of_its_own_that_twenty_takes():
    views = layout().views
    assert len({one.key for one in views}) == len({(one.object, one.name) for one in views}) == len(views)
    assert all(re.fullmatch(r"[^'\"\\;.=*/]+", one.name) for one in views)


@pytest.mark.parametrize("one", layout().views, ids=lambda one: one.key)
def test_the_first_column_is_the_field_that_names_a_record(one):
    assert one.columns[0] == ("title" if one.object == "task" else "name")


def test_appointments_are_a_calendar_by_their_day_and_apart_from_communications_and_to_dos():
    appointments, communications, to_dos = view("appointments"), view("communications"), view("toDos")
    assert (appointments.kind, appointments.arranged_by) == (ViewKind.CALENDAR, "dueAt")
    assert [(one.field, one.operand, one.options) for one in appointments.filters] == [("taskType", "IS", ("APPOINTMENT",))]
    assert [(one.field, one.operand, one.options) for one in communications.filters] == [("taskType", "IS", ("COMMUNICATION",))]
    assert [(one.field, one.operand) for one in to_dos.filters] == [("taskType", "IS_EMPTY")]


def test_the_task_types_of_the_filters_are_options_of_the_field():
    options = {o for one in layout().views for f in one.filters if f.field == "taskType" for o in f.options}
    assert options == {"APPOINTMENT", "COMMUNICATION"}


def test_claims_and_plans_are_boards_by_status():
    boards = {one.object: one.arranged_by for one in layout().views if one.kind is ViewKind.BOARD}
    assert boards == {"treatmentPlan": "status", "insuranceClaim": "status"}


def test_a_status_of_free_text_makes_no_board():
    words = Vocabulary(entity=Entity.TREATMENT_PLAN, field="status", type=FieldType.TEXT, words=())
    mapping = replace(NOTHING, vocabularies=(words,))
    assert view("treatmentPlansByStatus", mapping) is None
    assert view("insuranceClaimsByStatus", mapping) is not None


def test_a_patients_next_dates_stand_in_the_list_of_patients():
    fields = (
        CustomField(entity=Entity.PATIENT, name="nextAppt", label="Next Appt", type=FieldType.DATE),
        CustomField(entity=Entity.PATIENT, name="nextNote", label="Next Note", type=FieldType.TEXT),
    )
    assert view("patients", replace(NOTHING, custom_fields=fields)).columns[-1] == "nextAppt"


def test_each_object_that_we_make_has_columns_and_stands_in_the_menu_before_its_views():
    found = layout()
    own = [one.singular for one in destination().objects.values() if not one.standard]
    assert [one.object for one in found.columns] == own
    assert found.folder == FOLDER
    assert found.entries[:4] == ("patients", "appointments", "toDos", "communications")
    places = {entry: place for place, entry in enumerate(found.entries)}
    assert all(places[one.object] < places[one.key] for one in found.views if one.object in own)


def test_what_is_to_be_looked_at_stands_last():
    found = layout()
    looked_at = [one.key for one in found.views if one.to_look_at]
    assert looked_at
    assert list(found.entries[-len(looked_at) :]) == looked_at


def test_an_object_of_the_practice_has_its_links_and_first_columns_as_soon_as_its_mapping_turns_it_on():
    made = replace(of_name("labCase"), is_on=True)
    fields = tuple(CustomField(entity=made.entity, name=f"field{n}", label=f"Field {n}", type=FieldType.TEXT) for n in range(9))
    mapping = replace(NOTHING, objects=(made,), custom_fields=fields)
    columns = {one.object: one.columns for one in layout(mapping).columns}
    assert columns["labCase"] == ("name", *(f"field{n}" for n in range(6)))
    assert "labCase" in layout(mapping).entries
