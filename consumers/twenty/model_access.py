"""A workspace's data model: read once and remembered, changed, and forgotten after each change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from consumers.twenty import many_fields, model_changes, schema_operations
from consumers.twenty.known_names import KnownNames
from consumers.twenty.layout import NEEDED, SeenLayout, read_layout
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, SelectOption
from consumers.twenty.metadata_answers import RelationTargets
from consumers.twenty.model_changes import ModelChange
from consumers.twenty.offered import Offered, offered
from consumers.twenty.rights import roles, visibility
from consumers.twenty.rights.roles import ObjectGrant
from consumers.twenty.server_version import server_version
from consumers.twenty.transport import limits
from consumers.twenty.transport.calls import Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refused, UnexpectedAnswer


class ModelAccess:
    """The part of a workspace's client that reads and changes the data model. `key_id` is the API key's own id, where its
    text tells it. Every method raises `TwentyError`s (see `errors`).
    """

    def __init__(self, connection: Connection, key_id: str | None) -> None:
        self._connection = connection
        self._key_id = key_id
        self._metadata: Metadata | None = None
        self._read_after = 0
        self._known: Callable[[str], KnownNames] | None = None
        self._targets: RelationTargets | None = None
        self._offered: Offered | None = None
        self._accesses: visibility.Accesses = {}
        self._many_fields: bool | None = None
        self._has_begun = False
        self._keeps_schema: Refused | UnexpectedAnswer | None = None

    def metadata(self, *, refresh: bool = False, relations: bool = True) -> Metadata:
        """Return the data model, read once; again with `refresh`, and after a change made through this object. Without
        `relations` those that were there before lead where they led, and new ones nowhere: to ask takes longer than all the
        rest.
        """
        if self._metadata is None or refresh:
            if not self._has_begun:
                self._begin()
            if relations or self._targets is None:
                self._targets = schema_operations.relation_targets(self._connection)
                self._accesses = visibility.accesses(self._connection) if self._has(visibility.OFFERED_BY) else {}
            metadata = visibility.with_access(schema_operations.metadata(self._connection, self._targets), self._accesses)
            self._metadata = self._known(metadata.identity).in_(metadata) if self._known else metadata
            self._read_after = self._connection.sent(Surface.RECORDS)
        return self._metadata

    def metadata_now(self) -> Metadata:
        """Return the data model as it is now: read again where records were read or written since it was read last. People may
        have renamed a part of it between two commands of one session.
        """
        return self.metadata(refresh=self._connection.sent(Surface.RECORDS) != self._read_after)

    def know(self, known: Callable[[str], KnownNames]) -> None:
        """Take the names by which parts of the data model are known, for a workspace by its identity. From now on the
        workspace is spoken of by those names, whatever people call them in Twenty. The first ones that are taken stay.
        """
        if self._known is None:
            self._known, self._metadata = known, None

    def _begin(self) -> None:
        """Keep to the rate limit that the server tells, before the first request that counts against it."""
        self._has_begun = True
        if not self._has(limits.NAMED_BY):
            return
        in_seconds = self._offered is not None and limits.IN_SECONDS in self._offered
        named = limits.rate_limit(self._connection, self._key_id, in_seconds=in_seconds)
        if named is not None:
            self._connection.heed(named)

    def _has(self, path: str) -> bool:
        """Return whether the server has this part of the metadata API; one that keeps its schema to itself is tried."""
        try:
            return path in self.offered()
        except (Refused, UnexpectedAnswer):
            return True

    def offered(self) -> Offered:
        """Return the operations and fields that the server's metadata API has, read once."""
        if self._keeps_schema is not None:
            raise self._keeps_schema
        if self._offered is None:
            try:
                self._offered = offered(self._connection)
            except (Refused, UnexpectedAnswer) as error:
                self._keeps_schema = error  # it will not tell next time either
                raise
        return self._offered

    def version(self) -> str | None:
        """Return the server's version, for people to read; None where it does not tell."""
        return server_version(self._connection)

    def identity(self) -> str:
        """Return what tells this workspace from any other: the metadata id of its `person` object."""
        return self.metadata().identity

    # The data model

    def change_model(self, changes: Sequence[ModelChange]) -> dict[str, Any]:
        """Make several changes in one request, each by another mutation; return the answers by the names of the mutations."""
        self._metadata = None
        return model_changes.change_model(self._connection, changes)

    def offers_many_fields(self) -> bool:
        """Return whether the server makes many fields in one request; asked once. Raises Unreachable."""
        if self._many_fields is None:
            self._many_fields = many_fields.offers_many_fields(self._connection)
        return self._many_fields

    def create_many_fields(self, fields: Sequence[Mapping[str, Any]]) -> None:
        """Make several fields in one request, all of them or none. Raises ToolFailed besides."""
        self._metadata = None
        many_fields.create_many_fields(self._connection, fields)

    def set_readability(self, object_id: str, readability: str) -> ObjectMetadata:
        """Make an object `PRIVATE`, or `OPEN` again."""
        self._metadata = None
        return schema_operations.set_readability(self._connection, object_id, readability)

    def set_options(self, field_id: str, options: Sequence[SelectOption], *, drop: bool = False) -> FieldMetadata:
        """Give a SELECT these options; existing ones keep their ids. `drop` must say so when some are left out."""
        self._metadata = None
        return schema_operations.set_options(self._connection, field_id, options, drop=drop)

    def delete_field(self, field_id: str) -> None:
        """Delete a custom field, with its values."""
        self._metadata = None
        schema_operations.delete_field(self._connection, field_id)

    def delete_object(self, object_id: str) -> None:
        """Delete a custom object, with its records."""
        self._metadata = None
        schema_operations.delete_object(self._connection, object_id)

    # Views and the menu

    def has_layout(self) -> bool:
        """Return whether the server lists the operations that make views and menu items."""
        try:
            return not self.offered().missing(*NEEDED)
        except (Refused, UnexpectedAnswer):
            return False

    def layout(self) -> SeenLayout:
        """Return the views and the items of the menu, as they are now."""
        return read_layout(self._connection)

    # Roles

    def roles(self) -> dict[str, str]:
        """Return the roles of the workspace: label → id."""
        return roles.roles(self._connection)

    def make_role(self, label: str, description: str) -> str:
        """Make a role without any right, for API keys alone; return its id."""
        return roles.make_role(self._connection, label, description)

    def grant(self, role_id: str, objects: Sequence[ObjectGrant], flags: Collection[str]) -> None:
        """Give a role these rights, and no others."""
        roles.grant(self._connection, role_id, objects, flags)

    def delete_role(self, role_id: str) -> None:
        """Delete a role. Raises `RoleHasKeys`."""
        roles.delete_role(self._connection, role_id)

    def _object(self, name: str) -> ObjectMetadata:
        return self.metadata().object(name)
