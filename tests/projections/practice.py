"""An invented practice and its workspace, as the projections are given them."""

from uuid import UUID
from zoneinfo import ZoneInfo

from events.change_events import Operation
from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from projections.desired import Context
from projections.project import project
from projections.providers import Provider, directory

NAMESPACE = UUID("0b8e6d2c-7c1f-4f59-9a53-51c3f1a3b0aa")
PRACTICE = Practice(
    id="riverside",
    name="Riverside Dental",
    zone=ZoneInfo("America/Los_Angeles"),
    currency="USD",
    date_order="mdy",
    namespace=NAMESPACE,
)

MARIA = Provider(
    native_id="11",
    code="DR1",
    first_name="Maria",
    last_name="Lopez",
    display_name="Dr. Maria Lopez",
    email="maria@riverside.example",
)
OTTO = Provider(
    native_id="12", code="HYG2", first_name="Otto", last_name="Hansen", display_name=None, email="otto@riverside.example"
)
MARIAS_MEMBER, FALLBACK_MEMBER = "member-maria", "member-fallback"

TYPES = {
    ("people", "insuranceCarrier"): "SELECT",
    ("people", "referralSource"): "TEXT",
    ("people", "patientStatus"): "SELECT",
    ("people", "vip"): "BOOLEAN",
    ("people", "visits"): "NUMBER",
    ("people", "recallStatus"): "SELECT",
    ("people", "lastCleaningDate"): "DATE",
    ("people", "lastContact"): "DATE_TIME",
    ("people", "treatmentCoordinator"): "TEXT",
    ("tasks", "appointmentStatus"): "SELECT",
    ("tasks", "channel"): "SELECT",
    ("tasks", "deliveryStatus"): "SELECT",
    ("tasks", "operatory"): "TEXT",
    ("notes", "template"): "TEXT",
    ("attachments", "category"): "TEXT",
    ("treatmentPlans", "status"): "SELECT",
    ("treatmentPlans", "phase"): "NUMBER",
    ("billingRecords", "paymentPlanStatus"): "SELECT",
    ("billingRecords", "over30"): "NUMBER",
    ("insuranceClaims", "status"): "SELECT",
    ("insuranceClaims", "claimForm"): "TEXT",
}
OPTIONS = {
    ("people", "insuranceCarrier"): {"northern mutual": "NORTHERN_MUTUAL"},
    ("people", "patientStatus"): {"active": "ACTIVE", "deceased": "DECEASED"},
    ("people", "recallStatus"): {"due now": "DUE_NOW"},
    ("tasks", "appointmentStatus"): {"complete": "COMPLETE", "scheduled": "SCHEDULED"},
    ("tasks", "channel"): {"sms": "SMS"},
    ("tasks", "deliveryStatus"): {"delivered": "DELIVERED"},
    ("treatmentPlans", "status"): {"presented": "PRESENTED"},
    ("billingRecords", "paymentPlanStatus"): {"current": "CURRENT"},
    ("insuranceClaims", "status"): {"paid": "PAID"},
}


def context(**about):
    default = {
        "practice": PRACTICE,
        "types": TYPES,
        "options": OPTIONS,
        "members": {"maria@riverside.example": MARIAS_MEMBER},
        "fallback_member": FALLBACK_MEMBER,
        "directory": directory([MARIA, OTTO]),
    }
    return Context(**{**default, **about})


def projected(entity, values, *, native_id="77", custom=None, **about):
    return project(
        Operation.CREATED, Record(entity=entity, native_id=native_id, values=values, custom=custom or {}), context(**about)
    )


def desired(entity, values, **about):
    """Return the record itself: the first of those desired."""
    return projected(entity, values, **about).records[0]


def fields_of(entity, values, **about):
    return desired(entity, values, **about).values


def id_of(entity, native_id):
    return twenty_id(NAMESPACE, pbn_id("riverside", entity, native_id))


ADAS_ID = id_of(Entity.PATIENT, "1042")
COMPANY_ID = id_of(Entity.PRACTICE, "riverside")
