"""Collecting a desired record's values: words become options, custom values take the type of their field in the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from events.vocabulary.records import CustomValue
from projections.desired import Context, MissingWord
from projections.options import option_key
from projections.types.registry import TYPES
from projections.values import text
from projections.wording import moment_in_words


class Fields:
    """The values of one desired record, as they are collected. A field that the workspace does not have is left out."""

    def __init__(self, context: Context, plural: str) -> None:
        """Take the object's plural API name."""
        self._context, self._plural = context, plural
        self.values: dict[str, Any] = {}
        self.missing: list[MissingWord] = []

    def put(self, name: str, value: Any) -> None:
        """Put a value already in Twenty's form."""
        self.values[name] = value

    def word(self, name: str, word: object) -> None:
        """Put a word of a SELECT field; as text where the workspace has the field as TEXT."""
        kind = self._context.types.get((self._plural, name))
        if kind == "TEXT":
            self.values[name] = self._said(word)
        elif kind is not None:
            self.values[name] = self._option(name, word)
        else:
            self._absent(name, word)

    def _said(self, value: object) -> str:
        return moment_in_words(value, self._context.practice.zone) if isinstance(value, datetime) else text(value)

    def _option(self, name: str, word: object) -> str | None:
        label = text(word)
        key = option_key(label)
        if not key:
            return None
        value = self._context.options.get((self._plural, name), {}).get(key)
        if value is None:
            self.missing.append(MissingWord(object=self._plural, field=name, word=label))
        return value

    def custom(self, values: Mapping[str, CustomValue]) -> None:
        """Put the practice-specific values, each in the type of its field."""
        for name, value in values.items():
            kind = self._context.types.get((self._plural, name))
            if kind in ("SELECT", "TEXT"):
                self.word(name, value)
            elif kind is not None:
                self.values[name] = custom(value, kind)
            else:
                self._absent(name, value)

    def _absent(self, name: str, value: object) -> None:
        """Put a value into a field that is missing: where all are known, `projections.valid` takes the value out again and
        reports it.
        """
        if self._context.knows_all_fields and value is not None:
            self.values[name] = value


def custom(value: CustomValue, kind: str) -> Any:
    """Return a custom field's value for a field of this Twenty type (SELECT excepted: its words are looked up)."""
    known = TYPES.get(kind)
    if value is None and kind != "CURRENCY":
        return "" if kind == "TEXT" else None
    return known.custom(value) if known is not None else value
