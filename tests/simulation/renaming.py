"""Renamings by people: objects, fields and options of ours get other names in Twenty, which no command may undo."""

from __future__ import annotations

from dataclasses import dataclass, field

from rehearsal.model.model import ObjectType
from rehearsal.workspace.workspace import RehearsalWorkspace

FIELDS = (
    *(("people", "patientStatus"), ("people", "insuranceCarrier"), ("people", "dateOfBirth"), ("people", "mailingAddress")),
    *(("insuranceClaims", "status"), ("treatmentPlans", "status"), ("labCases", "due"), ("billingRecords", "lastPaymentDate")),
)
"""Fields that people rename, by the plural name of their object and their own, as they were made."""
OBJECTS = ("insuranceClaims", "treatmentPlans", "labCases", "billingRecords")
"""Objects that people rename, by their plural name as they were made."""


@dataclass
class Renamed:
    """Present names of what people renamed, by the names that it was made with."""

    objects: dict[str, str] = field(default_factory=dict)
    fields: dict[tuple[str, str], str] = field(default_factory=dict)

    def plural(self, plural: str) -> str:
        """Return the present name of an object."""
        return self.objects.get(plural, plural)

    def column(self, plural: str, name: str) -> str:
        """Return the present name of a field."""
        return self.fields.get((plural, name), name)

    def object(self, workspace: RehearsalWorkspace, plural: str) -> ObjectType | None:
        """Return an object of the workspace by the name that it was made with."""
        return workspace.model.plural(self.plural(plural))
