"""Custom objects: what the rows of a table become that is of no known entity (goals, KPIs, production reports)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from events.vocabulary.entities import Entity

_CAPITALS: Final = frozenset(["kpi", "ar", "id", "ppo", "hmo"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomObject:
    """An object that a practice's own table becomes: API names, labels for people, and whether an operator has turned it on.

    Once `carried` was approved, rows of it may lie in the destination, and its names are fixed.
    """

    name: str
    plural: str
    label: str
    label_plural: str
    is_on: bool = False
    carried: bool = False

    @property
    def entity(self) -> Entity:
        """Return the entity of its records."""
        return Entity.of_object(self.name)


def of_name(name: str) -> CustomObject:
    """Return the object with this API name, with a plural and labels made of it."""
    label = _label(name)
    return CustomObject(name=name, plural=plural(name), label=label, label_plural=plural(label))


def plural(word: str) -> str:
    """Return a word for several things; never the same word."""
    if word.endswith(("s", "ch", "sh", "x")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in set("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"


def _label(name: str) -> str:
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).split()
    return " ".join(w.upper() if w.lower() in _CAPITALS else w[:1].upper() + w[1:] for w in words)
