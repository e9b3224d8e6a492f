"""A patient becomes a person (field map, person)."""

from __future__ import annotations

from typing import Any

from events.vocabulary.entities import Entity
from events.vocabulary.record_locations import location_of
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import PATIENTS, TO_LOOK_AT
from projections.spec import CREATED, PBN_ID, DestinationSpec, TwentyField, TwentyObject, WantedField, WritingStage, names
from projections.values import address, date_time, day, emails, moment, phones
from projections.views import OF_PBN, WantedView, names_in_order, without

_ADDRESS = ("address_street1", "address_street2", "address_city", "address_state", "address_postcode", "address_country")


def person(record: Record, context: Context) -> Projected:
    """Return the person of a patient's record."""
    values = record.values
    identity = context.pbn_id(Entity.PATIENT, record.native_id)
    fields = Fields(context, "people")
    fields.put("pbnId", identity)
    if "first_name" in values or "last_name" in values:
        fields.put("name", {"firstName": values.get("first_name") or "", "lastName": values.get("last_name") or ""})
    if "emails" in values:
        own: Any = values["emails"] or []
        primary: Any = values.get("primary_email")
        fields.put("emails", emails(primary, [e for e in own if e != primary]))
    if "phones" in values:
        numbers: Any = values["phones"] or []
        fields.put("phones", phones(numbers))
    if any(name in values for name in _ADDRESS):
        fields.put("mailingAddress", address(*(values.get(name) for name in _ADDRESS)))
    if "birth_date" in values:
        fields.put("dateOfBirth", day(values["birth_date"]))
    company = context.twenty_id(Entity.PRACTICE, location_of(record, context.practice) or context.practice.id)
    fields.put("companyId", str(company))
    if "provider_ref" in values:
        fields.put("primaryProviderId", context.member(values["provider_ref"]))
    for name, twenty in (
        ("insurance_carrier", "insuranceCarrier"),
        ("referral_source", "referralSource"),
        ("status", "patientStatus"),
    ):
        if name in values:
            fields.word(twenty, values[name])
    for name, twenty in (("created_at", "originalCreateDate"), ("modified_at", "originalModifiedDate")):
        if name in values:
            fields.put(twenty, date_time(values[name]))
    fields.custom(record.custom)
    desired = Desired(
        object="people",
        id=context.twenty_id(Entity.PATIENT, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("companies", company),
        created_at=moment(values.get("created_at")),
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


SPEC = DestinationSpec(
    entity=Entity.PATIENT,
    place=3,
    shown="patients",
    object=TwentyObject(
        singular="person",
        plural="people",
        label="Person",
        label_plural="People",
        standard=True,
        stage=WritingStage.PARENTS,
        shown="Patients",
        icon=PATIENTS,
        other_fields=names(
            """emails email phones phone company companyId jobTitle city avatarUrl avatarFile intro linkedinLink xLink whatsapp
            workPreference performanceRating calendarEventParticipants listMemberships messageParticipants
            pointOfContactForOpportunities"""
        ),
    ),
    fields=(
        PBN_ID,
        WantedField(name="mailingAddress", label="Mailing Address", type="ADDRESS"),
        WantedField(name="dateOfBirth", label="Date of Birth", type="DATE", icon="IconCake"),
        WantedField(
            name="insuranceCarrier", label="Insurance Carrier", type="SELECT", words="insurance_carrier", icon="IconUmbrella"
        ),
        WantedField(
            name="referralSource", label="Referral Source", type="SELECT", words="referral_source", icon="IconSpeakerphone"
        ),
        WantedField(name="patientStatus", label="Patient Status", type="SELECT", words="status", icon="IconHeartbeat"),
        CREATED,
        WantedField(name="originalModifiedDate", label="Original Modified Date", type="DATE_TIME", icon="IconHistory"),
    ),
    relations=(
        TwentyField(
            object="person",
            name="primaryProvider",
            label="Primary Provider",
            type="RELATION",
            target="workspaceMember",
            back_label="Patients",
            icon=PATIENTS,
            back_icon=PATIENTS,
        ),
    ),
    views=(
        WantedView(
            key="patients",
            object="person",
            name="Patients",
            icon=PATIENTS,
            columns=names_in_order(
                "name phones emails dateOfBirth primaryProvider patientStatus billingRecords insuranceCarrier"
            ),
            filters=(OF_PBN,),
        ),
        WantedView(
            key="patientsWithoutProvider",
            object="person",
            name="To look at: patients without a provider",
            icon=TO_LOOK_AT,
            columns=names_in_order("name phones emails patientStatus originalCreateDate"),
            filters=(OF_PBN, without("primaryProvider")),
            to_look_at=True,
        ),
    ),
    project=person,
    provider="primaryProvider",
)
