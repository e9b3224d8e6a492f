"""Reasons about tables and columns that are new, changed or doubtful."""

from __future__ import annotations

from cutover.reports.reason_codes.reason import NOTHING, Cost, Reason

COLUMNS = {
    "books_differ": Reason(
        cost=Cost.RECORD,
        means="Rows of a delivery were read, and it is not accounted for what became of them.",
        to_do="This is a defect of Cutover: keep the delivery, and report the file's name and the two numbers.",
    ),
    "changed_meaning": Reason(
        cost=Cost.COLUMN,
        means="A column no longer holds what was approved for it.",
        to_do="Run `cutover map propose`, look at it, and approve it again.",
    ),
    "contradicted_verdict": Reason(
        cost=Cost.COLUMN,
        means="A column contradicts the rule that was approved for it; its values that can be read both ways were not carried.",
        to_do="Run `cutover map propose`, look at the column in mapping.toml, approve the mapping again, and sync again.",
    ),
    "unreadable_column": Reason(
        cost=Cost.COLUMN,
        means="Nearly all cells of a column cannot be read as what the column means; the finding shows their shapes.",
        to_do="Export the column in a usual notation, and sync again; if it means something else, tell us its header.",
    ),
    "ids_per_location": Reason(
        cost=Cost.COLUMN,
        means="Locations have the same ids for different patients; none of those patients was carried.",
        to_do='Write [locations] ids = "location" into cutover.toml, before anything else is carried, and sync again.',
    ),
    "missing_location_column": Reason(
        cost=Cost.COLUMN,
        means="No column of the patients is the custom field that [locations] names.",
        to_do="Look at `cutover map show` for the name of the custom field, and correct the setting.",
    ),
    "padded_ids": Reason(
        cost=Cost.COLUMN,
        means="The ids of a column are those of another table only without their leading zeros; its rows are held.",
        to_do="Export both tables with the ids written alike, as text.",
    ),
    "damaged_ids": Reason(
        cost=Cost.COLUMN,
        means="A spreadsheet program has made dates of ids, so their rows and all links to them are lost.",
        to_do="Export again and do not open the file in a spreadsheet program before handing it over.",
    ),
    "doubtful_column": Reason(
        cost=Cost.COLUMN, means="It is not certain what a column means.", to_do="Look at it with `cutover map show`."
    ),
    "doubtful_table": Reason(
        cost=Cost.COLUMN, means="It is not certain what a table is about.", to_do="Look at it with `cutover map show`."
    ),
    "ignored_column": Reason(cost=Cost.COLUMN, means="A column is not carried.", to_do="Look at it with `cutover map show`."),
    "sensitive_column": Reason(
        cost=Cost.COLUMN,
        means="A column holds what a CRM must not have, so it is left out.",
        to_do="Nothing, or give it a meaning with `cutover map custom` if it holds something else.",
    ),
    "missing_column": Reason(
        cost=Cost.COLUMN, means="A column of earlier exports is missing; what it said stays as it was.", to_do=NOTHING
    ),
    "missing_required_column": Reason(
        cost=Cost.COLUMN,
        means="A column that is needed is missing; the table was not read.",
        to_do="Export the table with all its columns.",
    ),
    "new_column": Reason(cost=Cost.COLUMN, means="A column is new and was understood.", to_do=NOTHING),
    "new_custom_field": Reason(
        cost=Cost.COLUMN, means="A column is new and became a field of its own in Twenty.", to_do=NOTHING
    ),
    "new_table": Reason(
        cost=Cost.COLUMN,
        means="A table with headers that were not approved was understood.",
        to_do="Look at it with `cutover map show`.",
    ),
    "renamed_column": Reason(cost=Cost.COLUMN, means="A column has a new name and was recognised.", to_do=NOTHING),
}
