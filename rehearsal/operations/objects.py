"""Changing the data model: objects (cassette ``metadata-objects``)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rehearsal.layout.following import object_gone
from rehearsal.model.blueprint import custom_object
from rehearsal.model.model import ObjectType
from rehearsal.model.names import MAX_LENGTH, TOO_LONG, name_problems
from rehearsal.operations.refusals import ModelProblem, missing, refused
from rehearsal.operations.reshaping import column_renamer, put_objects
from rehearsal.values.clock import now_text
from rehearsal.values.errors import coded, validation_pipe
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

_TEXTS = (
    *(("labelSingular", "label_singular"), ("labelPlural", "label_plural")),
    *(("description", "description"), ("icon", "icon")),
)
REQUIRED = ("nameSingular", "namePlural", "labelSingular", "labelPlural")


def create_object(workspace: RehearsalWorkspace, sent: dict[str, Any]) -> ObjectType:
    """Create a custom object, and what links tasks, notes, attachments and timeline to it.

    Args:
        workspace: where.
        sent: ``nameSingular``, ``namePlural``, ``labelSingular``, ``labelPlural``, perhaps ``description`` and ``icon``.

    Raises:
        ApiError: something is missing, a name is taken, reserved or not valid.
    """
    if wrong := [text for key in REQUIRED for text in text_problems(sent, key)]:
        raise validation_pipe(wrong)
    problems = [*_name_problems(workspace, sent["nameSingular"], sent["namePlural"]), *_label_problems(sent)]
    if sent.get("isRemote"):
        problems.append(ModelProblem(code="INVALID_OBJECT_INPUT", message="Remote objects are not supported yet"))
    if not problems and len(sent["nameSingular"]) > MAX_LENGTH - len("target"):
        # Links get a field that is called target and the name.
        about = {"name": f"target{sent['nameSingular'][0].upper()}{sent['nameSingular'][1:]}"}
        raise refused(
            "creating object", "fieldMetadata", [ModelProblem(code="INVALID_FIELD_INPUT", message=TOO_LONG)], about, "create"
        )
    if problems:
        raise refused("creating object", "objectMetadata", problems, _about(sent), "create")
    item, changed = custom_object(new_uuid(), sent, workspace.model, now_text())
    workspace.store.add_table(item)
    put_objects(workspace, item, *changed)
    return item


def update_object(workspace: RehearsalWorkspace, object_id: str, sent: dict[str, Any]) -> ObjectType:
    """Change labels, names, description, icon, or whether it is active; records stay.

    Raises:
        ApiError: there is no such object, or a name is taken, reserved or not valid.
    """
    item = workspace.model.get(object_id)
    if item is None:
        raise missing("Object to update not found", "OBJECT_METADATA_NOT_FOUND")
    singular, plural = sent.get("nameSingular", item.name_singular), sent.get("namePlural", item.name_plural)
    problems = (
        _name_problems(workspace, singular, plural, item)
        if (singular, plural) != (item.name_singular, item.name_plural)
        else []
    )
    if not item.custom and (singular, plural) != (item.name_singular, item.name_plural):
        changed_names = [key for key in ("nameSingular", "namePlural") if key in sent]
        message = f"Cannot edit standard object metadata properties: {', '.join(changed_names)}"
        raise coded(message, "INVALID_OBJECT_INPUT")
    problems += _label_problems(sent)
    readability = sent.get("readability", item.readability) if workspace.form.makes_private else item.readability
    if readability == "PRIVATE" != item.readability and item.id not in workspace.shared:
        why = "without a backfill sharing rule: nobody would be able to read the records"
        problems.append(ModelProblem(code="INVALID_OBJECT_INPUT", message=f"Cannot make {item.label_plural} private {why}"))
    if problems:
        raise refused("updating object", "objectMetadata", problems, _about(sent), "update")
    changed = replace(
        item,
        name_singular=singular,
        name_plural=plural,
        # What a standard object is called is kept apart from it, and is not shown here.
        **({name: sent.get(key, getattr(item, name)) for key, name in _TEXTS} if item.custom else {}),
        active=sent.get("isActive", item.active),
        readability=readability,
        updated_at=now_text(),
    )
    put_objects(workspace, changed)
    if changed.pascal != item.pascal:
        _rename_targets(workspace, item, changed)
    return changed


def delete_object(workspace: RehearsalWorkspace, object_id: str) -> ObjectType:
    """Take a custom object away, with its records and with the fields of other objects that led to it.

    Raises:
        ApiError: there is no such object, or it is a standard one.
    """
    item = workspace.model.get(object_id)
    if item is None:
        raise missing("Could not find flat entity in maps", "ENTITY_NOT_FOUND")
    if not item.custom:
        problem = ModelProblem(code="INVALID_OBJECT_INPUT", message="Standard objects cannot be deleted")
        raise refused("deleting object", "objectMetadata", [problem], {"nameSingular": item.name_singular}, "delete")
    workspace.model.remove(item.id)
    workspace.store.drop_table(item)
    object_gone(workspace.layout, item)
    workspace.reshaped.add(item.id)
    others = [other for other in workspace.model if any(field.target_object_id == item.id for field in other.fields)]
    put_objects(workspace, *(_without(other, item.id) for other in others))
    return replace(item, fields=())


def found_object(workspace: RehearsalWorkspace, object_id: str) -> ObjectType:
    """Return the object with this id. Raises ApiError: there is none (cassette ``metadata-list``)."""
    item = workspace.model.get(object_id)
    if item is None:
        raise missing("Object metadata not found", "OBJECT_METADATA_NOT_FOUND")
    return item


def text_problems(sent: dict[str, Any], key: str) -> list[str]:
    """Return what is wrong with a text that must be there."""
    value = sent.get(key)
    if value is None:
        return [f"{key} should not be empty", f"{key} must be a string"]
    if not isinstance(value, str):
        return [f"{key} must be a string"]
    if value:
        return []
    checked = [f"{key} has failed the name validation check"] if key.startswith("name") else []
    return [*checked, f"{key} should not be empty"]


def _rename_targets(workspace: RehearsalWorkspace, before: ObjectType, after: ObjectType) -> None:
    """Rename the columns by which links point at an object: they are named after it, as ``targetVisit``."""
    old, new = f"target{before.pascal}", f"target{after.pascal}"
    for other, field in list(workspace.model.incoming(after)):
        if field.type == "MORPH_RELATION" and field.name == old:
            renamed = replace(field, name=new, settings=(field.settings or {}) | {"joinColumnName": f"{new}Id"})
            fields = tuple(renamed if each.id == field.id else each for each in other.fields)
            put_objects(workspace, replace(other, fields=fields), change=column_renamer(f"{old}Id", f"{new}Id"))


def _without(item: ObjectType, target_id: str) -> ObjectType:
    return replace(item, fields=tuple(field for field in item.fields if field.target_object_id != target_id))


def _label_problems(sent: dict[str, Any]) -> list[ModelProblem]:
    labels = [str(sent[key]).strip() for key in ("labelSingular", "labelPlural") if key in sent]
    wrong = [f"Object label is too {'short' if not label else 'long'}" for label in labels if not 0 < len(label) <= MAX_LENGTH]
    return [ModelProblem(code="INVALID_OBJECT_INPUT", message=message) for message in wrong]


def _name_problems(
    workspace: RehearsalWorkspace, singular: str, plural: str, item: ObjectType | None = None
) -> list[ModelProblem]:
    problems = [
        ModelProblem(code="INVALID_OBJECT_INPUT", message=text) for name in (singular, plural) for text in name_problems(name)
    ]
    if singular == plural:
        problems.append(
            ModelProblem(code="INVALID_OBJECT_INPUT", message="The singular and plural names cannot be the same for an object")
        )
    taken = {name for other in workspace.model if other is not item for name in (other.name_singular, other.name_plural)}
    if taken & {singular, plural}:
        problems.append(ModelProblem(code="OBJECT_ALREADY_EXISTS", message="Object already exists"))
    return problems


def _about(sent: dict[str, Any]) -> dict[str, Any]:
    return {key: sent[key] for key in ("nameSingular", "namePlural") if key in sent}
