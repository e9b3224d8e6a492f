"""Lacks of a server that a plan would meet, found before the first write. Pure; it goes by the server's own introspection.

A field of an input that the server does not have is refused by GraphQL, and ignored by REST without a word.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.layout import NEEDED
from consumers.twenty.offered import Offered

_EFFECTS = {
    StepKind.CREATE_OBJECT: "objects cannot be made as they are needed",
    StepKind.CREATE_FIELD: "fields cannot be made as they are needed",
    StepKind.CREATE_RELATION: "relations cannot be made",
    StepKind.ADD_OPTIONS: "options cannot be added",
    StepKind.MAKE_PRIVATE: "objects cannot be made private ([twenty] private)",
}
_MUTATIONS = {
    StepKind.CREATE_OBJECT: "createOneObject",
    StepKind.CREATE_FIELD: "createOneField",
    StepKind.CREATE_RELATION: "createOneField",
    StepKind.ADD_OPTIONS: "updateOneField",
    StepKind.MAKE_PRIVATE: "updateOneObject",
}
"""The mutations that make the steps (see `applying.mutations`)."""
_OBJECT = ("nameSingular", "namePlural", "labelSingular", "labelPlural")
_FIELD = ("objectMetadataId", "name", "label", "type")

_UPLOADS = (
    ("Mutation.createFileUpload", "Mutation.completeFileUpload", "FileFolder.FilesField"),
    ("Mutation.uploadFilesFieldFile",),
)
"""The ways to upload a file, each with all that it takes."""

_TARGETS = ("Query.objects", "Object.fieldsList", "Field.relation", "Relation.targetObjectMetadata")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """One thing that is needed and not there. `missing` are paths of the metadata API; one that `blocks` refuses the apply."""

    need: str
    missing: tuple[str, ...]
    effect: str
    to_do: str
    blocks: bool = True

    def __str__(self) -> str:
        return f"{self.need}: {self.effect} ({', '.join(self.missing)} missing); {self.to_do}"


def lacks(offered: Offered, steps: Collection[ModelStep], *, documents: bool, views: bool = False) -> tuple[Lack, ...]:
    """Return what the server lacks for those steps, and for uploads where the practice has documents, and for views
    where the practice wants them.
    """
    found = tuple(_lacks(offered, steps, documents=documents))
    return (*found, *_lacks_of_views(offered)) if views else found


def _lacks(offered: Offered, steps: Collection[ModelStep], *, documents: bool) -> Iterator[Lack]:
    for kind, effect in _EFFECTS.items():
        wanted = {path for step in steps if step.kind is kind for path in _needed(step)}
        if missing := offered.missing(*sorted(wanted)):
            yield Lack(need="data model", missing=missing, effect=effect, to_do="use a Twenty that has them")
    if documents and all(offered.missing(*way) for way in _UPLOADS):
        missing = tuple(path for way in _UPLOADS for path in offered.missing(*way))
        yield Lack(
            need="uploads",
            missing=missing,
            effect="documents cannot be uploaded",
            to_do="use a Twenty that has one of the two ways",
        )
    if missing := offered.missing(*_TARGETS):
        effect = "where a relation leads is not compared"
        yield Lack(
            need="relations", missing=missing, effect=effect, to_do="look at the relations of the plan yourself", blocks=False
        )
    if missing := offered.missing("Query.usageLimits"):
        effect = "the rate limit is learned from the server's refusals"
        yield Lack(
            need="limits",
            missing=missing,
            effect=effect,
            to_do="set [twenty] rate_limit, where it is not 100 requests a minute",
            blocks=False,
        )


def _lacks_of_views(offered: Offered) -> Iterator[Lack]:
    """Yield a notice where no views can be made: the data model does without them."""
    if missing := offered.missing(*NEEDED):
        yield Lack(
            need="views",
            missing=missing,
            effect="views and the menu's folder are left out",
            to_do="make the views that you need in Twenty, or set [twenty] views = false",
            blocks=False,
        )


def _needed(step: ModelStep) -> Iterator[str]:
    """Yield the paths that a step needs."""
    yield f"Mutation.{_MUTATIONS[step.kind]}"
    if step.kind is StepKind.CREATE_OBJECT:
        yield from (f"CreateObjectInput.{name}" for name in _OBJECT)
        return
    if step.kind is StepKind.ADD_OPTIONS:
        yield "UpdateFieldInput.options"
        return
    if step.kind is StepKind.MAKE_PRIVATE:
        yield "UpdateObjectPayload.readability"
        return
    yield from (f"CreateFieldInput.{name}" for name in _FIELD)
    yield f"FieldMetadataType.{step.type}"
    if step.kind is StepKind.CREATE_RELATION:
        yield "CreateFieldInput.relationCreationPayload"
    if step.unique:
        yield "CreateFieldInput.isUnique"
    if step.options:
        yield "CreateFieldInput.options"
    if step.audited is not None:
        yield "CreateFieldInput.isAuditLogged"
