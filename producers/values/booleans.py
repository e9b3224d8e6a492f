"""Yes and no."""

from __future__ import annotations

from typing import Final

from producers.values.blanks import filled
from producers.values.reasons import INVALID_BOOLEAN

_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "y", "t", "1", "1.0", "x", "on", "checked", "✓", "✔", "☑"), True),
    **dict.fromkeys(("false", "no", "n", "f", "0", "0.0", "off", "unchecked", "☐"), False),
}


def clean_boolean(text: str) -> tuple[bool | None, str | None]:
    """Read `True`/`False`, `Yes`/`No`, `Y`/`N`, `1`/`0`, `X`. Reason: invalid_boolean, without a value."""
    value = filled(text)
    if value is None:
        return None, None
    found = _WORDS.get(value.lower())
    return found, None if found is not None else INVALID_BOOLEAN
