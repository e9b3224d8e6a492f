"""Units beside numbers: `12 mm`, `30 min`, `10 %`, `$25`."""

from __future__ import annotations

import re
from typing import Final

from producers.values.money import currency_sign

_SPELLINGS: Final = """
mm: mm millimeter millimeters millimetre millimetres
cm: cm centimeter centimeters centimetre centimetres
m: m meter meters metre metres
km: km kilometer kilometers kilometre kilometres
mi: mi mile miles
in: in inch inches
ft: ft foot feet
mg: mg milligram milligrams
g: g gram grams
kg: kg kilogram kilograms kgs
lb: lb lbs pound pounds
oz: oz ounce ounces
ml: ml cc milliliter milliliters millilitre millilitres
l: l liter liters litre litres
s: s sec secs second seconds
min: min mins minute minutes
h: h hr hrs hour hours
d: d day days
wk: wk wks week weeks
mo: mo mos month months
yr: yr yrs year years
%: % pct percent
°: ° deg degree degrees
bpm: bpm
mmhg: mmhg
"""
_UNITS: Final = {
    spelling: line.partition(":")[0] for line in _SPELLINGS.strip().splitlines() for spelling in line.partition(":")[2].split()
}
_BEHIND: Final = re.compile(r"\s*([-+(]?\s*\d[\d.,]*\)?)\s*([a-z%°]+)\.?\s*", re.IGNORECASE | re.ASCII)
_PERCENT_OR_DEGREES: Final = re.compile(r"\s*([-+(]?\s*\d[\d.,]*\)?)\s*([%°])\s*")


def unit_of(text: str) -> str | None:
    """Return the unit beside the number in a cell, in its usual spelling; None where the cell is anything else."""
    match = _match(text)
    if match is not None:
        return _UNITS.get(match[2].lower())
    return currency_sign(text)


def without_unit(text: str, unit: str) -> str:
    """Return the text of a cell without its unit, if it has this one."""
    match = _match(text)
    return match[1] if match is not None and _UNITS.get(match[2].lower()) == unit else text


def _match(text: str) -> re.Match[str] | None:
    return _BEHIND.fullmatch(text) or _PERCENT_OR_DEGREES.fullmatch(text)
