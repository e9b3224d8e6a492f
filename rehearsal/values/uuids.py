"""Forms of a UUID that the server takes (cassettes ``create-one``, ``paths-and-names``)."""

from __future__ import annotations

import re
import uuid
from typing import Any, TypeGuard

# Version and variant are checked: 5f0d4b3e-1111-1111-1111-000000000001 is refused, and so are the nil UUID and versions
# above 5.
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\Z", re.IGNORECASE)


def is_uuid(value: Any) -> TypeGuard[str]:
    """Return whether a value is the text of a UUID, in small or capital letters."""
    return isinstance(value, str) and _UUID.match(value) is not None


def new_uuid() -> str:
    """Return a random UUID."""
    return str(uuid.uuid4())
