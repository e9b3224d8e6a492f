"""Aliases: the headers that practices and their software give a column, seen or plausible.

Those of a kind of table stand in its module in `producers.entities`. An alias is compared with a header after `headers.meaning`
has expanded abbreviations, so `patient id` also stands for `PAT_ID` and `Pt Id`. Clear aliases say what a column is on their
own; vague ones (`date`, `amount`, `result`) are words that several columns could bear: they count for less, and the values
decide.
"""

from __future__ import annotations

from producers.vocabulary.headers import readings


def aliases(text: str) -> dict[str, frozenset[str]]:
    """Return the aliases by column, from lines of `column: alias | alias | …`.

    A line that begins with `|` continues the line before.
    """
    out: dict[str, set[str]] = {}
    column = ""
    for line in text.strip().splitlines():
        head, _, rest = line.partition(":") if not line.strip().startswith("|") else (column, "", line.strip()[1:])
        column = head.strip()
        out.setdefault(column, set()).update(said for alias in rest.split("|") for said in readings(alias) if said)
    return {name: frozenset(said) for name, said in out.items()}
