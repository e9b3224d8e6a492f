"""Evidence of a step in the workspace: the ids of what it made, or nothing. Pure.

Of a step whose answer we have, its id is proof enough. Where the answer is lost, only what is exactly as the step makes it
counts: a part that another program or a person made by that name must not be claimed.
"""

from __future__ import annotations

from consumers.data_model.steps import Made, ModelStep, StepKind
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata


def made_by(metadata: Metadata, step: ModelStep, answered: str | None = None) -> Made | None:
    """Return the ids of what the step made; None while the workspace does not show it. `answered` is the metadata id of the
    object or field in Twenty's answer, None where there was no answer.
    """
    if step.object not in metadata:
        return None
    there = metadata.object(step.object)
    if step.kind is StepKind.CREATE_OBJECT:
        is_it = there.id == answered if answered else _looks_like_object(there, step)
        return Made(object=there.id, came_with={f.name: f.id for f in there.fields.values()}) if is_it else None
    if step.kind is StepKind.MAKE_PRIVATE:
        return Made(object=there.id) if there.readability == "PRIVATE" else None
    found = there.fields.get(step.field or "")
    if found is None:
        return None
    if step.kind is StepKind.ADD_OPTIONS:
        return _added(found, step)
    if not (found.id == answered if answered else _looks_like_field(found, step)):
        return None
    return Made(field=found.id, options={option.value: option.id for option in found.options if option.id})


def _looks_like_object(there: ObjectMetadata, step: ModelStep) -> bool:
    found = (there.singular, there.plural, _plain(there.label_singular), _plain(there.label_plural))
    return found == (step.object, step.plural, _plain(step.label), _plain(step.label_plural or "")) and there.is_active


def _looks_like_field(found: FieldMetadata, step: ModelStep) -> bool:
    if (found.type, _plain(found.label), found.is_unique) != (step.type, _plain(step.label), step.unique):
        return False
    if step.target and found.relation and found.relation.target not in (None, step.target):
        return False
    return found.is_active and [option.value for option in found.options] == [value for value, _ in step.options]


def _added(found: FieldMetadata, step: ModelStep) -> Made | None:
    new = {option.value: option.id for option in found.options if option.id and option.id not in step.had}
    if any(value not in new for value, _ in step.options):
        return None
    return Made(field=found.id, options={value: new[value] for value, _ in step.options})


def _plain(label: str) -> str:
    return " ".join(label.split())
