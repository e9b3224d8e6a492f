"""Changing the data model: fields (cassettes ``metadata-field-types``, ``metadata-field-errors``, ``metadata-relations``,
``metadata-unique``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rehearsal.model.blueprint import field as make_field
from rehearsal.model.blueprint import rating_options, relate, relation_field
from rehearsal.model.model import FIELD_TYPES, Field, ObjectType
from rehearsal.model.names import CONJUNCTIONS, name_of_label, name_problems
from rehearsal.operations.objects import text_problems
from rehearsal.operations.options import OPTION_TYPES, default_problems, follow_options, option_problems, read_options
from rehearsal.operations.refusals import ModelProblem, missing, refused
from rehearsal.operations.reshaping import column_renamer, put_objects
from rehearsal.store.uniqueness import Row
from rehearsal.store.writers import check, default_value
from rehearsal.values.clock import now_text
from rehearsal.values.errors import ApiError, validation_pipe
from rehearsal.values.uuids import is_uuid, new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

NOT_UNIQUE = ("FULL_NAME", "ADDRESS", "CURRENCY", "RICH_TEXT")
REFUSED_TYPES = {
    "NUMERIC": "Field type NUMERIC is not supported for field creation. Use NUMBER instead.",
    "TS_VECTOR": "TS Vector is not supported for field creation",
    "MORPH_RELATION": "Relation creation payload is required",
}
MAX_FILES = 60
RELATION_KINDS = ("MANY_TO_ONE", "ONE_TO_MANY")


def create_field(workspace: RehearsalWorkspace, sent: dict[str, Any]) -> Field:
    """Create a custom field; records get its default.

    Args:
        workspace: where.
        sent: ``objectMetadataId``, ``name``, ``label``, ``type``, perhaps ``description``, ``icon``, ``defaultValue``,
        ``isUnique``,
            ``isNullable``, ``options``, ``settings``, ``relationCreationPayload``.

    Raises:
        ApiError: something is missing or wrong; all of what is wrong with the field is in one report.
    """
    _check_body(sent)
    item = workspace.model.get(sent["objectMetadataId"])
    if item is None:
        raise _refused(
            "creating field",
            sent,
            ModelProblem(code="OBJECT_METADATA_NOT_FOUND", message="Provided object metadata id does not exist"),
        )
    if sent["type"] == "RELATION":
        return _create_relation(workspace, item, sent)
    kind = sent["type"]
    problems = [*_name_problems(item, sent["name"]), *_type_problems(sent)]
    if problems:
        raise _refused("creating fields", sent, *problems)
    if sent.get("isUnique") and sent.get("defaultValue") is not None:
        raise _no_index(sent, "DEFAULT_VALUE", f"{kind} fields cannot have a default value.")
    if sent.get("isUnique") and kind in NOT_UNIQUE:
        raise _no_index(sent, "TYPE_FOR_UNIQUE", f"{kind} fields cannot be unique.")
    options = read_options(sent["options"]) if kind in OPTION_TYPES else rating_options() if kind == "RATING" else None
    created = make_field(
        item.id,
        sent["name"],
        kind,
        now_text(),
        label=sent["label"].strip(),
        description=sent.get("description"),
        icon=sent.get("icon"),
        default=sent.get("defaultValue"),
        options=options,
        settings=sent.get("settings"),
        nullable=sent.get("isNullable") is not False,
        unique=bool(sent.get("isUnique")),
        custom=True,
        audit_logged=sent.get("isAuditLogged") is not False,
    )
    put_objects(workspace, replace(item, fields=(*item.fields, created)))
    return created


def _create_relation(workspace: RehearsalWorkspace, item: ObjectType, sent: dict[str, Any]) -> Field:
    """Return a relation and its other side, whose name is made from its label."""
    payload = sent.get("relationCreationPayload")
    if not isinstance(payload, dict):
        raise _refused(
            "creating field", sent, ModelProblem(code="INVALID_FIELD_INPUT", message="Relation creation payload is required")
        )
    if wrong := _payload_problems(payload):
        message = f"Relation creation payload is invalid: {', '.join(wrong)}"
        raise _refused("creating field", sent, ModelProblem(code="FIELD_METADATA_RELATION_MALFORMED", message=message))
    target = workspace.model.get(payload.get("targetObjectMetadataId"))
    if target is None:
        message = "Object metadata relation target not found for relation creation payload"
        raise _refused("creating field", sent, ModelProblem(code="FIELD_METADATA_RELATION_MALFORMED", message=message))
    back_label = str(payload.get("targetFieldLabel") or "").strip()
    back_name, has_column = name_of_label(back_label), payload.get("type") != "ONE_TO_MANY"
    problems = [*_name_problems(item, sent["name"], joins=has_column), *_name_problems(target, back_name, joins=not has_column)]
    if problems:
        raise _refused("creating fields", sent, *problems)
    now, label = now_text(), sent["label"].strip()
    texts = {"icon": sent.get("icon"), "description": sent.get("description")}
    back_texts = {"icon": payload.get("targetFieldIcon")}
    if has_column:
        start = relation_field(item.id, sent["name"], "RELATION", label, "SET_NULL", now, custom=True, **texts)
        here, there = relate(start, target.id, back_name, back_label, now, custom=True, **back_texts)
    else:
        start = relation_field(target.id, back_name, "RELATION", back_label, "SET_NULL", now, custom=True, **back_texts)
        there, here = relate(start, item.id, sent["name"], label, now, custom=True, **texts)
    if item.id == target.id:
        put_objects(workspace, replace(item, fields=(*item.fields, here, there)))
    else:
        put_objects(workspace, replace(item, fields=(*item.fields, here)), replace(target, fields=(*target.fields, there)))
    return here


def _payload_problems(payload: dict[str, Any]) -> list[str]:
    wrong = [] if is_uuid(payload.get("targetObjectMetadataId")) else ["targetObjectMetadataId must be a UUID"]
    wrong += [
        f"{key} must be a string" for key in ("targetFieldLabel", "targetFieldIcon") if not isinstance(payload.get(key), str)
    ]
    if payload.get("type") not in RELATION_KINDS:
        wrong.append(f"type must be one of the following values: {', '.join(RELATION_KINDS)}")
    return wrong


def update_field(workspace: RehearsalWorkspace, field_id: str, sent: dict[str, Any]) -> Field:
    """Change a field; its type cannot change and is ignored (cassette ``metadata-select-options``).

    Raises:
        ApiError: there is no such field, its new name or options are wrong, or it is to be unique over duplicated values (500).
    """
    before = workspace.model.field(field_id)
    if before is None:
        problem = ModelProblem(code="FIELD_METADATA_NOT_FOUND", message="Field metadata to update not found")
        raise _refused("updating field", sent, problem, action="update", words="Validation errors occurred")
    if sent.get("label") == "":
        raise validation_pipe(["label should not be empty"])
    item = workspace.model.object(before.object_id)
    problems: list[ModelProblem] = []
    if sent.get("name", before.name) != before.name:
        if not before.custom:
            message, code = "Cannot edit standard field metadata properties: name", "FIELD_MUTATION_NOT_ALLOWED"
            raise ApiError(message, status=403, error="Error", code=code, sub_code=code, graphql_code="FORBIDDEN")
        problems += _name_problems(item, sent["name"], joins=before.is_relation and before.column is not None)
    takes_options = before.type in OPTION_TYPES and "options" in sent
    if takes_options:
        problems += option_problems(sent["options"])
    if before.type in OPTION_TYPES and not problems and sent.get("defaultValue") is not None:
        values = [option["value"] for option in sent["options"]] if takes_options else list(before.option_values)
        problems += default_problems(sent["defaultValue"], before.type, values)
    elif before.type not in OPTION_TYPES and not before.is_relation:
        _check_plain_default({"name": before.name, "type": before.type, "defaultValue": sent.get("defaultValue")}, "update")
    if sent.get("isActive") is False and item.label_field is before:
        message = "Label identifier field metadata cannot be deactivated"
        problems.append(ModelProblem(code="LABEL_IDENTIFIER_FIELD_METADATA_ID_NOT_FOUND", message=message))
    if problems:
        raise _refused("updating field", sent, *problems, action="update")
    after = replace(
        before,
        name=sent.get("name", before.name),
        # What a standard field is called is kept apart from it, and is not shown here.
        label=str(sent.get("label", before.label)).strip() if before.custom else before.label,
        description=sent.get("description", before.description) if before.custom else before.description,
        icon=sent.get("icon", before.icon) if before.custom else before.icon,
        default=sent.get("defaultValue", before.default),
        active=sent.get("isActive", before.active),
        unique=sent.get("isUnique", before.unique),
        audit_logged=sent.get("isAuditLogged", before.audit_logged) is not False,
        updated_at=now_text(),
        options=read_options(sent["options"]) if takes_options else before.options,
        settings=_settings(before, sent),
    )
    follow = follow_options(before, after.options or ()) if takes_options else None
    try:
        _put_field(workspace, item, before, after, follow)
    except ApiError as error:
        raise _failed_migration("create", "index") from error
    return after


def delete_field(workspace: RehearsalWorkspace, field_id: str) -> Field:
    """Take a custom field away with its values; of a relation both sides.

    Raises:
        ApiError: there is no such field, or it is a standard one.
    """
    gone = workspace.model.field(field_id)
    if gone is None:
        raise missing("Field to delete not found", "FIELD_METADATA_NOT_FOUND", sub_code="FIELD_METADATA_NOT_FOUND")
    owner = workspace.model.object(gone.object_id)
    if owner.custom and owner.label_field is gone:
        message = "Cannot delete, please update the label identifier field first"
        raise _refused("deleting field", {}, ModelProblem(code="FIELD_MUTATION_NOT_ALLOWED", message=message), action="delete")
    if not gone.custom:
        message, code = f'Cannot delete standard field "{gone.name}"', "FIELD_MUTATION_NOT_ALLOWED"
        raise ApiError(message, status=403, error="Error", code=code, sub_code=code, graphql_code="FORBIDDEN")
    ids = {gone.id, gone.target_field_id}
    owners = {field.object_id for field_id in ids if (field := workspace.model.field(field_id)) is not None}
    items = [workspace.model.object(owner) for owner in owners]
    put_objects(workspace, *(replace(item, fields=tuple(f for f in item.fields if f.id not in ids)) for item in items))
    return gone


def found_field(workspace: RehearsalWorkspace, field_id: str) -> Field:
    """Return the field with this id. Raises ApiError: there is none (cassette ``metadata-list``)."""
    field = workspace.model.field(field_id)
    if field is None:
        raise missing("Field metadata not found", "FIELD_METADATA_NOT_FOUND", sub_code="FIELD_METADATA_NOT_FOUND")
    return field


def _put_field(
    workspace: RehearsalWorkspace, item: ObjectType, before: Field, after: Field, follow: Callable[[Row], Row] | None
) -> None:
    old, new = before.column, after.column

    def change(row: Row) -> Row:
        if old is not None and new is not None and old != new:
            row = column_renamer(old, new)(row)
        return follow(row) if follow else row

    put_objects(workspace, replace(item, fields=tuple(after if f.id == after.id else f for f in item.fields)), change=change)


def _settings(before: Field, sent: dict[str, Any]) -> dict[str, Any] | None:
    if before.is_relation:
        renamed = {"joinColumnName": f"{sent['name']}Id"} if "name" in sent and before.column else {}
        return (before.settings or {}) | renamed
    settings: dict[str, Any] | None = sent.get("settings", before.settings)
    return settings


def _check_body(sent: dict[str, Any]) -> None:
    wrong = ["type should not be empty"] if sent.get("type") is None else []
    if sent.get("type") not in FIELD_TYPES:
        wrong.append(f"type must be one of the following values: {', '.join(FIELD_TYPES)}")
    wrong += [text for key in ("name", "label") for text in text_problems(sent, key)]
    if sent.get("name") in CONJUNCTIONS:
        wrong.append("name has failed the name validation check")
    if not is_uuid(sent.get("objectMetadataId")):
        wrong.append("objectMetadataId must be a UUID")
    if wrong:
        raise validation_pipe(wrong)


def _name_problems(item: ObjectType, name: str, *, joins: bool = False) -> list[ModelProblem]:
    """Return what is wrong with a field's name; ``joins``: it also needs a join column."""
    problems = [ModelProblem(code="INVALID_FIELD_INPUT", message=message) for message in name_problems(name)]
    join_columns = {field.column for field in item.to_one}
    if name in item.by_name:
        problems.append(_taken(name, "field"))
    for column in (name, f"{name}Id") if joins else (name,):
        if column in join_columns:
            problems.append(_taken(column, "join column name"))
    return problems


def _taken(name: str, by: str) -> ModelProblem:
    return ModelProblem(code="NOT_AVAILABLE", message=f'Name "{name}" is not available as it is already used by another {by}')


def _type_problems(sent: dict[str, Any]) -> list[ModelProblem]:
    kind = sent["type"]
    if kind in REFUSED_TYPES:
        return [ModelProblem(code="INVALID_FIELD_INPUT", message=REFUSED_TYPES[kind])]
    if kind == "POSITION":
        return [
            ModelProblem(
                code="INVALID_FIELD_INPUT", message=f'Field type POSITION must be named "position", got "{sent["name"]}"'
            )
        ]
    if kind == "FILES":
        return _files_problems(sent.get("settings"))
    if kind not in OPTION_TYPES:
        _check_plain_default(sent)
        return []
    problems = option_problems(sent.get("options"))
    return problems or default_problems(sent.get("defaultValue"), kind, [option["value"] for option in sent["options"]])


def _files_problems(settings: Any) -> list[ModelProblem]:
    count = settings.get("maxNumberOfValues") if isinstance(settings, dict) else None
    if isinstance(count, int) and 0 < count <= MAX_FILES:
        return []
    message = (
        f"maxNumberOfValues must be defined in settings and be a number greater than 0 and less than or equal to {MAX_FILES}"
    )
    return [ModelProblem(code="INVALID_FIELD_INPUT", message=message)]


def _check_plain_default(sent: dict[str, Any], action: str = "create") -> None:
    """See that a field's own type takes its default; texts are quoted.

    Raises:
        ApiError: it does not, and the database says so.
    """
    default = sent.get("defaultValue")
    if default is None:
        return
    options = rating_options() if sent["type"] == "RATING" else None
    trial = make_field("", sent["name"], sent["type"], "", default=default, options=options)
    try:
        check(
            ObjectType(
                id="",
                name_singular="trial",
                name_plural="trials",
                label_singular="",
                label_plural="",
                created_at="",
                updated_at="",
                fields=(trial,),
            ),
            {trial.name: default_value(trial)},
        )
    except ApiError as error:
        raise _failed_migration(action, "fieldMetadata") from error
    if isinstance(default, str) and not (default[:1] == default[-1:] == "'" or default in ("now", "uuid")):
        raise _failed_migration(action, "fieldMetadata")


def _refused(doing: str, sent: dict[str, Any], *problems: ModelProblem, action: str = "create", **more: str) -> ApiError:
    about: dict[str, Any] = {key: sent[key] for key in ("name", "objectMetadataId") if key in sent}
    return refused(doing, "fieldMetadata", list(problems), about, action, **more)


def _no_index(sent: dict[str, Any], code: str, friendly: str) -> ApiError:
    message = f"Unique index cannot be created for field {sent['name']} of type {sent['type']}"
    problem = ModelProblem(code=f"INDEX_FIELD_INVALID_{code}", message=message, friendly=friendly)
    return refused("creating fields", "index", [problem], {"name": f"IDX_UNIQUE_{new_uuid().replace('-', '')[:28]}"}, "create")


def _failed_migration(action: str, kind: str) -> ApiError:
    """Return what the database does not take."""
    message = f"Migration action '{action}' for '{kind}' (universalIdentifier: {new_uuid()}) failed"
    return ApiError(message, status=500, body=message, graphql_code="INTERNAL_SERVER_ERROR")
