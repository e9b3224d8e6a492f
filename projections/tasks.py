"""Tasks, each with one link to its person: what appointments and communications have in common (field map, task)."""

from __future__ import annotations

from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import LINKS, TASKS
from projections.links import link, patient_of
from projections.spec import Link, TwentyObject, WritingStage, names
from projections.values import moment, rich_text
from projections.views import ViewFilter

TASK = TwentyObject(
    singular="task",
    plural="tasks",
    label="Task",
    label_plural="Tasks",
    standard=True,
    stage=WritingStage.RECORDS,
    shown="Appointments and communications",
    icon=TASKS,
    other_fields=names("title body bodyV2 dueAt status assignee assigneeId"),
)
TASK_LINK = Link(
    object=TwentyObject(
        singular="taskTarget",
        plural="taskTargets",
        label="Task Target",
        label_plural="Task Targets",
        standard=True,
        stage=WritingStage.LINKED,
        shown="Links of appointments to patients",
        icon=LINKS,
    ),
    column="taskId",
)


def of_type(task_type: str) -> ViewFilter:
    """Return the condition that a task is an appointment, or a communication."""
    return ViewFilter(field="taskType", operand="IS", options=(task_type,))


def begun_task(record: Record, context: Context, task_type: str) -> Fields:
    """Return the values that every task has."""
    fields = Fields(context, "tasks")
    fields.put("pbnId", context.pbn_id(record.entity, record.native_id))
    fields.put("taskType", task_type)
    fields.custom(record.custom)
    return fields


def linked_task(record: Record, context: Context, fields: Fields, *, created_at: object) -> Projected:
    """Return the task with these values, and its link. `created_at` is the source's own date of it."""
    person = patient_of(record, context)
    task = Desired(
        object="tasks",
        id=context.twenty_id(record.entity, record.native_id),
        pbn_id=fields.values["pbnId"],
        values=fields.values,
        needs=("people", person) if person else None,
        created_at=moment(created_at),
    )
    row = link(record, context, plural="taskTargets", column="taskId", target=task)
    return Projected(records=(task, row) if row else (task,), missing_words=tuple(fields.missing))


def body(head: str, tail: str) -> dict[str, object]:
    """Return the body of a task: what is told of it, then a text."""
    return rich_text("\n\n".join(part for part in (head, tail) if part))
