"""Amounts of money, exact, in millionths of the currency's unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from events.vocabulary.practice import DecimalMark
from producers.values.blanks import filled
from producers.values.reasons import EXCEL_DAMAGED, INEXACT_MONEY, INVALID_MONEY, OTHER_CURRENCY

MICROS: Final = 1_000_000
_LARGEST: Final = 9_000_000_000_000 * MICROS  # with room below a signed number of 64 bits
_PLAIN: Final = re.compile(r"(-?)\$?(\d{1,3}(?:,\d{3}){0,3}|\d{1,12})\.(\d\d)", re.ASCII)
_POINTED: Final = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)
_COMMAED: Final = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+),(\d{2})", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[-+]?\d+(?:\.\d+)?E[-+]?\d+", re.IGNORECASE | re.ASCII)
DOLLARS: Final = frozenset(
    {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "BBD", "BSD", "JMD", "TTD"}
)
"""Currencies that are written with a dollar sign."""
SIGNS: Final = {
    "$": DOLLARS,
    "US$": frozenset({"USD"}),
    "CA$": frozenset({"CAD"}),
    "C$": frozenset({"CAD"}),
    "AU$": frozenset({"AUD"}),
    "A$": frozenset({"AUD"}),
    "NZ$": frozenset({"NZD"}),
    "€": frozenset({"EUR"}),
    "£": frozenset({"GBP"}),
    "CHF": frozenset({"CHF"}),
    "EUR": frozenset({"EUR"}),
    "GBP": frozenset({"GBP"}),
    "USD": frozenset({"USD"}),
    "CAD": frozenset({"CAD"}),
    "AUD": frozenset({"AUD"}),
    "NZD": frozenset({"NZD"}),
}
"""The signs and codes that amounts are read with, and the currencies that each may mean."""
_CURRENCY: Final = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
_SAID: Final = re.compile(rf"(?<![A-Z])(?:{_CURRENCY})(?![A-Z])", re.IGNORECASE)
_WITHOUT_CURRENCY: Final = re.compile(r"[\d.,()\- ]*", re.ASCII)
_GROUPS: Final = re.compile(r"(?<=\d)[ '’](?=\d{3}(?!\d))", re.ASCII)
"""Spaces and apostrophes between groups of three digits."""
_SWAPPED: Final = str.maketrans(".,", ",.")
_SHAPE: Final = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[-−+])?\s*(?P<currency>{_CURRENCY})?\s*(?P<minus2>[-−])?\s*(?P<open2>\()?"
    rf"(?P<digits>[\d.,]*\d[\d.,]*)(?P<close2>\))?\s*(?P<minus3>[-−])?\s*(?P<currency2>{_CURRENCY})?\s*(?P<close>\))?"
    r"\s*(?P<side>CR|DR)?\.?",
    re.IGNORECASE | re.ASCII,
)


def currency_sign(text: str) -> str | None:
    """Return the sign or the code of a currency that stands in an amount; None where the cell has none, or is no amount."""
    match = _SAID.search(text)
    return match[0].upper() if match is not None and clean_money(text)[0] is not None else None


def money_cleaner(decimal: DecimalMark, currencies: frozenset[str]) -> Callable[[str], tuple[int | None, str | None]]:
    """Return `clean_money` for a column of amounts with this decimal mark, all in one of these currencies.

    An amount in another currency is lost: other_currency.
    """

    def clean(text: str) -> tuple[int | None, str | None]:
        micros, reason = clean_money(text, decimal)
        if micros is not None and _WITHOUT_CURRENCY.fullmatch(text) is None:
            said = _SAID.search(text)
            if said is not None and not currencies & SIGNS[said[0].upper()]:
                return None, OTHER_CURRENCY
        return micros, reason

    return clean


@lru_cache(maxsize=8_192)
def clean_money(text: str, decimal: DecimalMark = ".") -> tuple[int | None, str | None]:
    """Return the amount in a cell, in millionths, exactly: `1,234.50` is 1234500000.

    `decimal` decides what `1,234` and `1.234` are; an amount with one reading has that one. `(1,234.50)`, `1,234.50-`,
    `1,234.50 CR` and `-$1,234.50` are negative; blank and `-` are None, never zero. Reasons: invalid_money, excel_damaged
    (`1.2E+05`), both without a value; inexact_money where more than six places were rounded.
    """
    if (plain := _PLAIN.fullmatch(text)) is not None:
        micros = int(plain[2].replace(",", "")) * MICROS + int(plain[3]) * 10_000
        return (-micros if plain[1] else micros), None
    value = filled(text)
    if value is None or value in {"$", "$-", "$ -", "-$"}:
        return None, None
    value = _GROUPS.sub("", value)
    match = _SHAPE.fullmatch(value)
    if match is None:
        return None, EXCEL_DAMAGED if _SCIENTIFIC.fullmatch(value) else INVALID_MONEY
    if (match["open"] or match["open2"]) is None and (match["close"] or match["close2"]) is not None:
        return None, INVALID_MONEY
    if (match["open"] or match["open2"]) is not None and (match["close"] or match["close2"]) is None:
        return None, INVALID_MONEY
    digits = match["digits"]
    read = _micros(digits if decimal == "." else digits.translate(_SWAPPED))
    if read is None or read[0] > _LARGEST:
        return None, INVALID_MONEY
    side = (match["side"] or "").upper()
    minus = match["minus"] in ("-", "−") or any(match[name] for name in ("minus2", "minus3", "open", "open2")) or side == "CR"
    return (-read[0] if minus else read[0]), read[1]


def _micros(digits: str) -> tuple[int, str | None] | None:
    """Return the millionths that unsigned digits say, and a reason where they were rounded; None where the grouping makes
    no sense.
    """
    match = _POINTED.fullmatch(digits) or _COMMAED.fullmatch(digits)
    if match is None:
        return None
    whole, places = re.sub(r"[.,]", "", match[1] or "0"), match[2] or ""
    if len(whole) > 15:
        return None
    micros = int(whole) * MICROS + int(places[:6].ljust(6, "0"))
    rest = places[6:].rstrip("0")
    if not rest:
        return micros, None
    return micros + (rest[0] >= "5"), INEXACT_MONEY
