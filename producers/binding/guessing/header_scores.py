"""Scores of a column's header by its words alone: against the aliases of the column, and against what they mean."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from events.vocabulary.mapping import TableKind
from producers.entities.column import Column
from producers.entities.registry import SOURCES
from producers.entities.spec import words
from producers.kinds import cells
from producers.vocabulary.concepts import ITSELF, concepts, heart, is_known, likeness
from producers.vocabulary.headers import meaning, readings

VAGUELY = 0.7
"""The score of a vague alias."""
_AMBIGUOUS = 0.97
_CONTAINED = 0.48
_SPELT_OTHERWISE = 0.8
_IN_ANOTHER_ORDER = 0.95
_LEAST_RATIO = 80.0
_MODIFIERS = frozenset(
    word
    for line in (
        "secondary second emergency guarantor spouse employer school previous prior former old alternate subscriber next",
        "parent mother father referring physician preferred nick maiden verified consent hygienist tertiary insured other",
        "policy group last first medical pager fax deceased maiden relative relationship",
    )
    for word in line.split()
)
"""Words that turn a header into another one: an emergency phone is not the patient's phone."""
_TURNING = words("number id identifier code type date status ok count flag note due amount total rate limit")
"""Words that make a header that of another column, unless such cells are called so."""
_OF_FLAGS = words("has is no can needs wants allows receives receive")
"""First words of headers whose cells say yes or no."""
_IDS = words("id number key identifier guid uid code ref reference")
_SHORT_ID = re.compile("[ceginr-z]id")
_NUMBERED_OTHERWISE = words("phone mobile home work fax pager contact security license policy group tooth street house")
"""Words before `number` that make it none of a record."""
_NUMBERS = words("id number key identifier guid uid")
_SAY_LITTLE = words("a the of in on at it is id number key code name text value field column data record info")
_SAID_OF_A_PATIENT = (
    "first_name",
    "last_name",
    "middle_initial",
    "full_name",
    "email",
    "mobile_phone",
    "home_phone",
    "work_phone",
    "birth_date",
    "address_street1",
    "address_street2",
    "address_city",
    "address_state",
    "address_postcode",
)


@lru_cache(maxsize=65536)
def header_score(kind: TableKind, name: str, header: str) -> float:
    """Rate how well a header names a column, 0..1: an alias, a vague alias, an alias in other words or with a word more, or
    nearly an alias. Where a word is ambiguous, its best reading counts.
    """
    usual, *others = readings(header)
    return max([_score(kind, name, usual), *(_AMBIGUOUS * _score(kind, name, said) for said in others)])


def says_otherwise(kind: TableKind, name: str, header: str) -> bool:
    """Return whether a header has a word that makes it another one, whatever the cells look like: no alias of the column has
    that word.
    """
    modifiers = _MODIFIERS.intersection(meaning(header).split())
    return bool(modifiers and modifiers - _own_words(kind, name))


@lru_cache(maxsize=1024)
def _own_words(kind: TableKind, name: str) -> frozenset[str]:
    """Return the words in the aliases of a column."""
    spec = SOURCES[kind]
    return frozenset(word for aliases in (spec.clear, spec.vague) for alias in aliases.get(name, ()) for word in alias.split())


def speaks(header: str, of: Column) -> bool:
    """Return whether a header speaks of another thing: it has words of headers that no header of such a column needs."""
    said = [word for word in meaning(header).split() if is_known(word)]
    spoken = set().union(*(concepts(word, frozenset()) for word in said))
    return bool(spoken - _SAY_LITTLE - set(of.name.split("_")) - of.kind.soft)


def named_as_id(header: str) -> bool:
    """Return whether a header says no more than that its column is an id, a number or a key, also in short: `eid`."""
    spoken = {"id" if _SHORT_ID.fullmatch(word) else word for word in meaning(header).split()}
    return bool(spoken & _IDS) and spoken <= _IDS | _SAY_LITTLE


def named_as_number(header: str) -> bool:
    """Return whether a header says that its column is the id or the number of something: `demographic_no`, no phone number."""
    spoken = meaning(header).split()
    return len(spoken) > 1 and spoken[-1] in _NUMBERS and spoken[-2] not in _NUMBERED_OTHERWISE


def named_as_own_id(kind: TableKind, header: str) -> bool:
    """Return whether a header ends in the id of the things that the rows of a kind are: `Original Note Number`."""
    spoken = meaning(header).split()
    return len(spoken) > 1 and spoken[-1] in _NUMBERS and spoken[-2] in SOURCES[kind].nouns


def _score(kind: TableKind, name: str, said: str) -> float:
    if not said:
        return 0.0
    spec = SOURCES[kind]
    clear, vague = spec.clear.get(name, frozenset()), spec.vague.get(name, frozenset())
    if said in clear:
        return 1.0
    if said in vague:
        return VAGUELY
    in_order, ordered, spoken, known = _taken_apart(said)
    without_own = [word for word in in_order if word not in spec.nouns]
    bare = " ".join(without_own)
    cell = spec.column(name).kind
    if in_order[0] in _OF_FLAGS and cell is not cells.FLAG:
        return 0.0
    if cell is cells.MONEY and "patient" in spoken and "patient" not in spec.nouns and "balance" not in spoken:
        return 0.0  # the patient's part of an amount
    turning = spoken & (_MODIFIERS | _TURNING - cell.soft)
    if cell is cells.ID:
        turning |= known
    best = _in_other_words(kind, name, said)
    # a known word is spelt right: of known words alone, an alias is the header itself, or what is left of it
    spellings = [] if bare != "id" and known == spoken else [in_order, without_own][: 1 + (bare != said)]
    if bare and bare != said and bare != "id":
        best = max(best, 0.9 if bare in clear else 0.65 if bare in vague else 0.0)
    if best >= _IN_ANOTHER_ORDER:
        return best
    aliases = _clear_aliases(kind, name)
    if ordered in aliases.ordered:
        return _IN_ANOTHER_ORDER
    if best < _SPELT_OTHERWISE and any(
        turning <= alias.parts and _spelt_otherwise(spelling, alias.words)
        for spelling in spellings
        for alias in aliases.of_length.get(len(spelling), ())
    ):
        return _SPELT_OTHERWISE
    if best < _CONTAINED and len(spoken) > 2:
        return _CONTAINED if any(turning <= a < spoken and len(spoken) - len(a) <= 2 for a in aliases.of_several) else best
    return best


@lru_cache(maxsize=16384)
def _taken_apart(said: str) -> tuple[Sequence[str], tuple[str, ...], frozenset[str], frozenset[str]]:
    """Return a header's words as they stand, sorted, each once, and those that are known: every column looks at them."""
    in_order = said.split()
    return in_order, tuple(sorted(in_order)), frozenset(in_order), frozenset(filter(is_known, in_order))


class _Alias(NamedTuple):
    """A clear alias of a column: its words as they stand, and each once."""

    words: list[str]
    parts: frozenset[str]


class _Aliases(NamedTuple):
    """The clear aliases of a column: those with a number of words, and of those with several different words the words of
    each, sorted and as a set.
    """

    of_length: Mapping[int, Sequence[_Alias]]
    ordered: frozenset[tuple[str, ...]]
    of_several: frozenset[frozenset[str]]


@lru_cache(maxsize=1024)
def _clear_aliases(kind: TableKind, name: str) -> _Aliases:
    """Return the clear aliases of a column, taken apart once: every header is compared with all of them."""
    of_length: dict[int, list[_Alias]] = {}
    for in_order in (alias.split() for alias in SOURCES[kind].clear.get(name, ())):
        of_length.setdefault(len(in_order), []).append(_Alias(in_order, frozenset(in_order)))
    several = [alias for aliases in of_length.values() for alias in aliases if len(alias.parts) > 1]
    ordered = frozenset(tuple(sorted(alias.words)) for alias in several)
    return _Aliases(of_length, ordered, frozenset(alias.parts for alias in several))


def _spelt_otherwise(said: Sequence[str], alias: Sequence[str]) -> bool:
    """Return whether a header is an alias of as many words, mistyped or abbreviated. A word that means something itself is
    neither: `Appt End` is not the appointment date.
    """
    for s, a in zip(said, alias, strict=True):
        if s != a and (len(s) <= 2 or len(a) <= 3 or is_known(s)):
            return False
    return all(s == a or _shortens(s, a) or fuzz.ratio(s, a) >= _LEAST_RATIO for s, a in zip(said, alias, strict=True))


def _shortens(short: str, word: str) -> bool:
    """Return whether a word is abbreviated to its beginning, or to some of its letters that are mostly consonants: `refer`,
    `ptnt`.
    """
    if word.startswith(short):
        return True
    if short[0] != word[0] or sum(map(short.count, "aeiou")) * 3 > len(short):
        return False
    rest = iter(word)
    return all(c in rest for c in short)


def _in_other_words(kind: TableKind, name: str, said: str) -> float:
    """Rate as `_score` does, by the meaning of the words. A vague header stays vague: `Fee Amount` is no better than `Fee`."""
    spec = SOURCES[kind]
    cell = spec.column(name).kind
    meant, soft = concepts(said, spec.own_nouns(name)), cell.soft
    if cell is cells.ID and ITSELF not in meant and meant - soft - {"identifier"}:
        return 0.0  # the id of something else: `procedure_id` in a table of procedure notes
    clear, vague = (aliases.get(heart(meant, soft), ()) for aliases in _aliases(kind, name))
    found = max((likeness(meant, alias, soft) for alias in clear), default=0.0)
    if ITSELF in meant and any(ITSELF in alias and likeness(meant, alias, soft) for alias in clear):
        return found
    return min(found, VAGUELY) if any(likeness(meant, alias, soft) for alias in vague) else found


_ByHeart = Mapping[frozenset[str], Collection[frozenset[str]]]


@lru_cache(maxsize=1024)
def _aliases(kind: TableKind, name: str) -> tuple[_ByHeart, _ByHeart]:
    """Return what the clear and the vague aliases of a column mean, as concepts, by their hearts."""
    spec = SOURCES[kind]
    own, soft = spec.own_nouns(name), spec.column(name).kind.soft
    clear, vague = dict[frozenset[str], set[frozenset[str]]](), dict[frozenset[str], set[frozenset[str]]]()
    for aliases, by_heart in ((spec.clear, clear), (spec.vague, vague)):
        for alias in aliases.get(name, ()):
            meant = concepts(alias, own)
            by_heart.setdefault(heart(meant, soft), set()).add(meant)
    return clear, vague


def repeats_patient(kind: TableKind, header: str) -> bool:
    """Return whether a column beside a patient's id says of the patient what the patient's own table says: `Patient Phone`."""
    spec = SOURCES.get(kind)
    if spec is None or not spec.hangs_on_patient:
        return False
    words, patient = meaning(header).split(), SOURCES[TableKind.PATIENT]
    bare = " ".join(w for w in words if w not in patient.nouns)
    if bare == meaning(header):
        return kind is not TableKind.COMMUNICATION and any(
            bare in patient.clear[name] for name in ("email", "mobile_phone", "birth_date")
        )
    vague = patient.vague["mobile_phone"]
    return bare in vague or any(bare in patient.clear[name] for name in _SAID_OF_A_PATIENT)
