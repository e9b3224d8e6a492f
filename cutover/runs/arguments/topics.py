"""Topics of the log, as a command names them."""

from __future__ import annotations

from cutover.project.errors import UsageError
from events.log.port import TOPICS


def require_topic(topic: str) -> str:
    """Return the topic's name. Raises UsageError where there is no such topic."""
    if topic not in TOPICS:
        raise UsageError(f"--topic: there is no {topic!r}; there are: {', '.join(TOPICS)}")
    return topic
