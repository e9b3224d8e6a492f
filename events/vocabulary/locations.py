"""Locations of a practice: their keys, and the place of the key in an id that is unique per location only."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final, Literal

IdScope = Literal["practice", "location"]
"""The part of a practice within which its native ids are unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locations:
    """The way in which records tell their location: `field` is the custom field of patients that names it, and of other records
    where `ids` are unique per location only. Such ids begin with the location's key: `north.1042`.
    """

    field: str = ""
    ids: IdScope = "practice"
    folders: tuple[tuple[str, str], ...] = ()
    """Names of folders and archives, in which `*` stands for any characters, each with its location."""

    def __bool__(self) -> bool:
        return bool(self.field) or self.ids == "location"


ONE_LOCATION: Final = Locations()
"""A practice whose records tell no location."""


def folder_location(locations: Locations, folder: str, above: str) -> str | None:
    """Return the location that the settings give a delivery by the name of its folder or archive, else by that of the folder
    `above` it. Case does not count.
    """
    for name in (folder, above):
        for pattern, location in locations.folders:
            if fnmatchcase(name.casefold(), pattern.casefold()):
                return location
    return None


def location_key(word: str, practice: str) -> str | None:
    """Return the key of a location as an extract names it: small letters and digits, with dashes between the words; None for a
    blank. Words that differ in case, blanks and punctuation alone are one location. No key is the practice's own id.
    """
    text = unicodedata.normalize("NFKC", word).casefold()
    key = "-".join("".join(c if c.isalnum() else " " for c in text).split())
    return (f"{key}-location" if key == practice else key) if key else None


def at_location(key: str, native_id: str) -> str:
    """Return the id, unique in the practice, of a record whose native id is unique at a location only."""
    return f"{key}.{native_id}"


def split_location(native_id: str) -> tuple[str | None, str]:
    """Return the key of the location and the native id of such an id; None for the key where it has none."""
    key, point, native = native_id.partition(".")
    return (key, native) if point else (None, native_id)
