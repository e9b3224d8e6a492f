"""Figures about one list: what is understood of it; with the list's own headers among the aliases or taken out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from events.vocabulary.mapping import CERTAIN, ColumnBinding, TableBinding
from producers.binding.guessing import header_scores
from producers.binding.proposal import propose
from producers.entities.registry import SOURCES
from producers.sources.extract import open_extract
from producers.vocabulary.headers import readings
from tests.producers.office import OFFICE, TAKEN
from tests.vocabularies.lists import Listed, ListedTable, headers, read
from tests.vocabularies.practice import written

IDENTITIES = frozenset({"native_id", "patient_id", "plan_id"})
_LEFT_OUT = frozenset({"patient_name", "provider_name", "line_patient", "line_id", "guarantor_name", "plan_name"})
_NO_RECORD = frozenset({"provider", "automation", "treatment-line"})
_WRONG = 0.70


@dataclass(kw_only=True)
class Figures:
    """Tables and columns, how many are right, wrong ones with a confidence of 0.70 or more, wrong identities, certain ones."""

    tables: int = 0
    kinds: int = 0
    columns: int = 0
    right: int = 0
    wrong: int = 0
    identities: int = 0
    bound: int = 0
    certain: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, other: Figures) -> None:
        """Add the figures of another list."""
        for name in ("tables", "kinds", "columns", "right", "wrong", "identities", "bound", "certain"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.misses += other.misses

    def __str__(self) -> str:
        return (
            f"kinds {self.kinds}/{self.tables}, columns {self.right}/{self.columns} ({self.right / max(1, self.columns):.1%}), "
            f"wrong {self.wrong}, wrong identities {self.identities}, certain {self.certain / max(1, self.bound):.1%}"
        )


def figures(name: str, seed: int, folder: Path, *, unknown: bool) -> Figures:
    """Count what is understood of a list; `unknown` takes its own headers out of the aliases first."""
    tables = read(name)
    with without_aliases(headers(tables)) if unknown else nullcontext():
        files = written(name, seed, tables, folder)
        extract = open_extract(folder, scope="full", taken_at=TAKEN, now=TAKEN, practice=OFFICE)
        bound = {b.table.file: b.binding for b in propose(extract, OFFICE).bound}
    found = Figures()
    for file, table in files.items():
        _count(found, table, bound.get(file))
    return found


def _count(found: Figures, table: ListedTable, binding: TableBinding | None) -> None:
    kind = binding.kind.value if binding is not None else "unknown"
    right = kind in table.kinds or (kind == "unknown" and "-" in table.kinds)
    found.tables += 1
    found.kinds += right
    if not right:
        found.misses.append(f"{table.name}: {'|'.join(table.kinds)} taken for {kind}")
    if table.kinds[0] == "-" or (right and kind == "unknown"):
        return
    columns = {c.header: c for c in binding.columns} if binding is not None and right else {}
    taken = {c.field for c in columns.values()}
    for c in table.columns:
        found.columns += 1
        said = columns.get(c.header)
        if _is_right(c, said, kind, taken, table.columns):
            found.right += 1
            if said is not None and said.field in c.meanings:
                found.bound += 1
                found.certain += said.confidence >= CERTAIN
            continue
        has, sure = (said.field, said.confidence) if said is not None else (None, 0.0)
        found.misses.append(f"{table.name}: {c.header} = {'|'.join(c.meanings)}, not {has or 'unbound'} at {sure}")
        if has is not None:
            found.wrong += sure >= _WRONG
            found.identities += has in IDENTITIES


def _is_right(c: Listed, said: ColumnBinding | None, kind: str, taken: set[str | None], columns: Sequence[Listed]) -> bool:
    if said is None:
        return "-" in c.meanings
    if said.field is not None:
        return said.field in c.meanings
    if said.ignored is not None:
        return bool(_LEFT_OUT & set(c.meanings)) or ("-" in c.meanings and kind in _NO_RECORD)
    rivals = [o for o in columns if o.first == c.first]
    return set(c.meanings) <= _LEFT_OUT or ("-" in c.meanings and (len(rivals) < 2 or c.first in taken or c.first == "-"))


@contextmanager
def without_aliases(of: Iterable[str]) -> Iterator[None]:
    """Take headers out of the aliases of every kind of table, as if their system were not known."""
    gone = {said for header in of for said in readings(header)}
    before = {spec.kind: (spec.clear, spec.vague) for spec in SOURCES}
    try:
        for spec in SOURCES:
            for which in ("clear", "vague"):
                kept = {name: frozenset(a for a in aliases if a not in gone) for name, aliases in getattr(spec, which).items()}
                object.__setattr__(spec, which, kept)
        _forget()
        yield
    finally:
        for spec in SOURCES:
            object.__setattr__(spec, "clear", before[spec.kind][0])
            object.__setattr__(spec, "vague", before[spec.kind][1])
        _forget()


def _forget() -> None:
    for cached in vars(header_scores).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()
