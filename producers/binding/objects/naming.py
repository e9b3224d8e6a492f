"""Names of custom objects: from the name of the file or the sheet, apart from names that are in use."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from events.vocabulary.custom_objects import CustomObject, of_name, plural
from producers.vocabulary.headers import split_words

_LONGEST: Final = 40
_EXPORTED: Final = frozenset(
    ["export", "exported", "extract", "pbn", "csv", "data", "table", "list", "sheet", "sheet1", "download", "final", "copy"]
)
"""Words of a file's name that say nothing about its rows."""
_SEVERAL_CAPITALS: Final = re.compile("(?<![A-Za-z])([A-Z]{2,})s(?![A-Za-z])")
_PBN: Final = re.compile("(?<![A-Za-z])pbn(?![A-Za-z])", re.IGNORECASE)
_MONTH: Final = re.compile("jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec", re.IGNORECASE)


def named_after(text: str, taken: Collection[str]) -> CustomObject:
    """Return the object named after a file or sheet: `Monthly_Goals_2026.csv` gives `monthlyGoal`, in several `monthlyGoals`.

    `taken` are names of objects in use, in any case; such a name gets the suffix `Pbn`, then `Pbn2` …
    """
    text = _SEVERAL_CAPITALS.sub(lambda match: f" {match[1].capitalize()}s ", _PBN.sub(" ", text))
    words = [w for w in split_words(text) if not w.isdigit() and w.lower() not in _EXPORTED and not _MONTH.fullmatch(w)]
    while len(words) > 1 and len("".join(words)) > _LONGEST:
        words.pop()
    words = [w.lower() for w in words] or ["custom", "record"]
    words[0] = words[0].lstrip("0123456789") or "record"
    words[-1] = singular(words[-1])
    used = {name.casefold() for name in taken}
    name, number = _camel(words)[:_LONGEST], 1
    candidate = name
    while candidate.casefold() in used or plural(candidate).casefold() in used:
        candidate = f"{name}Pbn" if number == 1 else f"{name}Pbn{number}"
        number += 1
    return of_name(candidate)


def singular(word: str) -> str:
    """Return a word for one thing: `goals` → `goal`, `categories` → `category`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "sis")) and len(word) > 3 else word


def _camel(words: list[str]) -> str:
    return "".join(word if n == 0 else word.capitalize() for n, word in enumerate(words))
