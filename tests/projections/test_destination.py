"""The data model that Twenty must have: exactly the names and types of the field map."""

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, CustomField, FieldType, Vocabulary
from projections.destination import destination, destination_fields

FIELD_MAP = {
    "company": {"pbnId": "TEXT"},
    "person": {
        "pbnId": "TEXT",
        "mailingAddress": "ADDRESS",
        "dateOfBirth": "DATE",
        "insuranceCarrier": "SELECT",
        "referralSource": "SELECT",
        "patientStatus": "SELECT",
        "originalCreateDate": "DATE_TIME",
        "originalModifiedDate": "DATE_TIME",
        "primaryProvider": "RELATION",
    },
    "task": {
        "pbnId": "TEXT",
        "taskType": "SELECT",
        "appointmentType": "TEXT",
        "appointmentStatus": "SELECT",
        "originalAppointmentDate": "DATE_TIME",
        "originalCreateDate": "DATE_TIME",
        "channel": "SELECT",
        "deliveryStatus": "SELECT",
    },
    "note": {"pbnId": "TEXT", "originalCreateDate": "DATE_TIME", "originalAuthor": "TEXT"},
    "attachment": {"pbnId": "TEXT", "originalCreateDate": "DATE_TIME"},
    "treatmentPlan": {
        "pbnId": "TEXT",
        "patient": "RELATION",
        "status": "SELECT",
        "estimatedCost": "CURRENCY",
        "actualCost": "CURRENCY",
        "procedureCode": "TEXT",
        "toothSurface": "TEXT",
        "surfaceFee": "CURRENCY",
        "lineItemCount": "NUMBER",
        "lineItems": "RAW_JSON",
        "originalCreateDate": "DATE_TIME",
    },
    "billingRecord": {
        "pbnId": "TEXT",
        "patient": "RELATION",
        "outstandingBalance": "CURRENCY",
        "paymentPlanStatus": "SELECT",
        "lastPaymentDate": "DATE",
        "asOfDate": "DATE",
    },
    "insuranceClaim": {
        "pbnId": "TEXT",
        "patient": "RELATION",
        "status": "SELECT",
        "submittedAmount": "CURRENCY",
        "paidAmount": "CURRENCY",
        "adjustmentAmount": "CURRENCY",
        "carrier": "TEXT",
        "serviceDate": "DATE",
    },
}
NOTHING = ColumnMapping(practice="riverside")


def fields(mapping=NOTHING):
    return {(f.object, f.name): f for f in destination_fields(mapping)}


def with_words(entity, field, *words, type_=FieldType.SELECT):
    return ColumnMapping(practice="riverside", vocabularies=(Vocabulary(entity=entity, field=field, type=type_, words=words),))


def with_custom(entity, name, type_, vocabularies=()):
    return ColumnMapping(
        practice="riverside",
        custom_fields=(CustomField(entity=entity, name=name, label=name.title(), type=type_),),
        vocabularies=vocabularies,
    )


def test_the_fields_and_their_types_are_those_of_the_field_map():
    found = {singular: {} for singular in FIELD_MAP}
    for field in destination_fields(NOTHING):
        found[field.object][field.name] = field.type
    assert found == FIELD_MAP


@pytest.mark.parametrize("singular", FIELD_MAP)
def test_the_pbn_id_is_unique_on_every_object(singular):
    field = fields()[singular, "pbnId"]
    assert (field.unique, field.label) == (True, "PbN ID")


def test_nothing_else_is_unique():
    assert {f.name for f in destination_fields(NOTHING) if f.unique} == {"pbnId"}


@pytest.mark.parametrize(
    ("singular", "name", "target", "back_label"),
    [
        ("treatmentPlan", "patient", "person", "Treatment Plans"),
        ("billingRecord", "patient", "person", "Billing Records"),
        ("insuranceClaim", "patient", "person", "Insurance Claims"),
        ("person", "primaryProvider", "workspaceMember", "Patients"),
    ],
)
def test_a_relation_names_its_other_side(singular, name, target, back_label):
    field = fields()[singular, name]
    assert (field.target, field.back_label) == (target, back_label)


def test_relations_are_made_last():
    kinds = [f.type == "RELATION" for f in destination_fields(with_custom(Entity.PATIENT, "vip", FieldType.BOOLEAN))]
    assert kinds == sorted(kinds)


def test_the_three_objects_of_our_own():
    ours = {o.singular: (o.plural, o.label, o.label_plural) for o in destination().objects.values() if not o.standard}
    assert ours == {
        "treatmentPlan": ("treatmentPlans", "Treatment Plan", "Treatment Plans"),
        "billingRecord": ("billingRecords", "Billing Record", "Billing Records"),
        "insuranceClaim": ("insuranceClaims", "Insurance Claim", "Insurance Claims"),
    }


def test_the_task_type_is_labelled_type_and_tells_appointments_from_communications():
    field = fields()["task", "taskType"]
    assert field.label == "Type"
    assert field.options == (("APPOINTMENT", "Appointment"), ("COMMUNICATION", "Communication"))


SELECTS = [
    ("person", "insuranceCarrier", Entity.PATIENT, "insurance_carrier"),
    ("person", "referralSource", Entity.PATIENT, "referral_source"),
    ("person", "patientStatus", Entity.PATIENT, "status"),
    ("task", "appointmentStatus", Entity.APPOINTMENT, "status"),
    ("task", "channel", Entity.COMMUNICATION, "channel"),
    ("task", "deliveryStatus", Entity.COMMUNICATION, "delivery_status"),
    ("treatmentPlan", "status", Entity.TREATMENT_PLAN, "status"),
    ("billingRecord", "paymentPlanStatus", Entity.BILLING, "payment_plan_status"),
]


@pytest.mark.parametrize(("singular", "name", "entity", "field"), SELECTS)
def test_a_select_has_one_option_for_each_word_of_the_practice(singular, name, entity, field):
    mapping = with_words(entity, field, "First word", "FIRST  WORD", "Second, word")
    assert fields(mapping)[singular, name].options == (("FIRST_WORD", "First word"), ("SECOND_WORD", "Second word"))


@pytest.mark.parametrize(("singular", "name", "entity", "field"), SELECTS)
def test_a_select_without_words_has_one_option_for_twenty_wants_one(singular, name, entity, field):
    assert fields()[singular, name].options == (("UNKNOWN", "Unknown"),)
    assert fields(with_words(entity, field))[singular, name].options == (("UNKNOWN", "Unknown"),)


@pytest.mark.parametrize(
    ("singular", "name", "entity", "field"), [*SELECTS, ("insuranceClaim", "status", Entity.CLAIM, "status")]
)
def test_a_field_whose_words_are_free_text_is_text(singular, name, entity, field):
    found = fields(with_words(entity, field, "any", "words", type_=FieldType.TEXT))[singular, name]
    assert (found.type, found.options) == ("TEXT", ())


def test_words_of_one_field_are_not_options_of_another():
    mapping = with_words(Entity.APPOINTMENT, "status", "Seated")
    assert fields(mapping)["treatmentPlan", "status"].options == (("UNKNOWN", "Unknown"),)


def test_a_claim_has_the_four_statuses_and_what_else_the_data_has():
    mapping = with_words(Entity.CLAIM, "status", "PAID", "On hold")
    assert [value for value, _ in fields(mapping)["insuranceClaim", "status"].options] == [
        "SUBMITTED",
        "PENDING",
        "PAID",
        "DENIED",
        "ON_HOLD",
    ]


@pytest.mark.parametrize("type_", [t for t in FieldType if t is not FieldType.SELECT])
def test_a_custom_field_has_the_type_of_its_data(type_):
    field = fields(with_custom(Entity.PATIENT, "recall", type_))["person", "recall"]
    assert (field.type, field.label, field.options, field.unique) == (type_.value, "Recall", (), False)


@pytest.mark.parametrize("entity", destination().object_of)
def test_a_custom_field_is_on_the_object_of_its_row(entity):
    assert (destination().object_of[entity], "extra") in fields(with_custom(entity, "extra", FieldType.TEXT))


def test_a_custom_select_has_its_words_as_options():
    words = Vocabulary(entity=Entity.PATIENT, field="recall", type=FieldType.SELECT, words=("Due now", "Later"))
    field = fields(with_custom(Entity.PATIENT, "recall", FieldType.SELECT, (words,)))["person", "recall"]
    assert (field.type, field.options) == ("SELECT", (("DUE_NOW", "Due now"), ("LATER", "Later")))


def test_a_custom_select_without_words_has_one_option():
    field = fields(with_custom(Entity.PATIENT, "recall", FieldType.SELECT))["person", "recall"]
    assert field.options == (("UNKNOWN", "Unknown"),)


def test_a_providers_custom_columns_have_no_object_to_go_to():
    assert fields(with_custom(Entity.PROVIDER, "licence", FieldType.TEXT)) == fields()


def test_a_name_is_made_once():
    twice = ColumnMapping(
        practice="riverside",
        custom_fields=(
            CustomField(entity=Entity.APPOINTMENT, name="priority", label="Priority", type=FieldType.TEXT),
            CustomField(entity=Entity.COMMUNICATION, name="priority", label="Priority", type=FieldType.TEXT),
            CustomField(entity=Entity.PATIENT, name="dateOfBirth", label="Date of Birth", type=FieldType.TEXT),
        ),
    )
    names = [(f.object, f.name) for f in destination_fields(twice)]
    assert len(names) == len(set(names))
    assert fields(twice)["person", "dateOfBirth"].type == "DATE"
