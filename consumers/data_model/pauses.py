"""Pauses between the looks at whether a change of the data model or of the layout shows."""

from __future__ import annotations

from typing import Final

PAUSES: Final = (0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between the looks after a lost answer: half a minute, within which a request without an answer has ended."""

AFTER_AN_ANSWER: Final = PAUSES[:3]
"""Seconds between the looks after a refusal that names no mutation: the server has answered, and carries nothing out any more
(cassette `metadata-graphql`). What is left is the time in which its caches follow.
"""
