"""Does Twenty's image of a field say what we want? By field type, blind to the forms in which Twenty gives values back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from events.vocabulary.specs import Compiled
from projections.types.registry import TYPES
from projections.types.type import equal


def same(kind: str, wanted: Any, image: Any) -> bool:
    """Return whether `image` (canonical) holds what `wanted` (in the API's form) asks for, for a field of this Twenty type."""
    if wanted == image and kind != "FILES":
        return True  # nearly all are, so that only the others are brought into one form
    return _SAME[kind](wanted, image)


def _same(kind: str) -> Callable[[Any, Any], bool]:
    known = TYPES.get(kind)
    return known.same if known is not None else equal


_SAME: Compiled[str, Callable[[Any, Any], bool]] = Compiled(_same)
