"""The kinds of tables that are known, collected from the modules of this folder."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from events.vocabulary.specs import Specs
from producers.entities.spec import SourceSpec

_ORDER = list(TableKind)

SOURCES: Specs[SourceSpec] = Specs(
    "producers.entities", name=lambda spec: spec.kind, place=lambda spec: _ORDER.index(spec.kind)
)
"""Every kind of table that is read, by its name."""
