"""A note becomes a note, with one link to its person (field map, note)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import LINKS, NOTES
from projections.links import link, patient_of
from projections.spec import CREATED, PBN_ID, DestinationSpec, Link, TwentyObject, WantedField, WritingStage, names
from projections.values import date_time, moment, rich_text, text

_TITLE = 200


def note(record: Record, context: Context) -> Projected:
    """Return the note and the link of a clinical or office note."""
    values = record.values
    fields = Fields(context, "notes")
    identity = context.pbn_id(Entity.NOTE, record.native_id)
    body = text(values.get("text"))
    fields.put("pbnId", identity)
    fields.put("title", text(values.get("type")) or first_line(body) or "Note")
    fields.put("bodyV2", rich_text(body))
    if "created_at" in values:
        fields.put("originalCreateDate", date_time(values["created_at"]))
    if "author" in values:
        fields.put("originalAuthor", text(values["author"]))
    fields.custom(record.custom)
    person = patient_of(record, context)
    desired = Desired(
        object="notes",
        id=context.twenty_id(Entity.NOTE, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
        created_at=moment(values.get("created_at")),
    )
    row = link(record, context, plural="noteTargets", column="noteId", target=desired)
    return Projected(records=(desired, row) if row else (desired,), missing_words=tuple(fields.missing))


def first_line(body: str) -> str:
    """Return the first line that has text, cut to a title's length."""
    line = next((stripped for raw in body.splitlines() if (stripped := raw.strip())), "")
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


SPEC = DestinationSpec(
    entity=Entity.NOTE,
    place=6,
    shown="notes",
    object=TwentyObject(
        singular="note",
        plural="notes",
        label="Note",
        label_plural="Notes",
        standard=True,
        stage=WritingStage.RECORDS,
        shown="Notes",
        icon=NOTES,
        other_fields=names("title body bodyV2"),
    ),
    fields=(PBN_ID, CREATED, WantedField(name="originalAuthor", label="Original Author", type="TEXT", icon="IconUserEdit")),
    link=Link(
        object=TwentyObject(
            singular="noteTarget",
            plural="noteTargets",
            label="Note Target",
            label_plural="Note Targets",
            standard=True,
            stage=WritingStage.LINKED,
            shown="Links of notes to patients",
            icon=LINKS,
        ),
        column="noteId",
    ),
    project=note,
)
