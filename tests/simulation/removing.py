"""Parts of the data model that people remove or switch off in the simulation: fields, options and objects of ours."""

from __future__ import annotations

from tests.simulation.renaming import FIELDS, OBJECTS

OWN_OBJECTS = OBJECTS
OWN_FIELDS = (*FIELDS, ("people", "recallReason"), ("insuranceClaims", "serviceDate"), ("insuranceClaims", "patientId"))
"""Columns by object; the last one is that of a relation."""
MAYBE_THERE = "labCases"
"""The object that is there only once the office has turned it on."""
NAMES = {"patientId": "patient"}
"""Names of fields whose column has another one."""
VIEWS = ("Patients", "Appointments", "Communications")
"""Views that people remove, by name: they go with no object."""


def field_name(column: str) -> str:
    """Return the name of the field with this column."""
    return NAMES.get(column, column)
