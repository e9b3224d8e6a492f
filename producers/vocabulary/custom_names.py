"""Names of custom fields: camelCase of the header's words, apart from names that are in use."""

from __future__ import annotations

from collections.abc import Collection

from producers.vocabulary.headers import split_words

_LONGEST = 54
"""Letters of a name before its suffix."""


def camel_case(header: str) -> str:
    """Return the camelCase of a header's words. A name must begin with a letter: `0-30` becomes `pbn030`, `?` becomes
    `unnamedColumn`.
    """
    words = split_words(header)
    name = "".join(w.lower() if n == 0 else w.capitalize() for n, w in enumerate(words))
    if not name:
        return "unnamedColumn"
    return name if name[0].isalpha() else f"pbn{name}"


def _shortened(header: str) -> str:
    """Return the camelCase of as many of a header's words as a name may hold, with room for a suffix."""
    name = camel_case(header)
    words = split_words(header)
    while len(name) > _LONGEST and len(words) > 1:
        words = words[:-1]
        name = camel_case(" ".join(words))
    return name[:_LONGEST]


def free_name(header: str, used_names: Collection[str], taken: Collection[str]) -> str:
    """Return the name for a column's custom field: the camelCase of its header.

    Where that is among the `used_names` or `taken` (the names of other custom fields on that object), it gets the suffix
    `Pbn`, then `Pbn2`, `Pbn3` …
    """
    blocked = {name.casefold() for name in used_names}
    used = {name.casefold() for name in taken}
    name = _shortened(header)
    if name.casefold() not in blocked and name.casefold() not in used:
        return name
    name += "Pbn"
    number, candidate = 2, name
    while candidate.casefold() in used or candidate.casefold() in blocked:
        candidate = f"{name}{number}"
        number += 1
    return candidate
