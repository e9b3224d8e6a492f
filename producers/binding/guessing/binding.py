"""Binding a table: what kind it is, and what each of its columns means, from the headers and from what the cells look like.

The file's name says nothing. Every kind is tried: its columns compete for the table's (optimal assignment over header and value
scores), and the kind that explains the most wins. A column that nobody knows is left unbound here; the proposal makes it
a custom field.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from events.vocabulary.mapping import CERTAIN, TableKind
from producers.binding.guessing.assignment import assign
from producers.binding.guessing.header_scores import VAGUELY, header_score, named_as_id, named_as_own_id, says_otherwise, speaks
from producers.binding.guessing.identity import BY_LINKS, BY_NAME, BY_OWN_NAME, Identity, has_lines, identities
from producers.binding.guessing.joins import Pointed, is_key
from producers.binding.guessing.parts import dividing_columns, is_divided
from producers.binding.guessing.profiles import fit
from producers.entities.column import Column
from producers.entities.registry import SOURCES
from producers.entities.shared import LINES
from producers.kinds import cells
from producers.kinds.profile import KnownIds, Profile
from producers.vocabulary.headers import meaning, readings
from producers.vocabulary.technical_names import without_shared_prefix

ACCEPTED = 0.45
"""The least score with which a column is bound."""
CONFIDENT = CERTAIN
"""The least confidence that needs no second look (and with which a renamed column goes on without approval)."""
_LIKELY, _LIKELY_COLUMN = 0.6, 0.7
"""The least confidences in a table, and in a column that it needs, beside other tables of the same kind."""

_CHECKED = 5  # filled cells from which values may overrule a header
_OVERRULED = 0.15
_PLAINLY = 0.8
_SHARED = 0.95  # what a header says without the prefix that the table's headers share
_LINKED = 1.0
"""The weight of links from other tables that say what the rows of a table are."""
_EXPLAINED = 0.75
"""The weight of a kind that says why other tables link to a column, beside the points of the kinds."""
_INCOMPLETE = 0.75
"""The most confidence in a table whose records would be incomplete."""
_UNRIVALLED = 0.82
_RIVALS, _DENIED = 0.9, 0.75
_BESIDE_A_DAY = 0.75
_WITHOUT_CELLS = 0.5
"""The weight of a blank column, of that of a filled one."""
_BLANK = 0.85
"""How clearly a header names a column without a filled cell."""
_LINKS = (cells.PATIENT_ID, cells.PLAN_ID, cells.PROVIDER)
_OWN_WORDS, _SEVERAL, _ALL_OF_THEM = 0.5, 3, 0.95
_A_SIGN = 0.25
_MOST_SIGNS = 4
_NEED = 0.15
"""How much better a column scores that alone meets a need of its kind: a claim's amount before its payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound column of a table: its index, its meaning, how sure, and why (shapes and counts)."""

    index: int
    column: Column
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGuess:
    """What a table is taken for. `missing` names what the kind needs and no column gives; `kind` is then only a likeness."""

    kind: TableKind
    bound: tuple[Bound, ...]
    points: float
    confidence: float
    missing: tuple[str, ...] = ()
    evidence: str = ""
    likeness: TableKind | None = None
    """What an unknown table comes nearest to, where it has over half of what that kind asks for."""

    @property
    def unlikely(self) -> bool:
        """Whether the whole of it, or a column that the kind needs, is not even likely."""
        return self.confidence < _LIKELY or any(b.column.need and b.confidence < _LIKELY_COLUMN for b in self.bound)

    def index_of(self, name: str) -> int | None:
        """The index of the column bound to a name."""
        return next((b.index for b in self.bound if b.column.name == name), None)


def guess(
    headers: Sequence[str],
    profiles: Sequence[Profile],
    known: KnownIds,
    pointed: Sequence[Pointed] = (),
    rows: Sequence[Sequence[str]] = (),
) -> TableGuess:
    """The kind of a table and the meaning of its columns; UNKNOWN where no kind explains enough of it. `pointed` are its
    columns that other tables link to, `rows` those that were looked at.
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
    evidence = f"{len(best.bound)} of {len(headers)} columns are those of a {best.kind.value} table"
    if unbound := _wanted(best):
        sure, evidence = min(sure, _INCOMPLETE), f"{evidence}; no column gives {' and '.join(unbound)}"
    return TableGuess(
        kind=best.kind,
        bound=best.bound,
        points=best.points,
        confidence=round(min(1.0, sure), 2),
        missing=best.missing,
        evidence=evidence,
    )


def _explains_links(g: TableGuess, pointed: Sequence[Pointed]) -> bool:
    """Whether a kind says why other tables link to a column: it is the identity of such rows, or a link to the same thing."""
    links = {b.index for b in g.bound if b.column.kind in _LINKS}
    return any(one.kind is g.kind or one.index in links for one in pointed)


def _wanted(g: TableGuess) -> list[str]:
    """What records of the kind are incomplete without and no column gives."""
    columns, names = SOURCES[g.kind].columns, {b.column.name for b in g.bound}
    given = {c.wanted for c in columns if c.name in names}
    return sorted({c.wanted for c in columns if c.wanted} - {None} - given)


def _links_to_plans(g: TableGuess, headers: Sequence[str], profiles: Sequence[Profile]) -> bool:
    """Whether a table that may be one of plans holds lines that name their plan in another column."""
    if g.kind is not TableKind.TREATMENT_PLAN or g.index_of("code") is None:
        return False
    own = g.index_of("native_id")
    ids = [header for at, header in enumerate(headers) if at != own and profiles[at].share("id") >= _PLAINLY]
    return any(header_score(TableKind.TREATMENT_LINE, "plan_id", header) >= _PLAINLY for header in ids)


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
            identity[i].weigh(_score(kind, c, headers[i], said[i], profiles[i], known))
            if c.name == "native_id"
            else _score(kind, c, headers[i], said[i], profiles[i], known)
            for i in indexes
        ]
        for c in columns
    ]
    _prefer_days_beside_times(columns, scores, [profiles[i] for i in indexes])
    alone = {need for need, times in Counter(c.need for c in SOURCES[kind].columns).items() if need and times == 1}
    pushed = [
        [0.0 if s < ACCEPTED else (s + _NEED * s if c.need in alone else s) ** 3 for s in row]
        for c, row in zip(columns, scores, strict=True)
    ]
    bound: dict[int, Bound] = {}
    for at, found in enumerate(assign(pushed) if indexes else []):
        if found is not None and scores[at][found] >= ACCEPTED:
            index = indexes[found]
            score = _settled(scores, at, found, header_score(kind, columns[at].name, headers[index]), profiles[index])
            bound[index] = _bound(kind, index, columns[at], score, headers, profiles, known)
    for at, c in enumerate(columns):
        for j, index in enumerate(indexes):
            if c.many and index not in bound and header_score(kind, c.name, headers[index]) == 1.0 and scores[at][j] >= 0.6:
                bound[index] = _bound(kind, index, c, scores[at][j], headers, profiles, known)
    overruled = {
        i for j, i in enumerate(indexes) if i not in bound and 0 < max((row[j] for row in scores), default=0) < ACCEPTED
    }
    names = {*taken, *(b.column.name for b in bound.values())}
    _bind_identity(kind, columns, indexes, headers, identity, bound, names)
    _bind_by_values(kind, columns, indexes, headers, profiles, known, bound, names, overruled)
    _settle_repeats(kind, bound, taken)
    names = {b.column.name for b in bound.values()} | set(taken)
    missing = {c.need for c in SOURCES[kind].columns if c.need} - {c.need for c in SOURCES[kind].columns if c.name in names}
    if kind is TableKind.BILLING and "native_id" not in names and _repeats_patients(bound, profiles, headers, rows):
        missing.add("an id of its own, or a row for each patient")
    spoken = SOURCES[kind].against
    against = sum(bool(spoken & set(meaning(header).split())) for header in headers) if spoken else 0
    points = sum(b.column.weight * b.confidence * _presence(b.column, profiles[i]) for i, b in bound.items())
    points += sum(_OWN_WORDS for i, b in bound.items() if _in_words_of(b.column, profiles[i], known))
    points += _signs(kind, headers) + (_LINKED if any(one.kind is kind for one in pointed) else 0.0)
    points = max(0.0, points - against)
    ordered = tuple(bound[index] for index in sorted(bound))
    return TableGuess(kind=kind, bound=ordered, points=points, confidence=0.0, missing=tuple(sorted(m for m in missing if m)))


def _prefer_days_beside_times(columns: Sequence[Column], scores: Sequence[list[float]], profiles: Sequence[Profile]) -> None:
    """Weigh starts that have a time of their own less, where the table has the day and the time of a start in two columns."""
    of = {c.name: row for c, row in zip(columns, scores, strict=True)}
    starts, times = of.get("starts_at", []), of.get("start_time", [])
    days = {j for j, score in enumerate(starts) if score >= ACCEPTED and profiles[j].share("date") >= _ALL_OF_THEM}
    if days and max(times, default=0.0) >= _PLAINLY:
        starts[:] = [score if j in days else score * _BESIDE_A_DAY for j, score in enumerate(starts)]


def _settled(scores: Sequence[Sequence[float]], at: int, found: int, spoken: float, p: Profile) -> float:
    """The confidence in an assigned column: a score that nothing in the table rivals is certain, where the header says the
    meaning in other words and the cells do not deny it.
    """
    score = scores[at][found]
    rivals = [*(row[found] for i, row in enumerate(scores) if i != at), *(s for j, s in enumerate(scores[at]) if j != found)]
    alone = max(rivals, default=0.0) < _RIVALS * score
    told = (spoken >= _PLAINLY and score >= _DENIED * spoken) or (spoken >= VAGUELY and score >= _DENIED)
    return max(score, _UNRIVALLED) if alone and told and p.filled else score


def _signs(kind: TableKind, headers: Sequence[str]) -> float:
    """The weight of the headers that have a word which only tables of a kind have."""
    signs = SOURCES[kind].signs
    return _A_SIGN * min(_MOST_SIGNS, sum(any(signs & set(said.split()) for said in readings(header)) for header in headers))


def _in_words_of(c: Column, p: Profile, known: KnownIds) -> bool:
    """Whether a column holds several words, all of which are known for its meaning: states of plans, ways of sending."""
    return c.kind.any_words and p.distinct >= _SEVERAL and c.kind.fit(p, known) >= _ALL_OF_THEM


def _presence(c: Column, p: Profile) -> float:
    """Return how much of a column is there: few of a needed column's cells are little, and so is a blank column."""
    if p.rows < _CHECKED:
        return 1.0
    return p.filled / p.rows if c.need else 1.0 if p.filled else _WITHOUT_CELLS


def _score(kind: TableKind, c: Column, header: str, said: str, profile: Profile, known: KnownIds) -> float:
    spoken = max(header_score(kind, c.name, header), _same_as_elsewhere(c, header, known))
    if said != header:
        spoken = max(spoken, _SHARED * header_score(kind, c.name, said))
    if not spoken or (spoken < _BLANK and not profile.filled):
        return 0.0
    fitting = fit(c.kind, profile, known)
    score = 0.6 * spoken + 0.4 * fitting
    told_from = cells.EMAIL.told_from if profile.share("email") == 1.0 else _CHECKED
    return score * 0.3 if fitting < _OVERRULED and profile.filled >= told_from else score


def _same_as_elsewhere(c: Column, header: str, known: KnownIds) -> float:
    """Whether a link has the header that the linked table has for its own ids."""
    own = {"patient_id": known.patient_headers, "plan_id": known.plan_headers}.get(c.name, frozenset())
    return 0.9 if meaning(header) in own - {"id"} else 0.0


def _bind_identity(
    kind: TableKind,
    columns: Sequence[Column],
    indexes: Sequence[int],
    headers: Sequence[str],
    identity: Sequence[Identity],
    bound: dict[int, Bound],
    names: set[str],
) -> None:
    """Bind the column that the links of other tables point to as the identity, whatever its header says; without links the only
    unique one that is named as an id.
    """
    native = next((c for c in columns if c.name == "native_id"), None)
    if native is None or native.name in names:
        return
    free = [i for i in indexes if i not in bound or bound[i].column.name == "code"]
    linked = max((i for i in free if identity[i].links), key=lambda i: identity[i].links, default=None)
    if linked is not None:
        evidence = (
            f"the header is unknown; {identity[linked].links} columns of other tables link to it, each value is there once"
        )
        bound[linked] = Bound(index=linked, column=native, confidence=BY_LINKS, evidence=evidence)
        names.add(native.name)
        return
    unique = [i for i in indexes if i not in bound and identity[i].unique]
    evidence = "the header names an id, and each value is there once"
    for named, sure in (
        ([i for i in unique if named_as_id(headers[i])], BY_NAME),
        ([i for i in unique if named_as_own_id(kind, headers[i])], BY_OWN_NAME),
    ):
        if len(named) == 1:
            bound[named[0]] = Bound(index=named[0], column=native, confidence=sure, evidence=evidence)
            names.add(native.name)
            return


def _bind_by_values(
    kind: TableKind,
    columns: Sequence[Column],
    indexes: Sequence[int],
    headers: Sequence[str],
    profiles: Sequence[Profile],
    known: KnownIds,
    bound: dict[int, Bound],
    names: set[str],
    overruled: Collection[int],
) -> None:
    """Columns that no header names: what the table needs, and what cannot be mistaken, by the values alone. `overruled` are the
    columns whose header says something else than their cells.
    """
    needs_met = {c.need for c in columns if c.name in names}
    kinds_met = {c.kind for c in columns if c.name in names}
    for c in sorted(columns, key=lambda c: -(c.kind.alone or 0.0)):
        believed = c.kind.alone
        if believed is None or c.name in names or c.ignored:
            continue
        needed = bool(c.need) and c.need not in needs_met
        if not needed and not c.kind.plain:
            continue
        among = [i for i in indexes if i not in bound and (needed or c.kind not in kinds_met or i in overruled)]
        among = [i for i in among if not says_otherwise(kind, c.name, headers[i])]
        among = [i for i in among if c.kind.plain or not speaks(headers[i], c)]
        fits = [(c.kind.unnamed_fit(profiles[i], known), -i) for i in among if profiles[i].filled >= c.kind.told_from]
        if c.name == "guarantor_id":
            fits = [(f, i) for f, i in fits if not is_key(profiles[-i])]  # families share one; a unique one is another identity
        if c.name == "native_id":
            fits = [(f, i) for f, i in fits if is_key(profiles[-i])]
            fits = fits if len(fits) == 1 else []
        best, at = max(fits, default=(0.0, 0))
        rivals = sum(f > best - 0.1 for f, _ in fits)
        if rivals > 1 and not c.kind.frequent:
            continue
        if best >= 0.75:
            p = profiles[-at]
            evidence = f"the header is unknown; {round(best * p.filled)} of {p.filled} cells look like {c.kind.label}"
            bound[-at] = Bound(index=-at, column=c, confidence=round(believed * best, 2), evidence=evidence)
            names.add(c.name)
            needs_met.add(c.need)
            kinds_met.add(c.kind)


def _repeats_patients(
    bound: Mapping[int, Bound], profiles: Sequence[Profile], headers: Sequence[str], rows: Sequence[Sequence[str]]
) -> bool:
    """Return whether several rows have one patient, and no column tells whose part of the balance each of them is."""
    return any(
        b.column.name == "patient_id"
        and profiles[i].filled >= _CHECKED
        and profiles[i].unique < 0.9
        and not is_divided(dividing_columns(headers), i, rows)
        for i, b in bound.items()
    )


def _settle_repeats(kind: TableKind, bound: dict[int, Bound], taken: Collection[str]) -> None:
    """A column that repeats a link is left out only beside that link; without it, it stands in for it or is nobody's."""
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
