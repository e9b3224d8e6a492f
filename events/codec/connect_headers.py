"""Where a dead letter comes from, under the names of Kafka Connect's dead letter queue: what watches such queues reads ours.

Source: Kafka 4.1, `DeadLetterQueueReporter`. Values are texts in UTF-8, numbers included. The message is the reason code and no
more: words of Twenty may repeat a person's value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

PREFIX: Final = "__connect.errors."
_STAGES: Final = {"PRODUCE": "VALUE_CONVERTER", "PROJECT": "TRANSFORMATION", "WRITE": "TASK_PUT"}
"""Connect's stage for each of ours."""
_CLASSES: Final = {"PRODUCE": "cutover.RowRefused", "PROJECT": "cutover.RecordWaits", "WRITE": "cutover.RecordRefused"}
"""Names that stay the same in every release: the program's own exceptions move."""


def connect_headers(envelope: Mapping[str, Any], topic: Callable[[str], str]) -> list[tuple[str, bytes]]:
    """Return the headers of a dead letter's envelope; `topic` gives the broker's name of a topic of the port.

    A row that could not be read comes from no topic: only its stage, class and reason are given.
    """
    stage, origin = envelope["stage"], envelope.get("origin_topic")
    place = {
        "topic": topic(origin) if origin is not None else None,
        "partition": envelope.get("origin_partition"),
        "offset": envelope.get("origin_offset"),
    }
    about = {
        **{name: value for name, value in place.items() if value is not None},
        "connector.name": "cutover",
        "stage": _STAGES[stage],
        "exception.class.name": _CLASSES[stage],
        "exception.message": envelope["reason"],
    }
    return [(PREFIX + name, str(value).encode()) for name, value in about.items()]
