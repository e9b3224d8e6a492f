"""Binding a table as one of a kind: its columns compete for those of the table, by an optimal assignment over their scores.

A column without a known meaning is left unbound here; the proposal makes it a custom field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.assignment import assign
from producers.binding.guessing.column_scores import CHECKED, prefer_days_beside_times, score_of, settled
from producers.binding.guessing.guess import ACCEPTED, Bound, TableGuess
from producers.binding.guessing.header_scores import VAGUELY, header_score
from producers.binding.guessing.identity import has_lines, identities
from producers.binding.guessing.joins import Pointed
from producers.binding.guessing.parts import dividing_columns, is_divided
from producers.binding.guessing.points import points_of
from producers.binding.guessing.profiles import fit
from producers.binding.guessing.unnamed_columns import bind_by_values, bind_identity
from producers.entities.column import Column
from producers.entities.registry import SOURCES
from producers.entities.shared import LINES
from producers.kinds.profile import KnownIds, Profile
from producers.vocabulary.technical_names import without_shared_prefix

_NEED = 0.15
"""How much better a column scores that alone meets a need of its kind: a claim's amount before its payment."""


def bind_as(
    kind: TableKind,
    headers: Sequence[str],
    profiles: Sequence[Profile],
    known: KnownIds,
    taken: Collection[str] = (),
    free: Collection[int] | None = None,
    pointed: Sequence[Pointed] = (),
    rows: Sequence[Sequence[str]] = (),
) -> TableGuess:
    """Bind a table as one of a kind. `taken` names meanings that other columns have already, `free` limits the columns that
    are looked at (both for an approved mapping that meets new columns).
    """
    columns = [c for c in SOURCES[kind].columns if c.many or c.name not in taken]
    if kind is TableKind.TREATMENT_PLAN and not has_lines(headers, profiles):
        columns = [c for c in columns if c not in LINES]
    indexes = [i for i in range(len(headers)) if free is None or i in free]
    said = without_shared_prefix(headers)
    identity = identities(kind, headers, profiles, pointed)
    scores = [
        [
            identity[i].weigh(score_of(kind, c, headers[i], said[i], profiles[i], known))
            if c.name == "native_id"
            else score_of(kind, c, headers[i], said[i], profiles[i], known)
            for i in indexes
        ]
        for c in columns
    ]
    prefer_days_beside_times(columns, scores, [profiles[i] for i in indexes])
    alone = {need for need, times in Counter(c.need for c in SOURCES[kind].columns).items() if need and times == 1}
    pushed = [
        [0.0 if s < ACCEPTED else (s + _NEED * s if c.need in alone else s) ** 3 for s in row]
        for c, row in zip(columns, scores, strict=True)
    ]
    bound: dict[int, Bound] = {}
    for at, found in enumerate(assign(pushed) if indexes else []):
        if found is not None and scores[at][found] >= ACCEPTED:
            index = indexes[found]
            score = settled(scores, at, found, header_score(kind, columns[at].name, headers[index]), profiles[index])
            bound[index] = _bound(kind, index, columns[at], score, headers, profiles, known)
    for at, c in enumerate(columns):
        for j, index in enumerate(indexes):
            if c.many and index not in bound and header_score(kind, c.name, headers[index]) == 1.0 and scores[at][j] >= 0.6:
                bound[index] = _bound(kind, index, c, scores[at][j], headers, profiles, known)
    overruled = {
        i for j, i in enumerate(indexes) if i not in bound and 0 < max((row[j] for row in scores), default=0) < ACCEPTED
    }
    names = {*taken, *(b.column.name for b in bound.values())}
    bind_identity(kind, columns, indexes, headers, identity, bound, names)
    bind_by_values(kind, columns, indexes, headers, profiles, known, bound, names, overruled)
    _settle_repeats(kind, bound, taken)
    names = {b.column.name for b in bound.values()} | set(taken)
    missing = {c.need for c in SOURCES[kind].columns if c.need} - {c.need for c in SOURCES[kind].columns if c.name in names}
    if kind is TableKind.BILLING and "native_id" not in names and _repeats_patients(bound, profiles, headers, rows):
        missing.add("an id of its own, or a row for each patient")
    points = points_of(kind, headers, bound, profiles, known, pointed)
    ordered = tuple(bound[index] for index in sorted(bound))
    return TableGuess(kind=kind, bound=ordered, points=points, confidence=0.0, missing=tuple(sorted(m for m in missing if m)))


def _repeats_patients(
    bound: Mapping[int, Bound], profiles: Sequence[Profile], headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> bool:
    """Return whether several rows have one patient, and no column tells whose part of the balance each of them is."""
    return any(
        b.column.name == "patient_id"
        and profiles[i].filled >= CHECKED
        and profiles[i].unique < 0.9
        and not is_divided(dividing_columns(headers), i, rows)
        for i, b in bound.items()
    )


def _settle_repeats(kind: TableKind, bound: dict[int, Bound], taken: Collection[str]) -> None:
    """Leave a column that repeats a link out only beside that link; else bind it to the link, or to nothing."""
    names = {b.column.name for b in bound.values()} | set(taken)
    for index, b in list(bound.items()):
        if b.column.repeats is None or b.column.repeats in names:
            continue
        if b.column.stands_in:
            target = next(c for c in SOURCES[kind].columns if c.name == b.column.repeats)
            bound[index] = Bound(index=index, column=target, confidence=b.confidence, evidence=b.evidence)
            names.add(target.name)
        else:
            del bound[index]


def _bound(
    kind: TableKind, index: int, c: Column, score: float, headers: Sequence[str], profiles: Sequence[Profile], known: KnownIds
) -> Bound:
    spoken, p = header_score(kind, c.name, headers[index]), profiles[index]
    how = "is an alias" if spoken == 1 else "is a vague alias" if spoken == VAGUELY else "is an alias in other words, or nearly"
    how = how if spoken else "is that of the same ids in their own table"
    if not p.filled:
        return Bound(index=index, column=c, confidence=round(score, 2), evidence=f"the header {how}; no cell is filled")
    look = round(fit(c.kind, p, known) * 100)
    evidence = f"the header {how}; {p.filled} of {p.rows} cells are filled, {p.distinct} distinct, {look} % like {c.kind.label}"
    return Bound(index=index, column=c, confidence=round(min(1.0, score), 2), evidence=evidence)
