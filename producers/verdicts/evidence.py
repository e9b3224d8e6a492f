"""The weight of evidence for one of two rules: cells that fit one rule only, against cells that fit the other only."""

from __future__ import annotations

MANY = 3
"""Cells that outweigh one contrary cell."""
SHARE = 50
"""Cells that outweigh a contrary cell, in a column with several."""


def is_decided(most: int, least: int) -> bool:
    """Return whether one rule holds: no cell is contrary, or few are. A contrary cell among many condemns no column."""
    return not least or (least == 1 and most >= MANY) or least * SHARE <= most


def is_overturned(own: int, contrary: int, open_cells: int) -> bool:
    """Return whether cells overturn a rule that many others had decided before: several of them, and not only a few in many.

    A contrary cell by itself overturns the rule for `open_cells`, which fit both rules, where few cells confirm the rule.
    """
    if contrary == 1:
        return own < MANY and open_cells > 0
    return contrary > 1 and contrary * SHARE > own
