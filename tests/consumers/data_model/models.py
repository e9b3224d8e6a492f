"""Data models made by hand, for what is pure; and a small destination of every kind of step."""

from __future__ import annotations

from typing import Any

from consumers.data_model.ledger import fold
from consumers.data_model.planning.plan import SchemaPlan, plan_of
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, Relation, RelationKind, SelectOption
from projections.destination import destination
from projections.spec import TwentyField

PLANS = destination().objects["treatmentPlan"]
PBN_ID = TwentyField(object="treatmentPlan", name="pbnId", label="PbN ID", type="TEXT", unique=True)
STATUS = TwentyField(
    object="person",
    name="patientStatus",
    label="Patient Status",
    type="SELECT",
    options=(("ACTIVE", "Active"), ("GONE", "Gone")),
)
TASK_STATUS = TwentyField(
    object="task", name="status", label="Status", type="SELECT", options=(("TODO", "To do"), ("WAITING", "Waiting"))
)
PATIENT = TwentyField(
    object="treatmentPlan", name="patient", label="Patient", type="RELATION", target="person", back_label="Treatment Plans"
)
SMALL = (PBN_ID, STATUS, TASK_STATUS, PATIENT)


def small_plan(metadata: Metadata, *fields: TwentyField, decisions: Any = (), version: str = "v1") -> SchemaPlan:
    """Return a plan of one custom object and these fields (default: one of each kind)."""
    applied = fold(decisions, metadata.identity).applied
    return plan_of(
        metadata, (destination().objects["person"], destination().objects["task"], PLANS), fields or SMALL, version, applied
    )


def field(name: str, kind: str, **more: Any) -> FieldMetadata:
    return FieldMetadata(id=f"f-{name}", name=name, label=more.pop("label", name.title()), type=kind, object_id="", **more)


def select(name: str, *labels: str, **more: Any) -> FieldMetadata:
    options = tuple(
        SelectOption(value=label.upper().replace(" ", "_"), label=label, color="blue", position=place, id=f"o-{place}")
        for place, label in enumerate(labels)
    )
    return field(name, "SELECT", options=options, **more)


def relation(name: str, target: str | None, kind: RelationKind = RelationKind.MANY_TO_ONE) -> FieldMetadata:
    column = f"{name}Id" if kind is RelationKind.MANY_TO_ONE else None
    return field(name, "RELATION", relation=Relation(kind=kind, join_column=column, target=target))


def metadata(**fields: list[FieldMetadata]) -> Metadata:
    """Return Twenty's own objects and a member, each with these fields; a custom object is there when it has a list."""
    singulars = {one.singular for one in destination().objects.values() if one.standard} | {"workspaceMember"} | fields.keys()
    return Metadata(object_type(singular, fields.get(singular, [])) for singular in sorted(singulars))


def object_type(singular: str, fields: list[FieldMetadata], **more: Any) -> ObjectMetadata:
    known = destination().objects.get(singular)
    return ObjectMetadata(
        id=f"o-{singular}",
        singular=singular,
        plural=more.pop("plural", known.plural if known else f"{singular}s"),
        label_singular=known.label if known else singular,
        label_plural=known.label_plural if known else f"{singular}s",
        fields={one.name: one for one in fields},
        **more,
    )
