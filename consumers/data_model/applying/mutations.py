"""Mutations of Twenty's metadata API that steps are made of: one table from a kind of step to its mutation. Pure.

A further kind of step needs its row here, its evidence in `evidence`, and its inverse in `steps` and `undo`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consumers.data_model.planning.option_words import coloured
from consumers.data_model.steps import ModelStep, StepKind
from consumers.twenty.many_fields import MOST_FIELDS
from consumers.twenty.metadata import Metadata
from consumers.twenty.metadata_answers import field, object_type
from consumers.twenty.model_changes import FIELD, MOST_MUTATIONS, OBJECT, ModelChange, options_input

_CREATE_OBJECT = "createOneObject"
_UPDATE_OBJECT = "updateOneObject"
_CREATE_FIELD = "createOneField"
_UPDATE_FIELD = "updateOneField"
_FIELDS = frozenset({StepKind.CREATE_FIELD, StepKind.CREATE_RELATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """Mutation for steps of a kind, and all that it takes to send it and to read its answer.

    `change` makes the request's part of a step and the data model as it is known; it raises Refused (unknown-object,
    unknown-field) where that lacks what the step is about. `waits` tells whether the first step must be sent after the second
    has been answered. `learned` is the data model with what the answer shows; it raises UnexpectedAnswer.
    """

    mutation: str
    change: Callable[[ModelStep, Metadata], ModelChange]
    waits: Callable[[ModelStep, ModelStep], bool]
    learned: Callable[[Metadata, ModelStep, Any], Metadata]


def share_a_request(steps: Iterable[ModelStep], *, many: bool = False) -> list[ModelStep]:
    """Return the steps that the next request carries, in the order given: no mutation twice, and none that waits for another.

    `many`: the server makes many fields in one request (see `many_fields`): they go together, once all else is done that waits
    for nothing. Never empty where there are steps.
    """
    pending = list(steps)
    ready = [one for one in pending if not any(SENDINGS[one.kind].waits(one, other) for other in pending if other is not one)]
    together = [one for one in ready if many and one.kind in _FIELDS and one.audited is None]
    group: list[ModelStep] = []
    for step in ready:
        mutation = SENDINGS[step.kind].mutation
        taken = any(SENDINGS[one.kind].mutation == mutation for one in group)
        if len(group) < MOST_MUTATIONS and not taken and step not in together:
            group.append(step)
    return group or together[:MOST_FIELDS] or pending[:1]


def go_together(steps: Sequence[ModelStep]) -> bool:
    """Return whether these steps of a request are fields that are made together."""
    return len(steps) > 1 and all(step.kind in _FIELDS for step in steps)


def field_of(step: ModelStep, known: Metadata) -> dict[str, Any]:
    """Return the field that a step makes, as the input of the server. Raises Refused as `change_of`."""
    field_: dict[str, Any] = change_of(step, known).arguments["input"][1]["field"]
    return field_


def change_of(step: ModelStep, known: Metadata) -> ModelChange:
    """Return a step as its part of a request. Raises Refused where the data model lacks what the step is about."""
    return SENDINGS[step.kind].change(step, known)


def _object_input(step: ModelStep, known: Metadata) -> ModelChange:
    value = {
        "object": {
            "nameSingular": step.object,
            "namePlural": step.plural,
            "labelSingular": step.label,
            "labelPlural": step.label_plural,
            "icon": step.icon or "IconBox",
        }
    }
    return ModelChange(mutation=_CREATE_OBJECT, arguments={"input": ("CreateOneObjectInput!", value)}, selection=OBJECT)


def _field_input(step: ModelStep, known: Metadata) -> ModelChange:
    there = known.object(step.object)
    value: dict[str, Any] = {
        "objectMetadataId": there.id,
        "name": step.field,
        "label": step.label,
        "type": step.type or "TEXT",
    }
    if step.unique:
        value["isUnique"] = True
    if step.options:
        value["options"] = options_input(coloured(step.options))
    if step.icon is not None:
        value["icon"] = step.icon
    if step.audited is not None:
        value["isAuditLogged"] = step.audited
    if step.kind is StepKind.CREATE_RELATION:
        value["relationCreationPayload"] = {
            "type": "MANY_TO_ONE",
            "targetObjectMetadataId": known.object(step.target or "").id,
            "targetFieldLabel": step.back_label or there.label_plural,
            "targetFieldIcon": step.back_icon or "IconBox",
        }
    arguments = {"input": ("CreateOneFieldMetadataInput!", {"field": value})}
    return ModelChange(mutation=_CREATE_FIELD, arguments=arguments, selection=FIELD)


def _more_options_input(step: ModelStep, known: Metadata) -> ModelChange:
    """Return the change that adds options. Those that are there are sent with their ids: without them, every record would
    lose its value (cassette `metadata-select-options`).
    """
    there = known.object(step.object).field(step.field or "")
    options = [*there.options, *coloured(step.options, after=len(there.options))]
    value = {"id": there.id, "update": {"options": options_input(options)}}
    arguments = {"input": ("UpdateOneFieldMetadataInput!", value)}
    return ModelChange(mutation=_UPDATE_FIELD, arguments=arguments, selection=FIELD)


def _private_input(step: ModelStep, known: Metadata) -> ModelChange:
    value = {"id": known.object(step.object).id, "update": {"readability": "PRIVATE"}}
    arguments = {"input": ("UpdateOneObjectInput!", value)}
    return ModelChange(mutation=_UPDATE_OBJECT, arguments=arguments, selection="id readability")


def _with_object(known: Metadata, step: ModelStep, answer: Any) -> Metadata:
    return known.having(object_type(answer))


def _with_field(known: Metadata, step: ModelStep, answer: Any) -> Metadata:
    there, made = known.object(step.object), field(answer)
    before = next((one for one in there.fields.values() if one.id == made.id), None)
    if before is not None:  # people may have renamed it, or options of it
        options = {option.id: option for option in before.options}
        made = replace(before, options=tuple(options.get(option.id, option) for option in made.options))
    return known.having(replace(there, fields={**there.fields, made.name: made}))


def _made_private(known: Metadata, step: ModelStep, answer: Any) -> Metadata:
    return known.having(replace(known.object(step.object), readability=str(answer.get("readability"))))


def _for_nothing(step: ModelStep, other: ModelStep) -> bool:
    return False


def _for_its_objects(step: ModelStep, other: ModelStep) -> bool:
    return other.kind is StepKind.CREATE_OBJECT and other.object in (step.object, step.target)


def _for_all_else(step: ModelStep, other: ModelStep) -> bool:
    return other.kind is not StepKind.MAKE_PRIVATE


SENDINGS: Mapping[StepKind, Sending] = {
    StepKind.CREATE_OBJECT: Sending(mutation=_CREATE_OBJECT, change=_object_input, waits=_for_nothing, learned=_with_object),
    StepKind.CREATE_FIELD: Sending(mutation=_CREATE_FIELD, change=_field_input, waits=_for_its_objects, learned=_with_field),
    StepKind.CREATE_RELATION: Sending(mutation=_CREATE_FIELD, change=_field_input, waits=_for_its_objects, learned=_with_field),
    StepKind.ADD_OPTIONS: Sending(mutation=_UPDATE_FIELD, change=_more_options_input, waits=_for_nothing, learned=_with_field),
    StepKind.MAKE_PRIVATE: Sending(mutation=_UPDATE_OBJECT, change=_private_input, waits=_for_all_else, learned=_made_private),
}
"""One row a kind of step."""
