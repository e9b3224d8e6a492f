"""Answers that follow from the data model alone, kept until it changes: programs ask for the whole of it at every start."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import orjson

from rehearsal.model.model import DataModel

_MOST = 64
"""Answers that are kept; one of a whole data model takes some 300 KB."""
_kept: dict[tuple[bytes, Hashable], orjson.Fragment] = {}


def kept_answer(model: DataModel, question: Hashable) -> orjson.Fragment | None:
    """Return the answer that a data model of the same revision gave to this question; None where none is kept."""
    return _kept.get((model.revision, question))


def keep_answer(model: DataModel, question: Hashable, answer: Any) -> orjson.Fragment:
    """Keep an answer that follows from the data model and the question alone. Returns its JSON, which is written as it is."""
    if len(_kept) >= _MOST:
        _kept.clear()
    fragment = _kept[model.revision, question] = orjson.Fragment(orjson.dumps(answer))
    return fragment


def of_the_model(model: DataModel, question: Hashable, make: Callable[[], Any]) -> orjson.Fragment:
    """Return the answer to a question that the data model alone decides; `make` gives it where none is kept."""
    return kept_answer(model, question) or keep_answer(model, question, make())
