"""Names of people: as PbN has them, no case folding; only split, and freed of titles where they are providers'."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from producers.values.blanks import DASHES, NOTHING, trimmed

_PARTICLES: Final = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le", "los", "las", "el", "al",
    "bin", "ibn", "ter", "ten", "st.", "st", "saint", "mac", "mc", "o'", "y",
})  # fmt: skip
_SUFFIX: Final = re.compile(r"(?:jr|sr|ii|iii|iv|v|2nd|3rd)\.?", re.IGNORECASE)
_TITLE: Final = re.compile(r"(?:dr|doctor|mr|mrs|ms|miss|prof)\b\.?\s*", re.IGNORECASE)
_CREDENTIAL: Final = re.compile(
    r"(?:d\.?d\.?s|d\.?m\.?d|r\.?d\.?h|r\.?d\.?a|l\.?d\.?h|b\.?d\.?s|m\.?d|ph\.?d|m\.?s\.?d?|c\.?d\.?a|e\.?f\.?d\.?a|p\.?c|p\.?a|facp|fagd|magd)\.?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's first name (with middle names or initials) and last name (with particles and suffixes), either may be None."""

    first: str | None
    last: str | None


@lru_cache(maxsize=8_192)
def clean_name(text: str) -> tuple[str | None, str | None]:
    """Clean one part of a name; runs of blanks become one blank. Blank are an empty cell, dashes, `n/a`, and `nan` or
    `NULL` as machines write them: there are people called Null, Nan and None.
    """
    value = " ".join(trimmed(text).split())
    return (None, None) if value in DASHES or value in NOTHING or value.lower() == "n/a" else (value, None)


@lru_cache(maxsize=8_192)
def split_name(text: str) -> tuple[PersonName | None, str | None]:
    """Return the name in a cell, written `Last, First M` or `First M Last`. A single word is a last name."""
    value, _ = clean_name(text)
    if value is None:
        return None, None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if not parts:
        return None, None
    if len(parts) > 1:
        suffixes = [part for part in parts[1:] if _SUFFIX.fullmatch(part)]
        rest = [part for part in parts[1:] if not _SUFFIX.fullmatch(part)]
        if rest:
            return PersonName(", ".join(rest), " ".join([parts[0], *suffixes])), None
        name = _split_words(parts[0].split())
        return PersonName(name.first, " ".join([name.last or "", *suffixes]).strip()), None
    return _split_words(value.strip(", ").split()), None


@lru_cache(maxsize=16_384)
def split_provider_name(text: str) -> tuple[PersonName | None, str | None]:
    """Return the name of a provider, without title and credentials: `Dr. Ada Quist`, `Quist, Ada DDS`, `Ada Quist, RDH`."""
    value, _ = clean_name(text)
    if value is None:
        return None, None
    value = _TITLE.sub("", value, count=1) if _TITLE.match(value) else value
    parts = [" ".join(_without_credentials(part.split())) for part in value.split(",")]
    parts = [_TITLE.sub("", part, count=1) if _TITLE.match(part) else part for part in parts]
    bare = ", ".join(part for part in parts if part)
    return split_name(bare) if bare else split_name(text)


def _split_words(words: list[str]) -> PersonName:
    if len(words) == 1:
        return PersonName(None, words[0])
    start = len(words) - 1
    if start > 1 and _SUFFIX.fullmatch(words[start]):
        start -= 1
    while (
        start > 1
        and words[start - 1].lower() in _PARTICLES
        and (words[start - 1].islower() or words[start - 1].lower().startswith("st"))
    ):
        start -= 1
    return PersonName(" ".join(words[:start]), " ".join(words[start:]))


def _without_credentials(words: list[str]) -> list[str]:
    end = len(words)
    while end and _CREDENTIAL.fullmatch(words[end - 1]) and (end > 1 or words[0].isupper()):
        end -= 1
    return words[:end]
