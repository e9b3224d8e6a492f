"""Optimal assignment: which column means what, when several compete.

The Hungarian method with potentials (after Jonker and Volgenant), O(n²m); tables have tens of columns.
"""

from __future__ import annotations

from collections.abc import Sequence


def assign(scores: Sequence[Sequence[float]]) -> list[int | None]:
    """Return for each row the index of its column, no column twice, so that the sum of the scores is the greatest possible.

    Scores are ≥ 0, and 0 means "not at all": a row left with such a pair gets None. `scores` is rectangular.
    """
    rows = [i for i, row in enumerate(scores) if any(row)]
    columns = [j for j, column in enumerate(zip(*scores, strict=True)) if any(column)]
    found: list[int | None] = [None] * len(scores)
    # most columns of a kind are like none of a table's: what is 0 throughout takes no part
    for i, j in zip(rows, _assigned([[scores[i][j] for j in columns] for i in rows]), strict=True):
        found[i] = None if j is None else columns[j]
    return found


def _assigned(scores: Sequence[Sequence[float]]) -> list[int | None]:
    rows, width = len(scores), len(scores[0]) if scores else 0
    columns = width + rows  # as many "nothing" columns as rows, of score 0
    infinite = float("inf")
    row_potential, column_potential = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner, way = [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0] = row
        column = 0
        slack, used = [infinite] * (columns + 1), [False] * (columns + 1)
        while True:
            used[column] = True
            current, delta, following = owner[column], infinite, 0
            for j in range(1, columns + 1):
                if used[j]:
                    continue
                cost = -scores[current - 1][j - 1] if j <= width else 0.0
                reduced = cost - row_potential[current] - column_potential[j]
                if reduced < slack[j]:
                    slack[j], way[j] = reduced, column
                if slack[j] < delta:
                    delta, following = slack[j], j
            for j in range(columns + 1):
                if used[j]:
                    row_potential[owner[j]] += delta
                    column_potential[j] -= delta
                else:
                    slack[j] -= delta
            column = following
            if owner[column] == 0:
                break
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    found: list[int | None] = [None] * rows
    for j in range(1, width + 1):
        if owner[j] and scores[owner[j] - 1][j - 1] > 0:
            found[owner[j] - 1] = j - 1
    return found
