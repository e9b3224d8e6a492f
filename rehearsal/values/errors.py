"""Every refusal the workspace can give, in the two forms it travels in: REST bodies and GraphQL ``extensions``.

The messages are part of the contract: clients show them and some match on them. ``ApiError`` carries both forms, because
the same
refusal reads differently on the two surfaces (cassettes ``bad-record-in-batch`` and ``graphql-errors``).
"""

from __future__ import annotations

from typing import Any

GENERIC = "An error occurred."


class ApiError(Exception):
    """A refusal.

    Args:
        message: what the server says.
        status: HTTP status over REST; GraphQL always answers 200.
        error: the exception's name in a REST body.
        code: the machine-readable code in a REST body, if it has one.
        sub_code: ``extensions.subCode`` over GraphQL.
        graphql_code: ``extensions.code`` over GraphQL.
        friendly: ``extensions.userFriendlyMessage``; None: there is none.
        extensions: further GraphQL extensions.
        body: a REST body of its own shape, instead of the usual one.
        headers: further headers over REST.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        error: str = "BadRequestException",
        code: str | None = None,
        sub_code: str | None = None,
        graphql_code: str = "BAD_USER_INPUT",
        friendly: str | None = GENERIC,
        extensions: dict[str, Any] | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.error = error
        self.code = code
        self.sub_code = sub_code
        self.graphql_code = graphql_code
        self.friendly = friendly
        self.extensions = extensions or {}
        self.body = body
        self.headers = headers or {}

    def rest_body(self) -> Any:
        """Return the JSON body over REST: ``{"statusCode", "error", "messages", "code"?}``."""
        if self.body is not None:
            return self.body
        body = {"statusCode": self.status, "error": self.error, "messages": [self.message]}
        return body | {"code": self.code} if self.code else body

    def graphql_extensions(self) -> dict[str, Any]:
        """Return ``errors[].extensions`` over GraphQL."""
        sub_code = {"subCode": self.sub_code} if self.sub_code else {}
        friendly = {"userFriendlyMessage": self.friendly} if self.friendly is not None else {}
        return sub_code | friendly | {"code": self.graphql_code} | self.extensions


def bad_request(message: str, sub_code: str = "INVALID_QUERY_INPUT", friendly: str = GENERIC) -> ApiError:
    """Return the plain 400 for a request that cannot be read."""
    return ApiError(message, sub_code=sub_code, friendly=friendly)


def invalid_value(message: str, friendly: str = GENERIC) -> ApiError:
    """Return the error for a value that its field does not take."""
    return ApiError(message, sub_code="INVALID_ARGS_DATA", friendly=friendly)


def coded(message: str, code: str, friendly: str | None = None) -> ApiError:
    """Return an error whose REST body carries a code (cassettes ``values-phones``, ``order-by``)."""
    return ApiError(message, error="Error", code=code, sub_code=code, friendly=message if friendly is None else friendly)


def type_error(message: str) -> ApiError:
    """Return what a wrong shape runs into inside the server (cassettes ``values-rich-text``, ``batch-create``)."""
    return ApiError(message, error="TypeError", graphql_code="INTERNAL_SERVER_ERROR", friendly=None)


def unknown_field(object_name: str, field_name: str) -> ApiError:
    """Return the error for a key that the object does not have, in a record that is written."""
    return invalid_value(f'Object {object_name} doesn\'t have any "{field_name}" field.')


def unknown_filter_field(object_name: str, field_name: str) -> ApiError:
    """Return the error for a key that the object does not have, in a filter (cassette ``graphql-errors``)."""
    return ApiError(
        f'Object {object_name} doesn\'t have any "{field_name}" field.',
        sub_code="INVALID_ARGS_FILTER",
        friendly=f'Invalid filter : {object_name} object doesn\'t have any "{field_name}" field.',
    )


def not_found(message: str = "Record not found", friendly: str = "This record does not exist or has been deleted.") -> ApiError:
    """Return the error for a record that is not there, or is soft-deleted where the request does not see those."""
    return ApiError(
        message,
        status=404,
        error="NotFoundException",
        sub_code="RECORD_NOT_FOUND",
        graphql_code="NOT_FOUND",
        friendly=friendly,
    )


def duplicate(label: str | None, object_name: str, conflicting_id: str | None) -> ApiError:
    """Return the error for a unique value that is taken; REST does not say of what, GraphQL does (cassettes ``duplicate-keys``,
    ``graphql-errors``).

    Args:
        label: the field's label; None for the id.
        object_name: singular name of the object.
        conflicting_id: the live record that holds the value; None where it is the id, or a soft-deleted record.
    """
    if label is None or conflicting_id is None:
        friendly, extensions = "This record already exists. Please check your data and try again.", {}
    else:
        friendly = f"This {label} value is already in use. Please check your data and try again."
        extensions = {"conflictingRecordId": conflicting_id, "conflictingObjectNameSingular": object_name}
    return ApiError("A duplicate entry was detected", friendly=friendly, extensions=extensions)


def unknown_reference(table: str, constraint: str) -> ApiError:
    """Return the error for a relation to a record that is not there (cassette ``values-relation``)."""
    return ApiError(
        f'insert or update on table "{table}" violates foreign key constraint "{constraint}"',
        friendly="This operation references a record that does not exist or cannot be modified due to existing relationships.",
    )


def null_in_column(column: str, table: str) -> ApiError:
    """Return the error for null where the table takes none (cassettes ``create-one``, ``system-fields``)."""
    return ApiError(f'null value in column "{column}" of relation "{table}" violates not-null constraint')


def data_validation() -> ApiError:
    """Return what the database refuses by itself, a NUL for instance (cassette ``values-text``)."""
    return ApiError(
        "Data validation error.",
        status=500,
        error="InternalServerErrorException",
        graphql_code="INTERNAL_SERVER_ERROR",
        friendly=None,
    )


def permission_denied() -> ApiError:
    """Return what an API key may not do (cassette ``workspace-members``)."""
    message = "Entity performing the request does not have permission"
    return ApiError(message, error="Error", code="PERMISSION_DENIED", sub_code="PERMISSION_DENIED", graphql_code="FORBIDDEN")


def forbidden_resource() -> ApiError:
    """Return what only a user may ask for, over GraphQL (cassettes ``workspace-members``, ``0-sample-workflows``)."""
    return ApiError("Forbidden resource", status=403, error="ForbiddenException", graphql_code="FORBIDDEN")


def uuid_expected() -> ApiError:
    """Return the error for a metadata path whose id is no UUID (cassette ``metadata-list``)."""
    return validation_pipe("Validation failed (uuid is expected)")


def validation_pipe(message: str | list[str]) -> ApiError:
    """Return the error for a body or path that no resolver has seen: ``{"message", "error": "Bad Request", "statusCode":
    400}``.
    """
    text = message if isinstance(message, str) else "; ".join(message)
    return ApiError(text, body={"message": message, "error": "Bad Request", "statusCode": 400})
