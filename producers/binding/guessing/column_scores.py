"""Scores of columns: how well the header and the cells of a column fit a meaning, and how sure that is beside its rivals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.guess import ACCEPTED
from producers.binding.guessing.header_scores import VAGUELY, header_score
from producers.binding.guessing.profiles import fit
from producers.entities.column import Column
from producers.kinds import cells
from producers.kinds.profile import KnownIds, Profile
from producers.vocabulary.headers import meaning

CHECKED = 5
"""Filled cells from which values may overrule a header."""
_OVERRULED = 0.15
_PLAINLY = 0.8
_SHARED = 0.95  # what a header says without the prefix that the table's headers share
_UNRIVALLED = 0.82
_RIVALS, _DENIED = 0.9, 0.75
_BESIDE_A_DAY = 0.75
_BLANK = 0.85
"""How clearly a header names a column without a filled cell."""
_ALL_OF_THEM = 0.95
_LINKED: Mapping[str, Callable[[KnownIds], frozenset[str]]] = {
    "patient_id": lambda known: known.patient_headers,
    "plan_id": lambda known: known.plan_headers,
}
"""Links, with the headers of the ids that they lead to."""


def score_of(kind: TableKind, c: Column, header: str, said: str, profile: Profile, known: KnownIds) -> float:
    spoken = header_score(kind, c.name, header)
    if c.name in _LINKED:
        spoken = max(spoken, _same_as_elsewhere(c, header, known))
    if said != header:
        spoken = max(spoken, _SHARED * header_score(kind, c.name, said))
    if not spoken or (spoken < _BLANK and not profile.filled):
        return 0.0
    fitting = fit(c.kind, profile, known)
    score = 0.6 * spoken + 0.4 * fitting
    told_from = cells.EMAIL.told_from if profile.share("email") == 1.0 else CHECKED
    return score * 0.3 if fitting < _OVERRULED and profile.filled >= told_from else score


def _same_as_elsewhere(c: Column, header: str, known: KnownIds) -> float:
    """Return the score of a link that has the header that the linked table has for its own ids."""
    own = _LINKED[c.name](known)
    return 0.9 if meaning(header) in own - {"id"} else 0.0


def prefer_days_beside_times(columns: Sequence[Column], scores: Sequence[list[float]], profiles: Sequence[Profile]) -> None:
    """Weigh starts that have a time of their own less, where the table has the day and the time of a start in two columns."""
    of = {c.name: row for c, row in zip(columns, scores, strict=True)}
    starts, times = of.get("starts_at", []), of.get("start_time", [])
    days = {j for j, score in enumerate(starts) if score >= ACCEPTED and profiles[j].share("date") >= _ALL_OF_THEM}
    if days and max(times, default=0.0) >= _PLAINLY:
        starts[:] = [score if j in days else score * _BESIDE_A_DAY for j, score in enumerate(starts)]


def settled(scores: Sequence[Sequence[float]], at: int, found: int, spoken: float, p: Profile) -> float:
    """Return the confidence in an assigned column: a score that nothing in the table rivals is certain, where the header
    says the meaning in other words and the cells do not deny it.
    """
    score = scores[at][found]
    rivals = [*(row[found] for i, row in enumerate(scores) if i != at), *(s for j, s in enumerate(scores[at]) if j != found)]
    alone = max(rivals, default=0.0) < _RIVALS * score
    told = (spoken >= _PLAINLY and score >= _DENIED * spoken) or (spoken >= VAGUELY and score >= _DENIED)
    return max(score, _UNRIVALLED) if alone and told and p.filled else score
