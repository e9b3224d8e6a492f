"""The ids of an extract's patients, plans and providers, by which the columns of other tables are recognised."""

from __future__ import annotations

from collections.abc import Sequence

from events.vocabulary.locations import ONE_LOCATION, Locations
from events.vocabulary.mapping import TableKind, word_key
from producers.binding.sampled import Sampled
from producers.kinds.profile import KnownIds
from producers.values.blanks import trimmed
from producers.values.names import split_name
from producers.vocabulary.custom_names import camel_case
from producers.vocabulary.headers import meaning


def known_ids(sampled: Sequence[Sampled], locations: Locations = ONE_LOCATION, declared: str | None = None) -> KnownIds:
    """Return the ids of patients, plans and providers, the patients' first names and the locations that they belong to, from
    the whole of their tables. `declared` is the location of the delivery.
    """
    patients: set[str] = set()
    plans: set[str] = set()
    providers: set[str] = set()
    names: set[str] = set()
    for s in sampled:
        match s.kind:
            case TableKind.PATIENT:
                ids, first, whole = _columns(s, "native_id", "first_name", "full_name")
                split = (split_name(name)[0] for name in whole)
                patients |= ids
                names |= first | {name.first.split()[0] for name in split if name is not None and name.first}
            case TableKind.TREATMENT_PLAN:
                plans |= _columns(s, "native_id")[0]
            case TableKind.PROVIDER:
                providers |= set().union(*_columns(s, "native_id", "code", "display_name"), _whole_names(s))
            case _:
                pass
    given = frozenset(name.casefold() for name in names if len(name) > 2)
    words = frozenset(word for word in providers if len(word) > 1 and not any(c.isdigit() for c in word))
    return KnownIds(
        patients=frozenset(patients),
        plans=frozenset(plans),
        providers=frozenset(providers),
        provider_words=words,
        given_names=given,
        locations=_locations(sampled, locations, declared),
        patient_headers=_own_headers(sampled, TableKind.PATIENT),
        plan_headers=_own_headers(sampled, TableKind.TREATMENT_PLAN),
    )


def _locations(sampled: Sequence[Sampled], locations: Locations, declared: str | None) -> frozenset[str]:
    """Return the locations that the delivery and the tables of its patients name, as they are compared."""
    if not locations:
        return frozenset()
    found = {declared} if declared is not None else set()
    for s in sampled:
        at = [i for i, header in enumerate(s.table.headers) if camel_case(header) == locations.field]
        if s.kind is TableKind.PATIENT and at:
            found |= {cells[at[0]] for _, cells in s.table.rows()}
    return frozenset(word_key(word) for word in found if word.strip())


def _own_headers(sampled: Sequence[Sampled], kind: TableKind) -> frozenset[str]:
    """Return what the headers of a kind's own ids mean: other tables often call the link the same."""
    at = [(s, s.index_of("native_id")) for s in sampled if s.kind is kind]
    return frozenset(meaning(s.table.headers[index]) for s, index in at if index is not None)


def _whole_names(s: Sampled) -> set[str]:
    """Return the names of a table that has first and last names in columns of their own, as other tables may write them."""
    first, last = s.index_of("first_name"), s.index_of("last_name")
    if first is None or last is None:
        return set()
    pairs = {(cells[first].strip(), cells[last].strip()) for _, cells in s.table.rows()} - {("", "")}
    return {
        name for one, other in pairs for name in (f"{one} {other}", f"{other}, {one}", f"Dr. {one} {other}", f"Dr. {other}")
    }


def _columns(s: Sampled, *names: str) -> list[set[str]]:
    """Return the distinct filled cells of some columns; nothing for one that the table has not."""
    found: list[set[str]] = [set() for _ in names]
    at = [(into, index) for into, index in zip(found, map(s.index_of, names), strict=True) if index is not None]
    for _, cells in s.table.rows() if at else ():
        for into, index in at:
            into.add(cells[index])
    return [{cell if cell.isalnum() and cell.isascii() else trimmed(cell) for cell in into} - {""} for into in found]
