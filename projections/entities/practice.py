"""The practice becomes a company (field map), and each of its locations one that is related to it."""

from __future__ import annotations

from uuid import UUID

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.icons import COMPANIES
from projections.spec import PBN_ID, DestinationSpec, TwentyField, TwentyObject, WritingStage
from projections.values import text


def company(record: Record, context: Context) -> Projected:
    """Return the company of the practice, or of one of its locations."""
    identity = context.pbn_id(Entity.PRACTICE, record.native_id)
    values = {"pbnId": identity, "name": text(record.values.get("name"))}
    group: tuple[str, UUID] | None = None
    if record.native_id != context.practice.id:
        group = ("companies", context.twenty_id(Entity.PRACTICE, context.practice.id))
        values["parentCompanyId"] = str(group[1])
    return Projected(
        records=(
            Desired(
                object="companies",
                id=context.twenty_id(Entity.PRACTICE, record.native_id),
                pbn_id=identity,
                values=values,
                needs=group,
            ),
        )
    )


SPEC = DestinationSpec(
    entity=Entity.PRACTICE,
    place=1,
    shown="practice",
    object=TwentyObject(
        singular="company",
        plural="companies",
        label="Company",
        label_plural="Companies",
        standard=True,
        stage=WritingStage.ROOT,
        shown="Practice",
        icon=COMPANIES,
    ),
    fields=(PBN_ID,),
    of_locations=(
        TwentyField(
            object="company",
            name="parentCompany",
            label="Parent Company",
            type="RELATION",
            target="company",
            back_label="Locations",
            back_icon=COMPANIES,
            icon=COMPANIES,
        ),
    ),
    project=company,
)
