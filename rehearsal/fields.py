"""Changing the data model: fields (cassettes ``metadata-field-types``, ``metadata-field-errors``, ``metadata-relations``,
``metadata-unique``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rehearsal.blueprint import field as make_field
from rehearsal.blueprint import rating_options, relate, relation_field
from rehearsal.clock import now_text
from rehearsal.errors import ApiError, validation_pipe
from rehearsal.model import FIELD_TYPES, Field, ObjectType
from rehearsal.names import name_of_label, name_problems
from rehearsal.objects import text_problems
from rehearsal.options import OPTION_TYPES, default_problems, follow_options, option_problems, read_options
from rehearsal.refusals import Problem, missing, refused
from rehearsal.reshaping import column_renamer, put_objects
from rehearsal.uniqueness import Row
from rehearsal.uuids import is_uuid, new_uuid
from rehearsal.workspace import Workspace
from rehearsal.writers import check, default_value

NOT_CREATABLE = ("ACTOR", "MORPH_RELATION", "NUMERIC", "POSITION", "TS_VECTOR")


def create_field(workspace: Workspace, sent: dict[str, Any]) -> Field:
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
            "creating field", sent, Problem("OBJECT_METADATA_NOT_FOUND", "Provided object metadata id does not exist")
        )
    if sent["type"] == "RELATION":
        return _create_relation(workspace, item, sent)
    kind = sent["type"]
    problems = [*_name_problems(item, sent["name"]), *_type_problems(sent)]
    if problems:
        raise _refused("creating fields", sent, *problems)
    if sent.get("isUnique") and sent.get("defaultValue") is not None:
        raise _default_of_unique(sent)
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
    )
    put_objects(workspace, replace(item, fields=(*item.fields, created)))
    return created


def _create_relation(workspace: Workspace, item: ObjectType, sent: dict[str, Any]) -> Field:
    """A relation and its other side, whose name is made from its label."""
    payload = sent.get("relationCreationPayload")
    if not isinstance(payload, dict):
        raise _refused("creating field", sent, Problem("INVALID_FIELD_INPUT", "Relation creation payload is required"))
    target = workspace.model.get(payload.get("targetObjectMetadataId"))
    if target is None:
        message = "Object metadata relation target not found for relation creation payload"
        raise _refused("creating field", sent, Problem("FIELD_METADATA_RELATION_MALFORMED", message))
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


def update_field(workspace: Workspace, field_id: str, sent: dict[str, Any]) -> Field:
    """Change a field; its type cannot change and is ignored (cassette ``metadata-select-options``).

    Raises:
        ApiError: there is no such field, its new name or options are wrong, or it is to be unique over duplicated values (500).
    """
    before = found_field(workspace, field_id)
    item = workspace.model.object(before.object_id)
    problems: list[Problem] = []
    if sent.get("name", before.name) != before.name:
        if not before.custom:
            problems.append(Problem("FIELD_MUTATION_NOT_ALLOWED", "Cannot rename standard field"))
        problems += _name_problems(item, sent["name"], joins=before.is_relation and before.column is not None)
    takes_options = before.type in OPTION_TYPES and "options" in sent
    if takes_options:
        problems += option_problems(sent["options"])
    if problems:
        raise _refused("updating field", sent, *problems, action="update")
    after = replace(
        before,
        name=sent.get("name", before.name),
        label=str(sent.get("label", before.label)).strip(),
        description=sent.get("description", before.description),
        icon=sent.get("icon", before.icon),
        default=sent.get("defaultValue", before.default),
        active=sent.get("isActive", before.active),
        unique=sent.get("isUnique", before.unique),
        updated_at=now_text(),
        options=read_options(sent["options"]) if takes_options else before.options,
        settings=_settings(before, sent),
    )
    follow = follow_options(before, after.options or ()) if takes_options else None
    try:
        _put_field(workspace, item, before, after, follow)
    except ApiError as error:
        message = f"Migration action 'create' for 'index' (universalIdentifier: {new_uuid()}) failed"
        raise ApiError(message, status=500, body=message, graphql_code="INTERNAL_SERVER_ERROR") from error
    return after


def delete_field(workspace: Workspace, field_id: str) -> Field:
    """Take a custom field away with its values; of a relation both sides.

    Raises:
        ApiError: there is no such field, or it is a standard one.
    """
    gone = workspace.model.field(field_id)
    if gone is None:
        raise missing("Field to delete not found", "FIELD_METADATA_NOT_FOUND", sub_code="FIELD_METADATA_NOT_FOUND")
    if not gone.custom:
        message, code = f'Cannot delete standard field "{gone.name}"', "FIELD_MUTATION_NOT_ALLOWED"
        raise ApiError(message, status=403, error="Error", code=code, sub_code=code, graphql_code="FORBIDDEN")
    ids = {gone.id, gone.target_field_id}
    owners = {field.object_id for field_id in ids if (field := workspace.model.field(field_id)) is not None}
    items = [workspace.model.object(owner) for owner in owners]
    put_objects(workspace, *(replace(item, fields=tuple(f for f in item.fields if f.id not in ids)) for item in items))
    return gone


def found_field(workspace: Workspace, field_id: str) -> Field:
    """The field with this id. Raises ApiError: there is none (cassette ``metadata-list``)."""
    field = workspace.model.field(field_id)
    if field is None:
        raise missing("Field metadata not found", "FIELD_METADATA_NOT_FOUND", sub_code="FIELD_METADATA_NOT_FOUND")
    return field


def _put_field(
    workspace: Workspace, item: ObjectType, before: Field, after: Field, follow: Callable[[Row], Row] | None
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
    wrong = [text for key in ("name", "label") for text in text_problems(sent, key)]
    if sent.get("type") not in FIELD_TYPES:
        wrong.append(f"type must be one of the following values: {', '.join(FIELD_TYPES)}")
    if not is_uuid(sent.get("objectMetadataId")):
        wrong.append("objectMetadataId must be a UUID")
    if wrong:
        raise validation_pipe(wrong)


def _name_problems(item: ObjectType, name: str, *, joins: bool = False) -> list[Problem]:
    """What is wrong with a field's name; ``joins``: it also needs a join column."""
    problems = [Problem("INVALID_FIELD_INPUT", message) for message in name_problems(name)]
    join_columns = {field.column for field in item.to_one}
    if name in item.by_name:
        problems.append(_taken(name, "field"))
    for column in (name, f"{name}Id") if joins else (name,):
        if column in join_columns:
            problems.append(_taken(column, "join column name"))
    return problems


def _taken(name: str, by: str) -> Problem:
    return Problem("NOT_AVAILABLE", f'Name "{name}" is not available as it is already used by another {by}')


def _type_problems(sent: dict[str, Any]) -> list[Problem]:
    kind = sent["type"]
    if kind in NOT_CREATABLE:
        hint = " Use NUMBER instead." if kind == "NUMERIC" else ""
        return [Problem("INVALID_FIELD_INPUT", f"Field type {kind} is not supported for field creation.{hint}")]
    if kind not in OPTION_TYPES:
        return _plain_default_problems(sent)
    problems = option_problems(sent.get("options"))
    return problems or default_problems(sent.get("defaultValue"), kind, [option["value"] for option in sent["options"]])


def _plain_default_problems(sent: dict[str, Any]) -> list[Problem]:
    """What is wrong with the default of a field without options: its own type does not take it."""
    default = sent.get("defaultValue")
    if default is None:
        return []
    trial = make_field("", sent["name"], sent["type"], "", default=default)
    try:
        check(ObjectType("", "trial", "trials", "", "", "", "", (trial,)), {trial.name: default_value(trial)})
    except ApiError:
        return [Problem("INVALID_FIELD_INPUT", f"Invalid default value for a field of type {sent['type']}")]
    return []


def _refused(doing: str, sent: dict[str, Any], *problems: Problem, action: str = "create") -> ApiError:
    about: dict[str, Any] = {key: sent[key] for key in ("name", "objectMetadataId") if key in sent}
    return refused(doing, "fieldMetadata", list(problems), about, action)


def _default_of_unique(sent: dict[str, Any]) -> ApiError:
    problem = Problem(
        "INDEX_FIELD_INVALID_DEFAULT_VALUE",
        f"Unique index cannot be created for field {sent['name']} of type {sent['type']}",
        f"{sent['type']} fields cannot have a default value.",
    )
    return refused("creating fields", "index", [problem], {"name": f"IDX_UNIQUE_{new_uuid().replace('-', '')[:28]}"}, "create")
