"""The registry of reason codes: the meaning of each in words for a practice's manager, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping

from cutover.reports.reason_codes.of_columns import COLUMNS
from cutover.reports.reason_codes.of_rows import DOUBLED, FILES, ROWS
from cutover.reports.reason_codes.of_values import DOUBTFUL, REFUSABLE, VALUES
from cutover.reports.reason_codes.of_writes import KEPT, REFUSED_BY_TWENTY, TAKEN_BACK
from cutover.reports.reason_codes.reason import Cost, Reason

REASONS: Mapping[str, Reason] = {
    **ROWS,
    **FILES,
    **VALUES,
    **DOUBLED,
    **REFUSABLE,
    **DOUBTFUL,
    **REFUSED_BY_TWENTY,
    **KEPT,
    **TAKEN_BACK,
    **COLUMNS,
}
"""Every reason code that the program uses."""


def explain(code: str) -> str:
    """Return what happened and what to do, in two sentences; for a code without an explanation, the code itself."""
    reason = REASONS.get(code)
    return f"{reason.means} {reason.to_do}" if reason is not None else code


def cost_of(code: str) -> Cost:
    """Return the cost of a reason; an unknown reason is to be checked."""
    return REASONS[code].cost if code in REASONS else Cost.DOUBTFUL
