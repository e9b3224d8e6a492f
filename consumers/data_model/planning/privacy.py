"""Keeping health data to those who may see it: private objects and audited fields, where the practice wants that.

Both are settings, shown in the plan. An object becomes PRIVATE only after a sharing rule without criteria keeps the API key's
role reading it: Twenty refuses it where no rule is (`objectReadabilityPrivateBackfillOnUpdate`), and we refuse it where the
operator has not said that the rule is for our role (`granted`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from projections.destination import destination
from projections.spec import TwentyField


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateObject:
    """An object that is to be private. `granted`: the API key's role sees all of it by a sharing rule."""

    singular: str
    label: str
    granted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """The practice's wishes: the objects to make private and those granted to our role, by singular name; whether changes of
    the fields that we make go to Twenty's audit log (None: as Twenty does).
    """

    private: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    audited: bool | None = None

    def objects(self) -> tuple[PrivateObject, ...]:
        """Return the objects that are to be private."""
        known = {name: one.label for name, one in destination().objects.items()}
        return tuple(
            PrivateObject(singular=name, label=known.get(name, name), granted=name in self.granted) for name in self.private
        )

    def of(self, fields: Iterable[TwentyField]) -> list[TwentyField]:
        """Return the fields with the wish for the audit log."""
        return [replace(field, audited=self.audited) for field in fields]
