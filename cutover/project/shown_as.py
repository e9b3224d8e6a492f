"""The display of a setting beside its description: in the `cutover.toml` that `cutover init` writes, and on its page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAs:
    """An annotation of a setting's field; a field without one is shown with its default and its description.

    `example`: the value in the file, where the setting is commented out. `written`: the value that `init` writes, where it is
    not the default. `default`: the words for a default that is made for each project. `more` follows the description on the
    page, and is left out of the file.
    """

    example: str | bool | dict[str, str] | None = None
    written: str | None = None
    default: str | None = None
    more: str = ""


PLAIN = ShownAs()
