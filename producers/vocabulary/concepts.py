"""Headers as sets of concepts: `Telephone at Home`, `Res Phone` and `HOME_TEL` say the same thing in other words.

A concept is a word that stands for its synonyms. Words without meaning are left out, the word for what the table's rows are
(`Visit Duration` in an appointment book) becomes `*`, and each kind of cell has soft words that its headers may have or lack
(`Date Opened`, `Opened`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from producers.vocabulary.headers import LEXICON

ITSELF = "*"
"""The concept of the thing that a row is about."""


def _synonyms(text: str) -> dict[str, str]:
    """Return lines of `concept = synonyms`, turned round."""
    entries = (entry.partition("=") for line in text.strip().splitlines() for entry in line.split("|"))
    return {word: concept.strip() for concept, _, words in entries for word in words.split()}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CONCEPTS: Mapping[str, str] = _synonyms(
    """
identifier = id ids number key guid uid | patient = client person patients clients | name = names
provider = doctor dentist clinician practitioner providers | home = residence residential landline
work = business office daytime | mobile = cellular handy | fee = fees charge charges price
estimate = estimated projected quoted quote | paid = payment payments | billed = submitted claimed charged
adjustment = adjustments adjusted
created = entered added inserted opened noted charted recorded written registered established booked
created = drafted filed uploaded scanned captured imported made wrote book
modified = changed updated edited touched change update edit modification revised
status = disposition result outcome standing | type = kind category class sort | text = body content wording
note = notes memo remark remarks comment comments annotation | start = starts begin begins beginning | length = duration
tooth = teeth | surface = surfaces | delivered = sent send dispatched | trigger = triggers triggered | owed = owing owes
author = writer | carrier = insurer payer payor | birth = born | zip = postal | state = province region
city = town municipality | referral = referred referrals | cost = costs | minutes = minute | time = hour
"""
)
_KNOWN = LEXICON | frozenset(_CONCEPTS) | frozenset(_CONCEPTS.values())
_FILLERS = _words("the a an of on at in for was were is it has this that and or s about us used")

SAME = 0.88
_SAME_AT_HEART = 0.82
_ITSELF_ALONE = 0.45


def is_known(word: str) -> bool:
    """Return whether a word is one of the words of headers, and no abbreviation or slip of one."""
    return word in _KNOWN


@lru_cache(maxsize=65536)
def concepts(said: str, own: frozenset[str]) -> frozenset[str]:
    """Return the concepts of a header's meaning (`headers.meaning`)."""
    found = (ITSELF if w in own else _CONCEPTS.get(w, w) for w in said.split() if w not in _FILLERS)
    return frozenset(found)


def heart(said: frozenset[str], soft: frozenset[str]) -> frozenset[str]:
    """Return the concepts that a header and an alias must share to have any likeness."""
    return said - soft - {ITSELF}


def likeness(header: frozenset[str], alias: frozenset[str], soft: frozenset[str]) -> float:
    """Rate, 0..1, how far a header says what an alias says: the same concepts, or the same but for soft ones, or the thing."""
    if header == alias and len(header) > 1:
        return SAME
    if header - {ITSELF} == alias - {ITSELF}:
        return SAME if header - {ITSELF} - soft else 0.0
    hard = header - soft
    if hard == alias - soft == {ITSELF} and header & alias & soft:
        return _SAME_AT_HEART
    if hard - {ITSELF}:
        return _SAME_AT_HEART if hard - {ITSELF} == heart(alias, soft) else 0.0
    return _ITSELF_ALONE if header == {ITSELF} and alias - soft == {ITSELF} else 0.0
