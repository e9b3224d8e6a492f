"""A document becomes an attachment on its person; the bytes are uploaded, the original name and date are kept (field map)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected, Upload
from projections.fields import Fields
from projections.icons import FILES
from projections.links import patient_of
from projections.spec import CREATED, PBN_ID, DestinationSpec, TwentyObject, WritingStage, names
from projections.values import date_time, moment, text


def attachment(record: Record, context: Context) -> Projected:
    """Return the attachment of a document. Its `file` value names the bytes by their SHA-256; the consumer uploads them."""
    values = record.values
    fields = Fields(context, "attachments")
    identity = context.pbn_id(Entity.DOCUMENT, record.native_id)
    person = patient_of(record, context)
    name, digest = text(values.get("file_name")), text(values.get("sha256"))
    fields.put("pbnId", identity)
    fields.put("name", name)
    fields.put("targetPersonId", str(person) if person else None)
    if "created_at" in values:
        fields.put("originalCreateDate", date_time(values["created_at"]))
    if digest:
        fields.put("file", [{"sha256": digest, "label": name}])
    fields.custom(record.custom)
    desired = Desired(
        object="attachments",
        id=context.twenty_id(Entity.DOCUMENT, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
        created_at=moment(values.get("created_at")),
        upload=Upload(path=text(values.get("path")), sha256=digest, name=name) if digest else None,
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


SPEC = DestinationSpec(
    entity=Entity.DOCUMENT,
    place=7,
    shown="documents",
    object=TwentyObject(
        singular="attachment",
        plural="attachments",
        label="Attachment",
        label_plural="Attachments",
        standard=True,
        stage=WritingStage.LINKED,
        shown="Documents",
        icon=FILES,
        other_fields=names(
            """file fileCategory fullPath author authorId targetPerson targetPersonId targetCompany targetCompanyId targetTask
            targetTaskId targetNote targetNoteId targetDashboard targetDashboardId targetOpportunity targetOpportunityId
            targetWorkflow targetWorkflowId targetTreatmentPlan targetTreatmentPlanId targetBillingRecord
            targetBillingRecordId targetInsuranceClaim targetInsuranceClaimId"""
        ),
    ),
    fields=(PBN_ID, CREATED),
    project=attachment,
)
