"""Names by which the log knows parts of a workspace's data model: those that they were made, or met, with, by metadata id."""

from __future__ import annotations

from consumers.data_model.ledger import Ledger, read_ledger
from consumers.data_model.steps import StepKind
from consumers.twenty.known_names import KnownNames
from events.decisions import Decisions


def read_names(decisions: Decisions, workspace: str) -> KnownNames:
    """Return the names known of a workspace, by its identity. Raises CodecError, LogError."""
    return names_in(read_ledger(decisions, workspace))


def names_in(ledger: Ledger) -> KnownNames:
    """Return the names that a ledger gives the objects, fields and options that were made or adopted."""
    objects: dict[str, tuple[str, str]] = {}
    fields: dict[str, str] = {}
    options = dict(ledger.options)
    for metadata_id, name in ledger.adopted.items():
        if (field := name.rpartition(".")[2]) != name:
            fields[metadata_id] = field
    for one in ledger.applied:
        step, made = one.step, one.made
        if step.kind is StepKind.CREATE_OBJECT and made.object is not None and step.plural is not None:
            objects[made.object] = (step.object, step.plural)
            fields |= {metadata_id: name for name, metadata_id in made.came_with.items()}
        if step.kind in (StepKind.CREATE_FIELD, StepKind.CREATE_RELATION) and made.field is not None and step.field is not None:
            fields[made.field] = step.field
        labels = dict(step.options)
        options |= {metadata_id: (value, labels[value]) for value, metadata_id in made.options.items() if value in labels}
    return KnownNames(objects=objects, fields=fields, options=options)
