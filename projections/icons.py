"""Icons of objects and fields in Twenty, by the names of its icon set.

Each name stands in `packages/twenty-ui/src/icon/providers/internal/AllIcons.ts` of Twenty 2.21; for any other name the front
end shows its default icon.
"""

from __future__ import annotations

from typing import Final

from projections.types.registry import TYPES

APPOINTMENTS: Final = "IconCalendarEvent"
BALANCES: Final = "IconReportMoney"
BOARDS: Final = "IconLayoutKanban"
CLAIMS: Final = "IconShieldCheck"
COMMUNICATIONS: Final = "IconMessage"
COMPANIES: Final = "IconBuildingSkyscraper"
CUSTOM_OBJECTS: Final = "IconTable"
FILES: Final = "IconFileImport"
LINKS: Final = "IconCheckbox"
NOTES: Final = "IconNotes"
OTHERS: Final = "IconBox"
PATIENTS: Final = "IconUser"
PLANS: Final = "IconDental"
TASKS: Final = "IconCheckbox"
TO_LOOK_AT: Final = "IconEyeExclamation"


def icon_of_type(type_: str) -> str:
    """Return the icon of a field of a Twenty type that has no icon of its own."""
    known = TYPES.get(type_)
    return known.icon if known is not None else OTHERS
