"""The person who reads values or decides, by name, and the reason given. Both stand in the log."""

from __future__ import annotations

from dataclasses import dataclass

from cutover.project.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPerson:
    """A reader or decider. With `decrypt`, values are opened for this person."""

    by: str = ""
    why: str = ""
    decrypt: bool = False

    def require_name_to_read(self, option: str = "--decrypt") -> None:
        """Raise UsageError where values are to be opened without the reader's name; `option` asked for them."""
        if self.decrypt and not self.by.strip():
            raise UsageError(f"{option}: opening values is recorded; say who reads them: --by NAME")

    def require_name_to_decide(self, what: str) -> None:
        """Raise UsageError without a name; `what` is decided."""
        if not self.by.strip():
            raise UsageError(f"{what} is a decision that bears a name: --by NAME")


NOBODY = NamedPerson()
