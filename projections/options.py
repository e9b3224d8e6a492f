"""Options of SELECT fields: UPPER_SNAKE_CASE of the label, valid and unique; the label keeps PbN's text (field map, Values)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from events.vocabulary.mapping import word_key

_LONGEST = 63
"""Twenty takes no longer option value or label (cassette metadata-field-errors)."""
_HEAD, _MARK = 32, 6


def option_value(label: str, taken: Iterable[str] = ()) -> str:
    """Return the option value for a label, different from those taken.

    Twenty takes letters, digits and underscores, starting with a letter (cassette metadata-select-options).
    """
    ascii_only = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    value = re.sub(r"[^A-Z0-9]+", "_", ascii_only.upper()).strip("_") or "OPTION"
    if not value[0].isalpha():
        value = f"OPTION_{value}"
    value = value[:_LONGEST].rstrip("_")
    used = set(taken)
    unique, number = value, 2
    while unique in used:
        suffix = f"_{number}"
        unique, number = value[: _LONGEST - len(suffix)].rstrip("_") + suffix, number + 1
    return unique


def option_label(word: str) -> str:
    """Return the label for a word: PbN's text, without what Twenty refuses in a label (commas, more than 63 characters).

    A longer one keeps its beginning and its end, with a mark of the whole between them: two words never share a label.
    """
    label = " ".join(word.replace(",", " ").split())
    if len(label) <= _LONGEST:
        return label
    mark = hashlib.sha256(word_key(label).encode("utf-8", "surrogatepass")).hexdigest()[:_MARK]
    return f"{label[:_HEAD].rstrip()}… {mark} …{label[-(_LONGEST - _HEAD - _MARK - 4) :].lstrip()}"


def is_shortened(word: str) -> bool:
    """Tell whether the label of a word leaves some of it out."""
    return len(word) > _LONGEST and len(" ".join(word.replace(",", " ").split())) > _LONGEST


@lru_cache(maxsize=8_192)
def option_key(word: str) -> str:
    """Return the key by which a word finds its option: that of its label, which is all that the workspace can tell."""
    return word_key(option_label(word))


def option_values(words: Iterable[str], taken: Mapping[str, str] | None = None) -> dict[str, tuple[str, str]]:
    """Return the options of words that need an option: {option key: (value, label)}. `taken` maps the keys that have one to
    their values.
    """
    out: dict[str, tuple[str, str]] = {}
    used = set((taken or {}).values())
    for word in words:
        key = option_key(word)
        if key and key not in out and key not in (taken or {}):
            value = option_value(word, used)
            used.add(value)
            out[key] = (value, option_label(word))
    return out
