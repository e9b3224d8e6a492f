"""Links of a table of no known entity: the columns that join the patients, the providers or the practice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from events.vocabulary.mapping import TableKind, word_key
from events.vocabulary.practice import Practice
from producers.binding.guessing.guess import Bound
from producers.binding.guessing.header_scores import header_score
from producers.binding.guessing.parts import is_location
from producers.entities.custom_object import COLUMNS
from producers.kinds.profile import KnownIds, Profile
from producers.vocabulary.custom_names import camel_case

_SAID: Final = 0.7
_INSIDE: Final = 0.9
_SEVERAL: Final = 5
_BY_BOTH, _BY_VALUES, _BY_HEADER = 0.95, 0.85, 0.8


def links_of(headers: Sequence[str], profiles: Sequence[Profile], known: KnownIds, practice: Practice) -> list[Bound]:
    """Return the columns that join a table of the extract, each meaning once, with the evidence in counts."""
    found = [
        _best("patient_id", [_patient(i, h, p, known) for i, (h, p) in enumerate(zip(headers, profiles, strict=True))]),
        _best("provider_ref", [_provider(i, h, p, known) for i, (h, p) in enumerate(zip(headers, profiles, strict=True))]),
        _best(
            "practice_ref",
            [_practice(i, h, p, practice, known) for i, (h, p) in enumerate(zip(headers, profiles, strict=True))],
        ),
    ]
    links: dict[int, Bound] = {}
    for bound in found:
        if bound is not None:
            links.setdefault(bound.index, bound)
    return list(links.values())


_Score = tuple[float, int, str] | None
"""The confidence in a column, its index, and the evidence."""


def _best(name: str, scores: Sequence[_Score]) -> Bound | None:
    best = max((score for score in scores if score is not None), key=lambda score: (score[0], -score[1]), default=None)
    return None if best is None else Bound(index=best[1], column=COLUMNS[name], confidence=best[0], evidence=best[2])


def _patient(index: int, header: str, p: Profile, known: KnownIds) -> _Score:
    said = header_score(TableKind.NOTE, "patient_id", header) >= _SAID
    inside = round(p.among(known.patients), 2)
    joins = f"{inside:.0%} of its {p.distinct} distinct values are ids of patients"
    if p.filled and inside >= _INSIDE and said:
        return _BY_BOTH, index, f"the header names a patient's id; {joins}"
    if inside >= _INSIDE and p.distinct >= _SEVERAL and p.share("id") >= _INSIDE and _is_telling(p):
        return _BY_VALUES, index, f"the header is unknown; {joins}"
    if said and not known.patients and p.filled and p.share("id") >= _INSIDE:
        return _BY_HEADER, index, "the header names a patient's id; the extract has no patients to compare with"
    return None


def _is_telling(p: Profile) -> bool:
    """Return whether values are ids and hardly counts of something, which are among the ids of patients by chance."""
    return all(len(value) >= 4 for value in p.values)


def _provider(index: int, header: str, p: Profile, known: KnownIds) -> _Score:
    said = max(header_score(TableKind.APPOINTMENT, name, header) for name in ("provider_ref", "provider_name")) >= _SAID
    inside = round(p.among(known.providers), 2)
    joins = f"{inside:.0%} of its {p.distinct} distinct values are providers"
    if p.filled and said and inside >= _INSIDE:
        return _BY_BOTH, index, f"the header names a provider; {joins}"
    if p.distinct > 1 and p.among(known.provider_words) >= _INSIDE:
        return _BY_VALUES, index, f"the header is unknown; {joins}"
    return None


def _practice(index: int, header: str, p: Profile, practice: Practice, known: KnownIds) -> _Score:
    """Score a column whose words are all the practice itself, or locations that patients belong to. A column with other words,
    such as a sum of all locations, is none: each word would become a company.
    """
    names, words = {word_key(practice.name), word_key(practice.id)}, {word_key(value) for value in p.values}
    if p.filled and words <= names:
        return _BY_BOTH, index, f"its {p.filled} filled cells name the practice"
    if p.filled and words <= names | known.locations:
        said = camel_case(header) == practice.locations.field or is_location(header)
        return _BY_BOTH if said else _BY_VALUES, index, f"its {p.distinct} distinct values are locations of the practice"
    return None
