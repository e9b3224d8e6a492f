"""The practice whose records travel: what reading and projecting need to know about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from events.vocabulary.locations import ONE_LOCATION, Locations

DateOrder = Literal["mdy", "dmy", "ymd"]
DecimalMark = Literal[".", ","]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """One practice. `zone` is its local time, `currency` an ISO 4217 code, `country` an ISO 3166 code (phone numbers without a
    country are read as its own), `namespace` the UUID under which the deterministic Twenty ids are made. `date_order` and
    `decimal_mark` rule where the columns themselves prove nothing.
    """

    id: str
    name: str
    zone: ZoneInfo
    currency: str
    date_order: DateOrder
    namespace: UUID
    country: str = "US"
    decimal_mark: DecimalMark = "."
    locations: Locations = ONE_LOCATION
