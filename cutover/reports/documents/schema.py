"""The documents of `schema plan`, `schema apply`, `schema check` and `schema role`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.paged import PagedDocument


class ReportedLack(TypedDict):
    """Something that the server lacks of what the plan needs."""

    need: str
    missing: list[str]
    blocks: bool
    """True where `schema apply` is refused."""
    effect: str
    to_do: str


class Server(TypedDict):
    """The server behind the workspace."""

    version: str | None
    """Null where the server does not tell."""
    lists_operations: bool
    lacks: list[ReportedLack]


class PlanItem(TypedDict):
    """An object or a field of the data model, and what happens to it."""

    action: str
    object: str
    field: str | None
    label: str
    type: str | None
    audited: bool | None
    options: int
    """The number of options that are made."""
    option_labels: list[str]
    ours: bool
    reason: str | None


class PlannedView(TypedDict):
    """A view, the list of an object, or the folder of the menu, and what happens to it."""

    action: str
    """`MAKE`, `KEEP`, `REMOVED` (people deleted it: it is not made again) or `LEFT_OUT` (its fields are of other types)."""
    kind: str
    """`TABLE`, `BOARD`, `CALENDAR`, `LIST` (all records of an object that we make) or `FOLDER`."""
    object: str
    label: str
    columns: list[str]
    """Fields; of a folder the names of its new entries."""
    steps: int


class Invitation(TypedDict):
    """A provider who is no member of the workspace."""

    provider: str
    email: str | None


class PersonBefore(TypedDict):
    """A person in the workspace who looks like a patient."""

    pbnId: str
    id: str
    adopted: bool
    reason: str


class TrashedRecords(TypedDict):
    """Records of one object in Twenty's trash that concern this project. A record has one reason."""

    object: str
    reason: str
    """`deleted_by_people`, `same_id`, `same_pbn_id`, `same_email` or `deleted_by_cutover`."""
    records: int
    to_do: str
    """A sentence; nothing is to be done about `deleted_by_cutover`."""


class ListedWorkflow(TypedDict):
    """A workflow in Twenty that fires on our writes."""

    id: str
    name: str
    """Empty where the API key may not read workflows."""
    event: str
    sample: bool
    """True where Twenty made it: it stops what writes records."""


class PlanDocument(PagedDocument):
    """The steps that `schema apply` takes, and what is in the way."""

    workspace: str
    mapping: str
    items: list[PlanItem]
    views: list[PlannedView]
    server: Server
    invite: list[Invitation]
    fallback_member: str | None
    people: list[PersonBefore]
    trash: list[TrashedRecords]
    workflows: list[ListedWorkflow]


class DriftDocument(TypedDict):
    """Differences of the workspace's data model from the approved mapping."""

    workspace: str
    mapping: str
    drift: list[PlanItem]
    views: list[PlannedView]
    """Views that people deleted, or that are not made yet."""


class TakenStep(TypedDict):
    """A step that was taken."""

    kind: str
    name: str


class SwitchedWorkflow(TypedDict):
    """A sample workflow of Twenty that was switched off, or on again."""

    id: str
    name: str
    on: bool


class AppliedDocument(TypedDict):
    """The data model made."""

    run: str
    mapping: str
    workspace: str
    steps: list[TakenStep]
    views_refused: list[str]
    """Views that Twenty refused; nothing else depends on them."""
    switched: list[SwitchedWorkflow]
    invite: list[Invitation]
    fallback_member: str | None
    workflows: list[ListedWorkflow]


class RoleDocument(TypedDict):
    """The least role for Cutover's API key."""

    run: str
    workspace: str
    role: str
    """The role's name in Twenty."""
    id: str | None
    """Its id; null where it was removed."""
    made: bool
    """True where it is new; else its rights were set again."""
    removed: list[str]
    """Roles that were deleted."""
    writes: list[str]
    """Objects whose records the role may read and write."""
    reads: list[str]
    """Objects whose records the role may read alone: they point at migrated records."""
    permissions: list[str]
    """Rights beside those on records, in Twenty's words."""
