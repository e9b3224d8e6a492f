"""A column that can be bound: its name, the kind of its cells, and the weight of its presence.

Columns are finer than a record's fields: a name may stand in one cell or in three, a start in one cell or as date and time.
The steps of a table's module put them together.
"""

from __future__ import annotations

from dataclasses import dataclass

from events.vocabulary.mapping import Verdict
from producers.kinds.judged import cleaner_under
from producers.kinds.kind import CellKind
from producers.kinds.reading import Cleaning, Rules
from producers.values.sifting import Cleaner


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One bindable column. `weight`: what finding it says about the table's kind. `need`: a table cannot be read without one
    column of each need; without a column of each thing `wanted` the table is doubtful. `many`: several columns of a table may
    mean it. `ignored`: it is recognised in order to be left out, for this reason, where the column that it `repeats` is there;
    without that one it `stands_in` for it, or becomes a custom field. `clean` is the cleaning of its cells where it is not that
    of their kind; `issue` the field's name in issues where it is not the column's. It `fills` these fields of
    the record besides the one of its name.
    """

    name: str
    kind: CellKind
    weight: float = 1.0
    need: str | None = None
    wanted: str | None = None
    many: bool = False
    ignored: str | None = None
    repeats: str | None = None
    stands_in: bool = False
    clean: Cleaning | None = None
    issue: str | None = None
    fills: tuple[str, ...] = ()

    def cleaner(self, rules: Rules, verdict: Verdict | None = None) -> Cleaner:
        """Return the cleaner of the column's cells, behind the filter and under the verdict about them."""
        return cleaner_under(self.clean or self.kind.clean, rules, verdict)

    @property
    def issue_field(self) -> str:
        """Return the name that issues give to the field which the column fills."""
        return self.issue or self.name
