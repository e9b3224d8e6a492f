"""The types of fields that are known, collected from the modules of this folder."""

from __future__ import annotations

from events.vocabulary.specs import Specs
from projections.types.type import TwentyType

TYPES: Specs[TwentyType] = Specs("projections.types", name=lambda one: one.name, place=lambda one: one.name)
"""Every type of field by Twenty's name of it."""
