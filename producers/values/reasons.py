"""The reason codes of values that were lost or are doubtful; a lost value never costs the record (field map, "Values")."""

from __future__ import annotations

from typing import Final

INVALID_DATE: Final = "invalid_date"
FUTURE_BIRTH_DATE: Final = "future_birth_date"
INVALID_DATE_TIME: Final = "invalid_date_time"
INVALID_TIME: Final = "invalid_time"
AMBIGUOUS_LOCAL_TIME: Final = "ambiguous_local_time"
"""The clock showed this time twice that night; the first of the two is taken."""
MISSING_LOCAL_TIME: Final = "missing_local_time"
"""The clock was put forward over this time; it is read with the offset before the change."""
INVALID_MONEY: Final = "invalid_money"
INEXACT_MONEY: Final = "inexact_money"
"""More than six decimal places; rounded to millionths."""
OTHER_CURRENCY: Final = "other_currency"
"""The amount is in another currency than the practice's."""
INVALID_NUMBER: Final = "invalid_number"
INVALID_BOOLEAN: Final = "invalid_boolean"
INVALID_PHONE: Final = "invalid_phone"
PLACEHOLDER_PHONE: Final = "placeholder_phone"
PHONE_EXTENSION: Final = "phone_extension"
"""The number is kept, its extension is not stored."""
PHONE_REMARK: Final = "phone_remark"
"""The number is kept; words, or another number, stood beside it."""
INVALID_EMAIL: Final = "invalid_email"
PLACEHOLDER_EMAIL: Final = "placeholder_email"
EXCEL_DAMAGED: Final = "excel_damaged"
"""A spreadsheet program has destroyed the text: reported, never guessed."""
UNREADABLE_MARKUP: Final = "unreadable_markup"
"""A note in RTF or HTML that could not be converted; its text is carried as it stands."""
CUT_TEXT: Final = "cut_text"
"""A note in RTF whose end is missing; the words before it are carried."""
REPAIRED_TEXT: Final = "repaired_text"
"""The text was once decoded with a wrong encoding; it is carried repaired."""
LOST_CHARACTERS: Final = "lost_characters"
"""Characters of the text were replaced by U+FFFD before it was exported."""
EPOCH_BIRTH_DATE: Final = "epoch_birth_date"
"""The date of birth is 1970-01-01, which computers write for no date."""
LEFT_OUT_TIME: Final = "left_out_time"
"""The field holds days; the cell has a time, too."""
UNKNOWN_CODE: Final = "unknown_code"
"""A bare code where a word belongs, in no approved list of codes."""
AMBIGUOUS_DATE_ORDER: Final = "ambiguous_date_order"
"""The column holds day-first and month-first dates; this one can be read either way."""
AMBIGUOUS_DECIMAL_MARK: Final = "ambiguous_decimal_mark"
"""The column uses commas and points as decimal marks; this amount can be read either way."""


def is_unknown(reason: str) -> bool:
    """Return whether a value that was lost for this reason is unknown, so that the value known before stays.

    A stand-in says that there is none. Where the rule of a whole column is in doubt, values read by it before are no better.
    """
    says_none = reason in (PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE)
    return not says_none and reason not in (AMBIGUOUS_DATE_ORDER, AMBIGUOUS_DECIMAL_MARK)
