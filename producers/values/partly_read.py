"""Lists of values of which some could not be read: a telephone number or an e-mail address that another cell hides."""

from __future__ import annotations

from collections.abc import Iterable


class PartlyRead(list[str]):
    """The values of a list that could be read. `unread` are the places of the others among all that the row names."""

    __slots__ = ("unread",)

    def __init__(self, values: Iterable[str], unread: Iterable[int]) -> None:
        super().__init__(values)
        self.unread = tuple(unread)

    def completed(self, before: Iterable[str]) -> list[str]:
        """Return the list with the earlier values that stood where nothing could be read.

        Where the earlier list has another length, its places say nothing: none of its values goes.
        """
        known, read = list(before), iter(self)
        if len(known) != len(self) + len(self.unread):
            return list(dict.fromkeys([*self, *known]))
        return list(dict.fromkeys(known[at] if at in self.unread else next(read) for at in range(len(known))))
