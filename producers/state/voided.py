"""Deliveries that were voided: what they said counts for nothing, and they are not read again."""

from __future__ import annotations

from collections.abc import Iterator

from events.decisions import Decided, Decision, Decisions


def voided_extracts(decisions: Decisions) -> dict[str, Decision]:
    """Return the decisions by which extracts were voided, by the extract's id. Raises CodecError, LogError."""
    return {str(d.body["extract"]): d for d in decisions.all(Decided.EXTRACT_VOIDED)}


def unfinished_voids(decisions: Decisions) -> dict[str, Decision]:
    """Return those of which not all changes are in the log yet: the command was killed."""
    finished = {str(d.body["extract"]) for d in decisions.all(Decided.EXTRACT_VOID_FINISHED)}
    return {extract: d for extract, d in voided_extracts(decisions).items() if extract not in finished}


def readings_that_count(decisions: Decisions) -> Iterator[Decision]:
    """Yield the readings of extracts that were not voided. Raises CodecError, LogError."""
    voided = voided_extracts(decisions)
    yield from (d for d in decisions.all(Decided.EXTRACT_READ) if d.body.get("extract") not in voided)
