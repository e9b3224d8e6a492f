"""Columns that no header names, bound by the links of other tables or by their values."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.guess import Bound
from producers.binding.guessing.header_scores import named_as_id, named_as_own_id, says_otherwise, speaks
from producers.binding.guessing.identity import BY_LINKS, BY_NAME, BY_OWN_NAME, Identity
from producers.binding.guessing.joins import is_key
from producers.entities.column import Column
from producers.kinds.profile import KnownIds, Profile


def bind_identity(
    kind: TableKind,
    columns: Sequence[Column],
    indexes: Sequence[int],
    headers: Sequence[str],
    identity: Sequence[Identity],
    bound: dict[int, Bound],
    names: set[str],
) -> None:
    """Bind the column that the links of other tables point to as the identity, whatever its header says, also in the place of
    a column without links that is named vaguely; without links the only unique one that is named as an id.
    """
    native = next((c for c in columns if c.name == "native_id"), None)
    by_header = next((i for i, b in bound.items() if b.column is native), None)
    if native is None or (by_header is None and native.name in names):
        return
    free = [i for i in indexes if i not in bound or bound[i].column.name == "code"]
    linked = max((i for i in free if identity[i].links), key=lambda i: identity[i].links, default=None)
    if by_header is not None:
        if linked is None or linked in bound or identity[by_header].links or bound[by_header].confidence >= BY_LINKS:
            return
        del bound[by_header]
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


def bind_by_values(
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
    """Bind columns that no header names by their values alone: those that the table needs, and those that cannot be
    mistaken. `overruled` are the columns whose header says something else than their cells.
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
