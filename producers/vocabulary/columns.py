"""What the columns of a practice's tables can mean, per kind of table: the names that a column binding's `field` may have.

They are finer than a record's fields (a name may stand in one cell or in three, a start in one cell or as date and
time); assembly puts them together. Each says what its cells look like (`shape`) and how much its presence says about the
kind of the table (`weight`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Shape(Enum):
    """What the cells of a column look like."""

    ID = "an id"
    PATIENT_ID = "a patient's id"
    PLAN_ID = "a treatment plan's id"
    NAME = "a name"
    FULL_NAME = "a whole name"
    INITIAL = "an initial"
    EMAIL = "an e-mail address"
    PHONE = "a phone number"
    STREET = "a street"
    CITY = "a city"
    STATE = "a state"
    POSTCODE = "a postcode"
    DATE = "a date"
    BIRTH_DATE = "a date of birth"
    DATE_TIME = "a date, mostly with a time"
    TIME = "a time of day"
    MONEY = "an amount"
    MINUTES = "minutes"
    ORDER = "a running number"
    CODE = "a procedure code"
    TOOTH = "a tooth"
    SURFACE = "a surface"
    FLAG = "yes or no"
    WORD = "a few words"
    PROVIDER = "a provider's id, code or name"
    CHANNEL = "a way of sending"
    DELIVERY = "a delivery status"
    VISIT = "an appointment status"
    CLAIM = "a claim status"
    PLAN = "a plan's status"
    PATIENT_STATUS = "a patient status"
    TEXT = "a text"
    CARRIER = "an insurance carrier"
    AUTHOR = "a name, or a provider's code"
    FILE = "a file name"
    PATH = "a path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One bindable column. `weight`: what finding it says about the table's kind. `need`: a table cannot be read without one
    column of each need. `many`: several columns of a table may mean it. `ignored`: it is recognised in order to be left
    out, for this reason, where the column that it `repeats` is there; without that one it `stands_in` for it, or becomes
    a custom field.
    """

    name: str
    shape: Shape
    weight: float = 1.0
    need: str | None = None
    many: bool = False
    ignored: str | None = None
    repeats: str | None = None
    stands_in: bool = False
