"""Columns that hold what a CRM must not have: social security numbers, tax ids, card and bank numbers, passwords.

The header says it, or the shape of nearly every cell does. Nine bare digits say nothing: they are as often an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from producers.kinds.cell_fates import SENSITIVE_BECAUSE
from producers.kinds.profile import Profile
from producers.vocabulary.headers import split_words

_HEADERS: Final[Mapping[str, re.Pattern[str]]] = {
    "social security numbers": re.compile(
        r"\b(?:ssn|ss no|ss num|ss number|ss nbr|soc sec|soc security|social security|social sec)\b"
    ),
    "tax ids": re.compile(r"\b(?:tax id|taxid|tax number|tax no|tax identification|tin|ein|itin|fein)\b"),
    "card numbers": re.compile(
        r"\b(?:(?:credit|debit|payment|bank) ?card (?:number|no|num|nbr)|(?:credit|debit) ?card|cc (?:number|no|num|nbr)"
        r"|card (?:number|no|num|nbr)|ccnum|ccnumber|cvv2?|cvc2?|card security code)\b"
    ),
    "bank numbers": re.compile(
        r"\b(?:iban|bank (?:account|acct|routing|number|no)(?: (?:number|no|num))?|routing (?:number|no|num)"
        r"|aba (?:number|routing)|sort code)\b"
    ),
    "passwords": re.compile(r"\b(?:password|passwd|passcode|pwd|passphrase|pin code|password hash|web password)\b"),
}
_OTHER_CARDS: Final = re.compile(r"\b(?:insurance|insured|health|medicare|medicaid|member|gift|loyalty|recall|id) ")
"""Words before the number of a card that pays nothing."""
_SSN: Final = re.compile(r"(?!000|666|9\d\d)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}", re.ASCII)
_CARD: Final = re.compile(r"[3-6]\d{3}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}|3[47]\d{2}[- ]?\d{6}[- ]?\d{5}", re.ASCII)
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}", re.ASCII)
_ENOUGH: Final = 3
"""Distinct cells from which shapes say something."""
_NEARLY_ALL: Final = 0.9


def sensitive(header: str, profile: Profile) -> str | None:
    """Return the reason for leaving a column out as sensitive, by its header or the shapes of its cells; None for others."""
    words = " ".join(split_words(header)).lower()
    for what, said in _HEADERS.items():
        if said.search(words) and not _OTHER_CARDS.search(words):
            return f"{SENSITIVE_BECAUSE}{what}"
    values = profile.values
    if len(values) >= _ENOUGH:
        for what, is_shaped in _SHAPES.items():
            if sum(is_shaped(value.strip()) for value in values) >= _NEARLY_ALL * len(values):
                return f"{SENSITIVE_BECAUSE}{what}"
    return None


def _is_luhn(cell: str) -> bool:
    """Return whether the check digit of a card number is right."""
    digits = [int(c) for c in reversed(cell) if c.isdigit()]
    return sum(d if at % 2 == 0 else sum(divmod(2 * d, 10)) for at, d in enumerate(digits)) % 10 == 0


def _is_iban(cell: str) -> bool:
    """Return whether the check digits of an international bank account number are right."""
    text = cell.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in text[4:] + text[:4])) % 97 == 1


_SHAPES: Final[Mapping[str, Callable[[str], bool]]] = {
    "social security numbers": lambda cell: _SSN.fullmatch(cell) is not None,
    "card numbers": lambda cell: _CARD.fullmatch(cell) is not None and _is_luhn(cell),
    "bank numbers": lambda cell: _IBAN.fullmatch(cell) is not None and _is_iban(cell),
}
