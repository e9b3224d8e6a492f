"""Files as table readers see them: bytes under a name, wherever they lie."""

from __future__ import annotations

from typing import BinaryIO, Protocol


class File(Protocol):
    """A file of a delivery. `name` is its path within the delivery (posix), `size` is in bytes."""

    @property
    def name(self) -> str:
        """The path within the delivery."""
        ...

    @property
    def size(self) -> int:
        """The number of bytes."""
        ...

    def open(self) -> BinaryIO:
        """Open the bytes for reading; the stream can seek. Raises OSError when they cannot be read (any more)."""
        ...
