"""Comparison of the workspace with the destination: one object or one field at a time. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from consumers.data_model.planning.option_words import missing_values, missing_words, valid_options
from consumers.data_model.planning.privacy import PrivateObject
from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, RelationKind
from projections.spec import TwentyField, TwentyObject

CAME_WITH = frozenset(
    {"id", "createdAt", "updatedAt", "deletedAt", "createdBy", "updatedBy", "position", "searchVector", "name"}
    | {"attachments", "noteTargets", "taskTargets", "timelineActivities"}
)
"""The fields that a new object has from the start (cassettes metadata-field-errors, create-one)."""

BY_VALUE = frozenset({("task", "taskType")})
"""SELECTs whose values the projections write as they are; in all others, they look a word up by its label."""

_OWNERS = defaultdict(lambda: "Twenty itself", APPLICATION="an app")
"""Those who may write what is not open, by Twenty's word for it."""

NO_WORDS = (("UNKNOWN", "Unknown"),)
"""Option of a SELECT for which no word is known yet, as Twenty refuses a SELECT without options."""


class Kind(StrEnum):
    """Verdict on a wanted object or field: made, given more options, made private, used as it is, or in the way."""

    CREATE_OBJECT = "CREATE_OBJECT"
    CREATE_FIELD = "CREATE_FIELD"
    CREATE_RELATION = "CREATE_RELATION"
    ADD_OPTIONS = "ADD_OPTIONS"
    MAKE_PRIVATE = "MAKE_PRIVATE"
    ADOPT = "ADOPT"
    CLASH = "CLASH"


WantedPart = TwentyObject | TwentyField | PrivateObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing we need. `step` is what must be done (none for ADOPT and CLASH), `reason` says why it clashes and what to do,
    `ours` that an earlier apply made what is there.
    """

    kind: Kind
    wanted: WantedPart
    step: ModelStep | None = None
    reason: str | None = None
    ours: bool = False

    @property
    def name(self) -> str:
        """Return what it is about: `treatmentPlan`, `person.pbnId`."""
        return f"{self.object}.{self.wanted.name}" if isinstance(self.wanted, TwentyField) else self.object

    @property
    def object(self) -> str:
        """Return the singular name of the object that it is, or is part of."""
        return self.wanted.object if isinstance(self.wanted, TwentyField) else self.wanted.singular

    @property
    def option_labels(self) -> list[str]:
        """Return the labels of the options that it makes."""
        return [label for _, label in self.step.options] if self.step else []


def wanted_item(metadata: Metadata, wanted: WantedPart) -> Item:
    """Compare one wanted field or object with the workspace: present, missing or blocked."""
    if isinstance(wanted, TwentyObject):
        return _object(metadata, wanted)
    if isinstance(wanted, PrivateObject):
        return _private(metadata, wanted)
    if wanted.object not in metadata:
        if wanted.name in CAME_WITH:
            return _clash(wanted, "a new object comes with a field of that name", "give the column another name in the mapping")
        return _create(wanted)
    there = metadata.object(wanted.object)
    found = there.fields.get(wanted.name)
    return _missing_field(metadata, there, wanted) if found is None else _found_field(found, wanted)


def _object(metadata: Metadata, wanted: TwentyObject) -> Item:
    found = next((one for one in metadata.objects if one.singular == wanted.singular), None)
    if found is None:
        if wanted.standard:
            return _clash(wanted, "Twenty's own object is not there", "restore it, or use a workspace that has it")
        if wanted.singular in metadata or wanted.plural in metadata:
            return _clash(wanted, "another object has one of its names", "rename that object's API names in Twenty")
        return Item(
            kind=Kind.CREATE_OBJECT,
            wanted=wanted,
            step=ModelStep(
                kind=StepKind.CREATE_OBJECT,
                object=wanted.singular,
                label=wanted.label,
                plural=wanted.plural,
                label_plural=wanted.label_plural,
                icon=wanted.icon,
            ),
        )
    if not found.is_active:
        return _clash(wanted, "the object is there and inactive", "activate or delete it in Twenty's settings")
    if found.writability != "OPEN":
        return _clash(wanted, f"only {_OWNERS[found.writability]} may write its records", "use a workspace where it is open")
    if found.plural != wanted.plural:
        return _clash(wanted, f"its plural is {found.plural}, we need {wanted.plural}", "rename its API names in Twenty")
    return Item(kind=Kind.ADOPT, wanted=wanted)


def _private(metadata: Metadata, wanted: PrivateObject) -> Item:
    readability = metadata.object(wanted.singular).readability if wanted.singular in metadata else "OPEN"
    if readability == "PRIVATE":
        return Item(kind=Kind.ADOPT, wanted=wanted)
    if readability != "OPEN":
        return _clash(wanted, f"its records are {readability}, not open", "take it out of [twenty] private")
    if not wanted.granted:
        to_do = "share it with the key's role by a sharing rule without criteria, then name it in [twenty] granted too"
        return _clash(wanted, "the API key might no longer see all of it once it is private", to_do)
    return Item(
        kind=Kind.MAKE_PRIVATE,
        wanted=wanted,
        step=ModelStep(kind=StepKind.MAKE_PRIVATE, object=wanted.singular, label=wanted.label),
    )


def _missing_field(metadata: Metadata, there: ObjectMetadata, wanted: TwentyField) -> Item:
    if wanted.type != "RELATION":
        if any(field.relation and field.relation.join_column == wanted.name for field in there.fields.values()):
            return _clash(wanted, "a relation has that name for its ids", "rename that relation in Twenty")
        return _create(wanted)
    column = f"{wanted.name}Id"
    if column in there.columns or column in there.fields:
        return _clash(wanted, f"the relation needs the name {column}, which a field has", "rename that field in Twenty")
    target = wanted.target or ""
    if target not in metadata or not metadata.object(target).is_active:
        return _clash(wanted, f"it leads to {target}, which is not there or inactive", "activate that object in Twenty")
    back = camel_case(wanted.back_label or "")
    if back in metadata.object(target).fields:
        return _clash(wanted, f"its other side would be {target}.{back}, which is there", "rename that field in Twenty")
    return _create(wanted)


def _found_field(found: FieldMetadata, wanted: TwentyField) -> Item:
    if found.writability != "OPEN":
        owner = _OWNERS[found.writability]
        return _clash(wanted, f"the field is there and only {owner} may write it", "rename or delete it in Twenty, or its app")
    if not found.is_active:
        return _clash(wanted, "the field is there and inactive", "activate or delete it in Twenty's settings")
    if wanted.type == "RELATION":
        return _found_relation(found, wanted)
    # A TEXT takes words as they are; a SELECT cannot take free text.
    if found.type != wanted.type and (wanted.type, found.type) != ("SELECT", "TEXT"):
        return _clash(wanted, f"the field is there as {found.type}, we need {wanted.type}", "rename or delete it in Twenty")
    if wanted.unique and not found.is_unique:
        return _clash(wanted, "the field is there and not unique", "make it unique in Twenty's settings, or rename it")
    if found.is_unique and not wanted.unique:
        return _clash(wanted, "the field is there and unique, while records share values", "rename it, or lift its uniqueness")
    if found.type == "SELECT":
        return _found_select(found, wanted)
    return Item(kind=Kind.ADOPT, wanted=wanted)


def _found_relation(found: FieldMetadata, wanted: TwentyField) -> Item:
    relation = found.relation
    if found.type != "RELATION" or relation is None:
        return _clash(wanted, f"the field is there as {found.type}, we need a relation", "rename or delete it in Twenty")
    if relation.kind is not RelationKind.MANY_TO_ONE:
        return _clash(wanted, "the relation is there and leads to many records", "rename or delete it in Twenty")
    if relation.target is not None and relation.target != wanted.target:
        what = f"the relation is there and leads to {relation.target}, we need {wanted.target}"
        return _clash(wanted, what, "rename or delete it in Twenty")
    return Item(kind=Kind.ADOPT, wanted=wanted)


def _found_select(found: FieldMetadata, wanted: TwentyField) -> Item:
    if found.options and wanted.options == NO_WORDS:
        return Item(kind=Kind.ADOPT, wanted=wanted)
    if (wanted.object, wanted.name) in BY_VALUE:
        new = missing_values(wanted.options, found.options)
    else:
        new = missing_words((label for _, label in wanted.options), found.options)
    return (
        Item(kind=Kind.ADD_OPTIONS, wanted=wanted, step=more_options(wanted.object, found, new))
        if new
        else Item(kind=Kind.ADOPT, wanted=wanted)
    )


def more_options(singular: str, found: FieldMetadata, new: tuple[tuple[str, str], ...]) -> ModelStep:
    """Return the step that gives a SELECT more options."""
    had = tuple(option.id for option in found.options if option.id)
    return ModelStep(
        kind=StepKind.ADD_OPTIONS, object=singular, field=found.name, label=found.label, type="SELECT", options=new, had=had
    )


def _create(wanted: TwentyField) -> Item:
    kind = Kind.CREATE_RELATION if wanted.type == "RELATION" else Kind.CREATE_FIELD
    return Item(
        kind=kind,
        wanted=wanted,
        step=ModelStep(
            kind=StepKind(kind),
            object=wanted.object,
            field=wanted.name,
            label=wanted.label,
            type=wanted.type,
            unique=wanted.unique,
            options=valid_options(wanted.options),
            target=wanted.target,
            back_label=wanted.back_label,
            icon=wanted.icon,
            back_icon=wanted.back_icon,
            audited=wanted.audited,
        ),
    )


def _clash(wanted: WantedPart, what: str, to_do: str) -> Item:
    item = Item(kind=Kind.CLASH, wanted=wanted)
    return Item(kind=Kind.CLASH, wanted=wanted, reason=f"{item.name}: {what}; {to_do}")


def camel_case(label: str) -> str:
    """Return the name that Twenty makes of a relation's label on the other side: `Treatment Plans` → `treatmentPlans`
    (cassette metadata-relations).
    """
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in label).split()
    return "".join(word[:1].upper() + word[1:] if n else word[:1].lower() + word[1:] for n, word in enumerate(words))
