"""GraphQL for the data model and for files, ``/metadata`` (cassettes ``metadata-graphql``, ``metadata-list``, ``files``,
``workspace-members``).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    validate,
)
from graphql.execution.values import get_variable_values

from rehearsal.graphql import layout
from rehearsal.graphql.documents import document_of
from rehearsal.graphql.metadata_schema import metadata_schema
from rehearsal.graphql.plain_queries import NotPlain, plain_answer
from rehearsal.model.model import Field, ObjectType
from rehearsal.operations.fields import create_field, delete_field, found_field, update_field
from rehearsal.operations.metadata_view import field_json, object_alone
from rehearsal.operations.objects import create_object, delete_object, found_object, update_object
from rehearsal.operations.rendering import Renderer
from rehearsal.values.errors import ApiError, forbidden_resource
from rehearsal.values.forms import Form
from rehearsal.workspace.files import ANNOUNCED_TYPE, StoredFile
from rehearsal.workspace.model_answers import OF_THE_API, keep_answer, kept_answer
from rehearsal.workspace.roles import RIGHTS
from rehearsal.workspace.workspace import RehearsalWorkspace

_MISSING = re.compile(r'Expected value of type "(\w+)" to include required field "(\w+)"')
_SINGLE_QUOTED = re.compile(r"'([^']*)'")
# The library says first where the value is, in two manners:
# "Variable … got invalid value …; why" and "Variable … has invalid value at …: why".
_PLACE = re.compile(r"Variable '\$\w+' (?:got invalid value .*?; |has invalid value[^:]*: )", re.DOTALL)

DEFAULT_FIRST = 10
MOST_ROOTS = 10

Json = dict[str, Any]


@dataclass(frozen=True)
class UploadedFile:
    """A file as it comes in a multipart request."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class MetadataContext:
    """Context of the resolvers. ``is_open``: the request carries the API key."""

    workspace: RehearsalWorkspace
    renderer: Renderer
    is_open: bool


def handle(workspace: RehearsalWorkspace, base_url: str, request: Any, *, is_open: bool) -> tuple[int, Json]:
    """Return the answer to ``{"query", "variables"?, "operationName"?}``: (status, ``{"data"?, "errors"?}``)."""
    source = request.get("query") if isinstance(request, dict) else None
    if not isinstance(source, str):
        return 400, {"errors": [{"message": "Must provide query string.", "extensions": {"code": "BAD_REQUEST"}}]}
    variables = request.get("variables") or {}
    asked = json.dumps([source, variables, request.get("operationName")], default=lambda _: None)
    question = ("graphql", workspace.form, asked)
    if is_open and (kept := kept_answer(workspace.model, question)):
        return 200, {"data": kept}
    try:
        document = document_of(source)
    except GraphQLError as error:
        return 200, {"errors": [_refusal(error)]}
    if too_much := _too_complex(document):
        return 200, {"errors": [too_much]}
    schema = _schema(workspace.form)
    if problems := _problems(workspace.form, source):
        return 200, {"errors": [_refusal(problem) for problem in problems]}
    if wrong := _wrong_variables(schema, document, variables):
        return 400, {"errors": wrong}
    context = MetadataContext(workspace=workspace, renderer=Renderer(workspace, base_url), is_open=is_open)
    keeps = is_open and _asks_for_the_model_alone(document)
    if keeps and not request.get("operationName"):
        with suppress(NotPlain):
            data = plain_answer(schema, document, variables, context)
            return 200, {"data": keep_answer(workspace.model.revision, question, data)}
    result = execute_sync(
        schema, document, variable_values=variables, context_value=context, operation_name=request.get("operationName")
    )
    if result.errors:
        return 200, {"data": result.data, "errors": [_failure(error, roots=len(_roots(document))) for error in result.errors]}
    if keeps:
        revision = workspace.model.revision if _roots(document) else OF_THE_API
        return 200, {"data": keep_answer(revision, question, result.data)}
    return 200, {"data": result.data}


def _asks_for_the_model_alone(document: DocumentNode) -> bool:
    """Return whether the data model and the schema of the API decide the answer to a document."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    is_query = [one.operation for one in operations] == [OperationType.QUERY]
    is_plain = all(isinstance(one, FieldNode) for node in operations for one in node.selection_set.selections)
    return is_query and is_plain and _OF_THE_MODEL.issuperset(_roots(document))


def _roots(document: DocumentNode) -> list[str]:
    """Return the names of a document's root fields."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    roots = [one.name.value for node in operations for one in node.selection_set.selections if isinstance(one, FieldNode)]
    return [name for name in roots if not name.startswith("__")]


def _too_complex(document: DocumentNode) -> Json | None:
    """Return the refusal of a document with a root field twice, under whatever alias, or with too many of them
    (``graphql/hooks/use-validate-graphql-query-complexity.hook.ts``).
    """
    roots = _roots(document)
    twice = next((name for place, name in enumerate(roots) if name in roots[:place]), None)
    if twice is not None:
        message = f'Duplicate root resolver: "{twice}"'
    elif len(roots) > MOST_ROOTS:
        asked = f"Too many root resolvers requested: {len(roots)}"
        message = f"Query too complex - {asked} - Maximum allowed root resolvers: {MOST_ROOTS}"
    else:
        return None
    return {"message": message, "extensions": {"code": "BAD_USER_INPUT"}}


@lru_cache(maxsize=256)
def _problems(form: Form, source: str) -> tuple[GraphQLError, ...]:
    return tuple(validate(_schema(form), document_of(source)))


@cache
def _schema(form: Form) -> GraphQLSchema:
    schema = metadata_schema(form)
    for type_name, resolvers in (("Query", _QUERIES), ("Mutation", _MUTATIONS), ("Object", _OBJECT), ("Field", _FIELD)):
        kind = schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)
        for name, resolver in resolvers.items():
            if name not in kind.fields:
                continue  # another form has it
            kind.fields[name].resolve = _guarded(resolver, _flag_of(name)) if type_name in ("Query", "Mutation") else resolver
    return schema


def _flag_of(name: str) -> str | None:
    """Return the right that a query or mutation of the metadata API takes; None where every key may."""
    verb, _, rest = re.sub(r"([A-Z])", r" \1", name).partition(" ")
    if "Role" in name or "Permission" in name:
        return "ROLES"
    if verb == "get" or not rest or name in _QUERIES:
        return None
    if "Navigation" in name:
        return "LAYOUTS"
    if "View" in name:
        return "VIEWS"
    if "File" in name:
        return "UPLOAD_FILE"
    return "DATA_MODEL" if "Object" in name or "Field" in name else None


def _guarded(resolver: Any, flag: str | None = None) -> Any:
    def resolve(root: Any, info: GraphQLResolveInfo[MetadataContext], **arguments: Any) -> Any:
        if not info.context.is_open:
            raise forbidden_resource()
        if flag is not None:
            info.context.workspace.require_flag(flag)
        return resolver(info.context, **arguments)

    return resolve


def _object(item: ObjectType) -> Json:
    seen = {"readability": item.readability, "writability": item.writability}
    return object_alone(item) | seen | {"_object": item, "fields": None}


def _field(field: Field) -> Json:
    return field_json(field) | {"writability": field.writability, "isAuditLogged": field.audit_logged, "_field": field}


def _objects(context: MetadataContext, paging: Json | None = None, filter: Json | None = None) -> Json:
    items = [_object(item) for item in context.workspace.model]
    return _connection([item for item in items if _matches(item, filter)], paging)


def _fields(context: MetadataContext, paging: Json | None = None, filter: Json | None = None) -> Json:
    fields = [_field(field) for field in context.workspace.model.fields()]
    return _connection([field for field in fields if _matches(field, filter)], paging)


def _matches(entity: Json, where: Json | None) -> bool:
    for key, condition in (where or {}).items():
        for operator, value in condition.items():
            if (entity[key] not in value) if operator == "in" else (entity[key] != value):
                return False
    return True


def _connection(entities: list[Json], paging: Json | None) -> Json:
    paging = paging or {}
    ids = [entity["id"] for entity in entities]
    start = ids.index(paging["after"]) + 1 if paging.get("after") in ids else 0
    first = paging.get("first", DEFAULT_FIRST)
    shown = entities[start : None if first is None else start + first]
    info = {
        "hasNextPage": start + len(shown) < len(entities),
        "hasPreviousPage": start > 0,
        "startCursor": shown[0]["id"] if shown else None,
        "endCursor": shown[-1]["id"] if shown else None,
    }
    return {"edges": [{"node": entity, "cursor": entity["id"]} for entity in shown], "pageInfo": info}


def _relation(source: Json, info: GraphQLResolveInfo[MetadataContext]) -> Json | None:
    field: Field = source["_field"]
    model = info.context.workspace.model
    target = model.get(field.target_object_id)
    if target is None:
        return None
    back = model.field(field.target_field_id)
    return {
        "type": (field.settings or {})["relationType"],
        "sourceObjectMetadata": _object(model.object(field.object_id)),
        "targetObjectMetadata": _object(target),
        "sourceFieldMetadata": source,
        "targetFieldMetadata": _field(back) if back else None,
    }


def _upload(context: MetadataContext, file: Any, fieldMetadataId: str) -> Json:
    if context.workspace.model.field(fieldMetadataId) is None:
        message = f"Could not find flat entity in maps: {fieldMetadataId}"
        raise ApiError(message, graphql_code="INTERNAL_SERVER_ERROR")
    if not isinstance(file, UploadedFile):
        raise ApiError("Upload value invalid.")
    return _file(context, context.workspace.files.upload(file.name, file.content, fieldMetadataId))


def _announce(
    context: MetadataContext, filename: str, size: float, fileFolder: str, fieldMetadataId: str | None = None
) -> Json:
    file = context.workspace.files.announce(filename, int(size), fieldMetadataId)
    return {"fileId": file.id, "uploadUrl": context.renderer.upload_url(file.id), "contentType": ANNOUNCED_TYPE}


def _complete(context: MetadataContext, fileId: str) -> Json:
    return _file(context, context.workspace.files.complete(fileId))


def _usage_limits(context: MetadataContext) -> list[Json]:
    """Return the workspace's rate limit, as a rule for all API keys."""
    limit = context.workspace.bucket.limit
    rule = {"resourceType": "API", "operationType": "API_REQUEST", "spenderType": "apiKey", "spenderId": None}
    period = {"limitKind": "speed", "periodCount": 60, "periodUnit": "second", "meter": "quantity"}
    return [{"id": context.workspace.identity.id, **rule, **period, "limitValue": limit, "burstValue": None}] if limit else []


def _file(context: MetadataContext, file: StoredFile) -> Json:
    return {
        "id": file.id,
        "path": file.path,
        "size": file.size,
        "url": context.renderer.file_url(file.id),
        "createdAt": file.created_at,
    }


def _for_users_only(context: MetadataContext, **arguments: Any) -> Any:
    raise forbidden_resource()


def _object_permissions(context: MetadataContext, upsertObjectPermissionsInput: Json) -> list[Json]:
    role = context.workspace.roles.found(upsertObjectPermissionsInput["roleId"])
    given: dict[str, set[str]] = {}
    for one in upsertObjectPermissionsInput["objectPermissions"]:
        item = found_object(context.workspace, one["objectMetadataId"])
        if item.system:
            raise ApiError("Cannot add object permission on system object", graphql_code="FORBIDDEN")
        given[item.id] = {right for right in RIGHTS if one.get(f"can{right}ObjectRecords")}
    role.objects = given
    return role.object_rights()


def _permission_flags(context: MetadataContext, upsertPermissionFlagsInput: Json) -> list[Json]:
    role = context.workspace.roles.found(upsertPermissionFlagsInput["roleId"])
    role.flags = set(upsertPermissionFlagsInput["permissionFlagKeys"])
    return list(role.to_json()["permissionFlags"])


_QUERIES = {
    "objects": _objects,
    "object": lambda context, id: _object(found_object(context.workspace, id)),
    "fields": _fields,
    "field": lambda context, id: _field(found_field(context.workspace, id)),
    "currentWorkspace": lambda context: {"id": context.workspace.identity.id, "displayName": "Rehearsal"},
    "currentUser": _for_users_only,
    "findWorkspaceInvitations": lambda context: [],
    "usageLimits": _usage_limits,
    "getRoles": lambda context: [role.to_json() for role in context.workspace.roles],
    **layout.QUERIES,
}
_OF_THE_MODEL = frozenset({"objects", "object", "fields", "field"})
_MUTATIONS = {
    "createOneObject": lambda context, input: _object(create_object(context.workspace, input["object"])),
    "updateOneObject": lambda context, input: _object(update_object(context.workspace, input["id"], input["update"])),
    "deleteOneObject": lambda context, input: _object(delete_object(context.workspace, input["id"])),
    "createOneField": lambda context, input: _field(create_field(context.workspace, input["field"])),
    "updateOneField": lambda context, input: _field(update_field(context.workspace, input["id"], input["update"])),
    "deleteOneField": lambda context, input: _field(delete_field(context.workspace, input["id"])),
    "uploadFilesFieldFile": _upload,
    "createFileUpload": _announce,
    "completeFileUpload": _complete,
    "sendInvitations": _for_users_only,
    "createOneRole": lambda context, createRoleInput: context.workspace.roles.make(createRoleInput).to_json(),
    "deleteOneRole": lambda context, roleId: context.workspace.roles.delete(roleId),
    "upsertObjectPermissions": _object_permissions,
    "upsertPermissionFlags": _permission_flags,
    **layout.MUTATIONS,
}
_OBJECT = {
    "fieldsList": lambda source, info: [_field(field) for field in source["_object"].fields],
    "fields": lambda source, info, paging=None: _connection([_field(field) for field in source["_object"].fields], paging),
}
_FIELD = {
    "relation": lambda source, info: _relation(source, info) if source["type"] == "RELATION" else None,
    "morphRelations": lambda source, info: [_relation(source, info)] if source["type"] == "MORPH_RELATION" else None,
    "object": lambda source, info: _object(info.context.workspace.model.object(source["objectMetadataId"])),
}


def _refusal(error: GraphQLError) -> Json:
    """Return the error of a wrong document, in the words of the JavaScript library, which quotes with double quotes."""
    places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
    return {"message": _SINGLE_QUOTED.sub(r'"\1"', error.message), "locations": places}


def _wrong_variables(schema: GraphQLSchema, document: DocumentNode, variables: Json) -> list[Json]:
    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    coerced = get_variable_values(schema, operation.variable_definitions or (), variables)
    if not isinstance(coerced, list):
        return []
    messages = [_in_javascript(schema, _SINGLE_QUOTED.sub(r'"\1"', _PLACE.sub("", error.message))) for error in coerced]
    return [
        {"message": message, "extensions": {"code": "BAD_USER_INPUT", "userFriendlyMessage": "An error occurred."}}
        for message in messages
    ]


def _in_javascript(schema: GraphQLSchema, message: str) -> str:
    """Return what the JavaScript library says where a field of an input is missing."""
    missing = _MISSING.match(message)
    kind = schema.type_map.get(missing[1]) if missing else None
    if missing is None or not isinstance(kind, GraphQLInputObjectType):
        return message
    return f'Field "{missing[2]}" of required type "{kind.fields[missing[2]].type}" was not provided.'


def _failure(error: GraphQLError, *, roots: int) -> Json:
    """Return an error as 2.21 answers it: of several mutations it does not name the one that failed validation."""
    original = error.original_error
    extensions = original.graphql_extensions() if isinstance(original, ApiError) else {"code": "INTERNAL_SERVER_ERROR"}
    named: Json = {} if extensions.get("code") == _NOT_VALID and roots > 1 else {"path": error.path}
    return {"message": error.message, **named, "extensions": extensions}


_NOT_VALID = "METADATA_VALIDATION_FAILED"
