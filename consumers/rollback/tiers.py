"""Tiers of a rollback: objects whose records go together, children before parents.

Objects of one tier do not point at each other, so that their records share requests (`projections.spec.WritingStage`). Links
are a tier after the tasks and notes they belong to: Twenty destroys most of them with these.
"""

from __future__ import annotations

from collections.abc import Collection

from projections.destination import destination


def tiers_of(plurals: Collection[str]) -> list[tuple[str, ...]]:
    """Return these objects in the order in which they are taken back, tier by tier; unknown ones last, each by itself."""
    known = destination()
    order = [one for one in known.rollback_order if one in plurals]
    parents = [tuple(one for one in order if one in stage and one in known.parents) for stage in reversed(known.write_stages)]
    children = tuple(one for one in order if one not in known.owners and one not in known.parents)
    links = tuple(one for one in order if one in known.owners)
    others = [(one,) for one in sorted(set(plurals) - set(order))]
    return [tier for tier in (children, links, *parents, *others) if tier]


def is_of_links(tier: tuple[str, ...]) -> bool:
    """Return whether this is the tier of links, of which most go with the tier before."""
    return all(one in destination().owners for one in tier)
