"""The practice becomes a company (field map)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.spec import PBN_ID, DestinationSpec, TwentyObject, WritingStage
from projections.values import text


def company(record: Record, context: Context) -> Projected:
    """Return the company of the practice."""
    identity = context.pbn_id(Entity.PRACTICE, record.native_id)
    values = {"pbnId": identity, "name": text(record.values.get("name"))}
    return Projected(
        records=(
            Desired(
                object="companies", id=context.twenty_id(Entity.PRACTICE, record.native_id), pbn_id=identity, values=values
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
    ),
    fields=(PBN_ID,),
    project=company,
)
