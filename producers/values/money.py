"""Amounts of money, exact, in millionths of the currency's unit."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from producers.values.blanks import filled
from producers.values.reasons import EXCEL_DAMAGED, INEXACT_MONEY, INVALID_MONEY

MICROS: Final = 1_000_000
_LARGEST: Final = 9_000_000_000_000 * MICROS  # what Twenty's amountMicros can hold
_PLAIN: Final = re.compile(r"(-?)\$?(\d{1,3}(?:,\d{3}){0,3}|\d{1,12})\.(\d\d)", re.ASCII)
_POINTED: Final = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d*))?", re.ASCII)
_COMMAED: Final = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+),(\d{2})", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"[-+]?\d+(?:\.\d+)?E[-+]?\d+", re.IGNORECASE | re.ASCII)
_SHAPE: Final = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-−+])?\s*(?P<currency>(?:US|CA|C|A)?\$|€|£|USD|CAD|EUR|GBP)?\s*(?P<minus2>[-−])?\s*(?P<open2>\()?"
    r"(?P<digits>[\d.,]*\d[\d.,]*)(?P<close2>\))?\s*(?P<minus3>[-−])?\s*(?P<currency2>\$|€|£|USD|CAD|EUR|GBP)?\s*(?P<close>\))?"
    r"\s*(?P<side>CR|DR)?\.?",
    re.IGNORECASE | re.ASCII,
)


@lru_cache(maxsize=65_536)
def clean_money(text: str) -> tuple[int | None, str | None]:
    """The amount in a cell, in millionths, exactly: `1,234.50` is 1234500000.

    `(1,234.50)`, `1,234.50-`, `1,234.50 CR` and `-$1,234.50` are negative; blank and `-` are None, never zero. Reasons:
    invalid_money, excel_damaged (`1.2E+05`), both without a value; inexact_money where more than six places were rounded.
    """
    if (plain := _PLAIN.fullmatch(text)) is not None:
        micros = int(plain[2].replace(",", "")) * MICROS + int(plain[3]) * 10_000
        return (-micros if plain[1] else micros), None
    value = filled(text)
    if value is None or value in {"$", "$-", "$ -", "-$"}:
        return None, None
    match = _SHAPE.fullmatch(value)
    if match is None:
        return None, EXCEL_DAMAGED if _SCIENTIFIC.fullmatch(value) else INVALID_MONEY
    if (match["open"] or match["open2"]) is None and (match["close"] or match["close2"]) is not None:
        return None, INVALID_MONEY
    if (match["open"] or match["open2"]) is not None and (match["close"] or match["close2"]) is None:
        return None, INVALID_MONEY
    read = _micros(match["digits"])
    if read is None or read[0] > _LARGEST:
        return None, INVALID_MONEY
    side = (match["side"] or "").upper()
    minus = match["minus"] in ("-", "−") or any(match[name] for name in ("minus2", "minus3", "open", "open2")) or side == "CR"
    return (-read[0] if minus else read[0]), read[1]


def _micros(digits: str) -> tuple[int, str | None] | None:
    """The millionths that unsigned digits say, and a reason where they were rounded; None where the grouping makes no sense."""
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
