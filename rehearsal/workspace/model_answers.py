"""Answers that follow from the data model alone, or from the API's own schema, kept while it stays the same: programs ask for
the whole of it at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import orjson

from rehearsal.model.model import DataModel

_MOST = 64
"""Answers that are kept; one of a whole data model takes some 300 KB."""
_kept: dict[tuple[bytes, Hashable], orjson.Fragment] = {}
OF_THE_API = b""
"""The revision of what no data model changes."""


def kept_answer(model: DataModel, question: Hashable) -> orjson.Fragment | None:
    """Return the answer that a data model of the same revision, or the API, gave to this question; None where none is kept."""
    return _kept.get((model.revision, question)) or _kept.get((OF_THE_API, question))


def keep_answer(revision: bytes, question: Hashable, answer: Any) -> orjson.Fragment:
    """Keep an answer that follows from the question and a data model of this revision, or from the question and the API alone.
    Returns its JSON, which is written as it is.
    """
    if len(_kept) >= _MOST:
        _kept.clear()
    fragment = _kept[revision, question] = orjson.Fragment(orjson.dumps(answer))
    return fragment


def of_the_model(model: DataModel, question: Hashable, make: Callable[[], Any]) -> orjson.Fragment:
    """Return the answer to a question that the data model alone decides; `make` gives it where none is kept."""
    return kept_answer(model, question) or keep_answer(model.revision, question, make())
