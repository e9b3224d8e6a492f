"""The kind of a table: every kind is tried, and the one that explains the most of the columns wins.

The file's name says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.binding import bind_as
from producers.binding.guessing.guess import TableGuess
from producers.binding.guessing.header_scores import header_score
from producers.binding.guessing.joins import Pointed
from producers.entities.registry import SOURCES
from producers.kinds import cells
from producers.kinds.profile import KnownIds, Profile

_PLAINLY = 0.8
_EXPLAINED = 0.75
"""The weight of a kind that says why other tables link to a column, beside the points of the kinds."""
_INCOMPLETE = 0.75
"""The most confidence in a table whose records would be incomplete."""
_CONTRADICTED = 0.5
"""The most confidence in a table whose rows are something else by the links of other tables."""
_LINKS = (cells.PATIENT_ID, cells.PLAN_ID, cells.PROVIDER)


def guess(
    headers: Sequence[str],
    profiles: Sequence[Profile],
    known: KnownIds,
    pointed: Sequence[Pointed] = (),
    rows: Sequence[Sequence[str]] = (),
) -> TableGuess:
    """Return the kind of a table and the meaning of its columns; UNKNOWN where no kind explains enough of it. `pointed` are
    its columns that other tables link to, `rows` those that were looked at.
    """
    enough = {spec.kind: spec.enough for spec in SOURCES}
    candidates = [bind_as(spec.kind, headers, profiles, known, pointed=pointed, rows=rows) for spec in SOURCES]
    candidates = [g for g in candidates if not _links_to_plans(g, headers, profiles)] or candidates
    candidates.sort(
        key=lambda g: (
            not g.missing and g.points >= enough[g.kind],
            g.points / enough[g.kind] + g.points / 4 + (_EXPLAINED if _explains_links(g, pointed) else 0.0),
        ),
        reverse=True,
    )
    best = candidates[0]
    if best.points < enough[best.kind]:
        near = max(candidates, key=lambda g: g.points / enough[g.kind])
        likeness = near.kind if near.points > 0.5 * enough[near.kind] else None
        return TableGuess(
            kind=TableKind.UNKNOWN,
            bound=(),
            points=0.0,
            confidence=0.0,
            missing=(),
            evidence=f"no known entity explains its {len(headers)} columns",
            likeness=likeness,
        )
    rival = max((g.points for g in candidates[1:] if not g.missing), default=0.0)
    weights = sum(b.column.weight for b in best.bound)
    sure = best.points / weights * min(1.0, best.points / (1.25 * enough[best.kind]))
    sure *= 0.8 if rival > 0.9 * best.points else 1.0
    evidence = f"{len(best.bound)} of {len(headers)} columns are those of the kind {best.kind.value}"
    if unbound := _wanted(best):
        sure, evidence = min(sure, _INCOMPLETE), f"{evidence}; no column gives {' and '.join(unbound)}"
    said = [one for one in pointed if one.kind is not None]
    if said and not _explains_links(best, said):
        kinds = " and ".join(sorted({one.kind.value for one in said if one.kind is not None}))
        sure, evidence = (
            min(sure, _CONTRADICTED),
            f"{evidence}; links of other tables say that it holds rows of the kind {kinds}",
        )
    return TableGuess(
        kind=best.kind,
        bound=best.bound,
        points=best.points,
        confidence=round(min(1.0, sure), 2),
        missing=best.missing,
        evidence=evidence,
    )


def _explains_links(g: TableGuess, pointed: Sequence[Pointed]) -> bool:
    """Return whether a kind says why other tables link to a column: it is the identity of such rows, or a link to the same
    thing.
    """
    links = {b.index for b in g.bound if b.column.kind in _LINKS}
    return any(one.kind is g.kind or one.index in links for one in pointed)


def _wanted(g: TableGuess) -> list[str]:
    """Return what records of the kind are incomplete without and no column gives."""
    columns, names = SOURCES[g.kind].columns, {b.column.name for b in g.bound}
    given = {c.wanted for c in columns if c.name in names}
    return sorted({c.wanted for c in columns if c.wanted} - {None} - given)


def _links_to_plans(g: TableGuess, headers: Sequence[str], profiles: Sequence[Profile]) -> bool:
    """Return whether a table that may be one of plans holds lines that name their plan in another column."""
    if g.kind is not TableKind.TREATMENT_PLAN or g.index_of("code") is None:
        return False
    own = g.index_of("native_id")
    ids = [header for at, header in enumerate(headers) if at != own and profiles[at].share("id") >= _PLAINLY]
    return any(header_score(TableKind.TREATMENT_LINE, "plan_id", header) >= _PLAINLY for header in ids)
