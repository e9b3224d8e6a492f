"""Words of a list (a status, a carrier, a channel): kept as PbN has them."""

from __future__ import annotations

from functools import lru_cache

from producers.values.blanks import filled


@lru_cache(maxsize=8_192)
def clean_word(text: str) -> tuple[str | None, str | None]:
    """Return the word without surrounding blanks, its case and inner blanks untouched; dashes, `n/a` and the like are blank."""
    return filled(text), None
