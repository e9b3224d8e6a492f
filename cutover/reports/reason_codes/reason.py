"""One reason, and the sentences that several reasons share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Cost(StrEnum):
    """The cost of a reason; the value is a heading."""

    RECORD = "Not carried: the whole record"
    FILE = "Not carried: a file or table"
    VALUE = "Carried without one value"
    DOUBTFUL = "Carried; please check"
    KEPT = "Left as people have it in Twenty"
    COLUMN = "Columns and tables that were new or changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: what it costs, what happened, what to do (a sentence each)."""

    cost: Cost
    means: str
    to_do: str


PBN = "Correct it in Practice by Numbers and export again."
RETRY = "Then run `cutover dead-letters retry`."
NOTHING = "Nothing needs to be done."
