"""Ids that several rows of one extract have: what of these rows is carried, and what is held. Pure.

Rows that read the same are one. Rows of tables that fill other fields are joined. Rows that contradict each other are settled
by evidence: two people are held; the row that was modified last counts; else what all rows agree on is carried, and a record
that would lose what it cannot do without is held.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import combinations
from typing import Any

from events.vocabulary.entities import Entity
from events.vocabulary.records import Issue, Record
from producers.entities.registry import SOURCES

DOUBLED_ID = "doubled_id"
"""Rows have one id and differ: what they agree on was carried."""
DOUBLED_ID_NEWER = "doubled_id_newer"
"""Rows have one id and differ: the one that was modified last was carried."""
DOUBLED_ID_HELD = "doubled_id_held"
"""Rows have one id and differ in what the record cannot do without: none was carried."""
TWO_PEOPLE = "two_people"
"""Rows have one id and are about two people: none was carried."""
OTHER_PERSON = "other_person"
"""A row's id was that of another person before: the row was not carried."""

_OF_IDENTITY = frozenset({TWO_PEOPLE, OTHER_PERSON})

_NAME = ("first_name", "last_name")
_ADDRESS = ("address_street1", "address_street2", "address_city", "address_state", "address_postcode", "address_country")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The outcome of several rows of one id: the record that is `carried`, None where all are held, and the `reason` why the
    rows are listed, None where they do not contradict each other. `source` is the number of the record's row; `is_sum` says
    that the rows are parts of the record.
    """

    carried: Record | None
    reason: str | None = None
    source: int = 0
    is_sum: bool = False


def holds_id(reason: str, entity: Entity | None) -> bool:
    """Return whether rows with this reason hold a patient's id until a person decides: two people stand under it, or perhaps do
    (their names differ, and a birth date cannot be read).
    """
    return reason in _OF_IDENTITY or (reason == DOUBLED_ID_HELD and entity is Entity.PATIENT)


def differ(one: Record, other: Record) -> bool:
    """Return whether two records say something else of a field that both have. A blank says something else than a value."""
    return any(one.values[name] != other.values[name] for name in one.values.keys() & other.values.keys()) or any(
        one.custom[name] != other.custom[name] for name in one.custom.keys() & other.custom.keys()
    )


def contradicts(record: Record, before: Record | None, filled: frozenset[str]) -> bool:
    """Return whether a record says something else than a known one of the fields that another row has `filled`.

    Nothing is known of a patient who was forgotten. Another balance of a patient contradicts the known one also where it is as
    high.
    """
    if before is None or is_by_patient(record):
        return before is not None
    return any(name in filled and value != before.values.get(name) for name, value in record.values.items()) or any(
        name in filled and value != before.custom.get(name) for name, value in record.custom.items()
    )


def is_by_patient(record: Record) -> bool:
    """Return whether a record is a balance without an id of its own: a list may have one for each provider of a patient."""
    return record.entity is Entity.BILLING and record.native_id == record.values.get("patient_id")


def agree(records: Sequence[Record]) -> bool:
    """Return whether no two of these records of one id differ."""
    return not any(differ(one, other) for one, other in combinations(_distinct(records), 2))


def judge(rows: Sequence[Record]) -> Judgement:
    """Return the outcome of these records of one id, in the order of their rows. At least two of the rows differ."""
    records = _distinct(rows)
    entity = records[0].entity
    if is_by_patient(records[0]):
        return Judgement(carried=None, reason=DOUBLED_ID_HELD)  # balances by provider or location: one of them is not the sum
    if entity is Entity.PATIENT and any(are_two_people(one, other) for one, other in combinations(records, 2)):
        return Judgement(carried=None, reason=TWO_PEOPLE)
    newest = _newest_first(records)
    if newest is not None:
        source = next(number for number, record in enumerate(rows) if record is newest[0])
        return Judgement(carried=joined(newest), reason=DOUBLED_ID_NEWER, source=source)
    same_columns = all(_fields(record) == _fields(records[0]) for record in records)
    values, lost = _agreed([record.values for record in records], blanks_count=same_columns)
    custom, lost_custom = _agreed([record.custom for record in records], blanks_count=same_columns)
    common = replace(records[0], values=values, custom=custom, issues=_issues(records))
    if not lost and not lost_custom:
        return Judgement(carried=common)
    needed = {"patient_id"} | SOURCES[entity].needed
    nameless = entity is Entity.PATIENT and set(_NAME) & set(lost) and not any(values.get(name) for name in _NAME)
    if needed & set(lost) or nameless:
        return Judgement(carried=None, reason=DOUBLED_ID_HELD)
    named = {column.name: column.issue_field for column in SOURCES[entity].columns}
    fields = dict.fromkeys([*(named.get(name, name) for name in lost), *lost_custom])
    issues = (*common.issues, *(Issue(name, DOUBLED_ID) for name in fields))
    return Judgement(carried=replace(common, issues=issues), reason=DOUBLED_ID)


def are_two_people(one: Record, other: Record) -> bool:
    """Return whether name and date of birth of two patients' records both differ."""
    return _differs(_name(one), _name(other)) and _differs(one.values.get("birth_date"), other.values.get("birth_date"))


def person(record: Record) -> tuple[str | None, str | None]:
    """Return name and date of birth of a patient's record, as two people are told apart by them."""
    born = record.values.get("birth_date")
    return _name(record), None if born is None else str(born)


def is_other_person(record: Record, before: Record) -> bool:
    """Return whether a patient's record is about another person than what was known of its id: name, date of birth and address
    all differ. Without an address on one side, an e-mail address or phone number of both speaks for the same person.
    """
    if not are_two_people(record, before):
        return False
    here, there = _address(record), _address(before)
    if here is not None and there is not None:
        return here != there
    return not any(_texts(record, name) & _texts(before, name) for name in ("emails", "phones"))


def _distinct(records: Sequence[Record]) -> list[Record]:
    found: list[Record] = []
    for record in records:
        if not any(one.values == record.values and one.custom == record.custom for one in found):
            found.append(record)
    return found


def _fields(record: Record) -> frozenset[str]:
    return frozenset(record.values) | frozenset(record.custom)


def _newest_first(records: Sequence[Record]) -> list[Record] | None:
    """Return records by their own modified date, the newest first; None where it does not tell which one is the newest."""
    moments = [record.values.get("modified_at") for record in records]
    dated = [moment for moment in moments if isinstance(moment, datetime)]
    if len(dated) < len(records) or dated.count(max(dated)) > 1:
        return None
    order = sorted(range(len(records)), key=lambda at: dated[at], reverse=True)
    return [records[at] for at in order]


def joined(newest: Sequence[Record]) -> Record:
    """Return the first record with the fields that only later ones have."""
    values: dict[str, Any] = {}
    custom: dict[str, Any] = {}
    for record in reversed(newest):
        values |= record.values
        custom |= record.custom
    return replace(newest[0], values=values, custom=custom)


def _agreed(said: Sequence[Mapping[str, Any]], *, blanks_count: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the values that all who have a field agree on, and the names of the others, which are blank there."""
    agreed: dict[str, Any] = {}
    lost: list[str] = []
    for name in dict.fromkeys(name for values in said for name in values):
        here = [values[name] for values in said if name in values]
        if not blanks_count:
            here = [value for value in here if value not in (None, [])] or here[:1]
        if all(value == here[0] for value in here):
            agreed[name] = here[0]
            continue
        lost.append(name)
        lists = [value for value in here if isinstance(value, list)]
        agreed[name] = [x for x in lists[0] if all(x in other for other in lists)] if len(lists) == len(here) else None
    return agreed, tuple(lost)


def _issues(records: Sequence[Record]) -> tuple[Issue, ...]:
    return tuple(dict.fromkeys(issue for record in records for issue in record.issues))


def _differs(one: object, other: object) -> bool:
    """Return whether two values that are both there differ."""
    return one is not None and other is not None and one != other


def _name(record: Record) -> str | None:
    words = " ".join(str(record.values.get(name) or "") for name in _NAME).split()
    return " ".join(words).casefold() or None


def _address(record: Record) -> str | None:
    words = " ".join(str(record.values.get(name) or "") for name in _ADDRESS).split()
    return " ".join(words).casefold() or None


def _texts(record: Record, name: str) -> set[str]:
    value = record.values.get(name)
    return {str(one) for one in value} if isinstance(value, list) else set()
