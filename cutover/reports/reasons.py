"""What each reason code means, in words for a practice's manager, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Cost(StrEnum):
    """The cost of a reason; the value is a heading."""

    RECORD = "Not carried: the whole record"
    FILE = "Not carried: a file or table"
    VALUE = "Carried without one value"
    DOUBTFUL = "Carried; please check"
    KEPT = "Left as people have it in Twenty"
    COLUMN = "Columns and tables that were new or changed"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: what it costs, what happened, what to do (a sentence each)."""

    cost: Cost
    means: str
    to_do: str


def explain(code: str) -> str:
    """What happened and what to do, in two sentences; for a code that nobody explained, the code itself."""
    reason = REASONS.get(code)
    return f"{reason.means} {reason.to_do}" if reason is not None else code


def cost_of(code: str) -> Cost:
    """Return the cost of a reason; an unknown reason is to be checked."""
    return REASONS[code].cost if code in REASONS else Cost.DOUBTFUL


_PBN = "Correct it in Practice by Numbers and export again."
_RETRY = "Then run `cutover dead-letters retry`."
_NOTHING = "Nothing needs to be done."

_ROWS = {
    "missing_id": Reason(Cost.RECORD, "The row has no id, so it cannot be told from others.", _PBN),
    "missing_patient": Reason(Cost.RECORD, "The row does not say which patient it belongs to.", _PBN),
    "unknown_patient": Reason(
        Cost.RECORD,
        "The record belongs to a patient who is in none of the exports.",
        "Export that patient too; the record follows by itself once the patient has arrived.",
    ),
    "unknown_plan": Reason(
        Cost.RECORD,
        "The line belongs to a treatment plan that is in none of the exports.",
        "Export the plan together with its lines.",
    ),
    "excel_damaged_id": Reason(
        Cost.RECORD,
        "A spreadsheet program has turned the id into a rounded number; the real one is lost.",
        "Export again and do not open the file in a spreadsheet program before handing it over.",
    ),
    "wrong_cell_count": Reason(
        Cost.RECORD,
        "The row has more or fewer cells than the table has columns, so its values cannot be trusted.",
        "Export this table again.",
    ),
    "truncated_row": Reason(
        Cost.RECORD, "The file ends in the middle of this row.", "Export this table again; the file was cut off."
    ),
    "missing_file": Reason(
        Cost.RECORD,
        "The document is listed, but its file is not among the exported ones.",
        "Put the file into the export's `documents` folder and sync again.",
    ),
    "too_large": Reason(
        Cost.RECORD,
        "The row is larger than a record may be; pictures inside a note count.",
        "Shorten it in Practice by Numbers and export again, or raise `log.largest_event` and sync again.",
    ),
    "missing_parent": Reason(
        Cost.RECORD, "What this record belongs to is not in Twenty.", f"See why that one is missing. {_RETRY}"
    ),
}

_FILES = {
    "empty_file": Reason(Cost.FILE, "The file is empty.", "Export it again if it should hold something."),
    "not_a_table": Reason(Cost.FILE, "The file holds no table.", _NOTHING),
    "unreadable": Reason(Cost.FILE, "The file is damaged or protected by a password.", "Export it again, without a password."),
    "not_in_index": Reason(
        Cost.FILE,
        "The document lies in the export, but no list says whose it is.",
        "Add it to the list of documents, or attach it by hand in Twenty.",
    ),
    "unknown_table": Reason(
        Cost.FILE,
        "The table is about something that has no place in Twenty (goals, key figures …).",
        "Keep the file; nothing of it was carried.",
    ),
    "unbound_table": Reason(
        Cost.FILE, "The table could not be understood.", "Run `cutover map propose` and look at its columns."
    ),
}

_VALUES = {
    "invalid_date": Reason(Cost.VALUE, "The date does not exist or cannot be read.", _PBN),
    "future_birth_date": Reason(Cost.VALUE, "The date of birth is in the future.", _PBN),
    "invalid_date_time": Reason(Cost.VALUE, "The date and time cannot be read.", _PBN),
    "invalid_time": Reason(Cost.VALUE, "The time of day cannot be read.", _PBN),
    "invalid_money": Reason(Cost.VALUE, "The amount cannot be read.", _PBN),
    "invalid_number": Reason(Cost.VALUE, "The number cannot be read.", _PBN),
    "invalid_boolean": Reason(Cost.VALUE, "The value is neither yes nor no.", _PBN),
    "invalid_phone": Reason(Cost.VALUE, "The phone number cannot exist.", _PBN),
    "placeholder_phone": Reason(Cost.VALUE, "The phone number is a stand-in, such as 000-000-0000.", _NOTHING),
    "invalid_email": Reason(Cost.VALUE, "The e-mail address is not a valid one.", _PBN),
    "placeholder_email": Reason(Cost.VALUE, "The e-mail address is a stand-in, such as none@none.com.", _NOTHING),
    "invalid_postcode": Reason(Cost.VALUE, "The postcode cannot be read.", _PBN),
    "unknown_provider": Reason(
        Cost.VALUE,
        "The provider is in no list of providers; the fallback member stands in.",
        "Export the providers too, or choose the right member in Twenty.",
    ),
    "unmatched_provider": Reason(
        Cost.VALUE,
        "The provider is no member of the Twenty workspace; the fallback member stands in.",
        "Invite them with the e-mail address that Practice by Numbers has; the next sync fills the links.",
    ),
    "address_taken": Reason(
        Cost.VALUE,
        "Somebody else in Twenty has this e-mail address as their primary one; the patient has it among the additional ones.",
        "Free the address in Twenty; the patient gets it by themselves with the next sync.",
    ),
}

_REFUSABLE = {
    "missing_field": Reason(
        Cost.VALUE,
        "The field is not in the workspace any more; the record was carried without it.",
        "Run `cutover schema plan`; after `cutover schema apply`, `cutover replay --from start` brings the values.",
    ),
    "invalid_text": Reason(
        Cost.VALUE, "Some characters cannot be stored; the text was carried without them.", "Check the text in Twenty."
    ),
    "invalid_relation": Reason(Cost.VALUE, "What the field should point at has no id.", "Tell us: this is a defect."),
}

_DOUBTFUL = {
    "excel_damaged": Reason(
        Cost.DOUBTFUL,
        "A spreadsheet program has changed the value, so digits may be missing.",
        "Compare it with Practice by Numbers.",
    ),
    "ambiguous_local_time": Reason(
        Cost.DOUBTFUL,
        "The clock showed this time twice that night; the first of the two was taken.",
        "Check the time if it matters.",
    ),
    "missing_local_time": Reason(
        Cost.DOUBTFUL,
        "The clock was put forward over this time that night; it was read an hour later.",
        "Check the time if it matters.",
    ),
    "inexact_money": Reason(Cost.DOUBTFUL, "The amount has more than six decimal places and was rounded.", _NOTHING),
    "phone_extension": Reason(
        Cost.DOUBTFUL,
        "The number was carried without its extension, which Twenty cannot store.",
        "Note the extension by hand if you need it.",
    ),
    "phone_remark": Reason(
        Cost.DOUBTFUL,
        "Words or a second number stood beside the number; they were not carried.",
        "Note them by hand if you need them.",
    ),
    "unreadable_markup": Reason(
        Cost.DOUBTFUL,
        "The note's formatting could not be read; its text was carried as it stands.",
        "Look at the note in Twenty.",
    ),
}

_REFUSED_BY_TWENTY = {
    "duplicate": Reason(
        Cost.RECORD,
        "Another record in Twenty already has a value that must be unique.",
        f"Find and mend that record in Twenty. {_RETRY}",
    ),
    "value": Reason(Cost.RECORD, "Twenty does not accept one of the values.", f"{_PBN} {_RETRY}"),
    "missing-relation": Reason(
        Cost.RECORD, "The record points at one that is not in Twenty.", f"See why that one is missing. {_RETRY}"
    ),
    "unknown-field": Reason(Cost.RECORD, "A field is missing in the workspace.", f"Run `cutover schema apply`. {_RETRY}"),
    "unknown-object": Reason(Cost.RECORD, "An object is missing in the workspace.", f"Run `cutover schema apply`. {_RETRY}"),
    "limit": Reason(Cost.RECORD, "Twenty takes fewer records at once than were sent.", f"Lower `twenty.batch_size`. {_RETRY}"),
    "too-large": Reason(
        Cost.RECORD, "The record is larger than Twenty accepts.", "Shorten its text or split it, and export again."
    ),
    "file_too_large": Reason(
        Cost.RECORD,
        "The document is larger than what may be uploaded.",
        f"Raise `twenty.upload_limit`, and the limit of the Twenty server with it. {_RETRY}",
    ),
    "upload_failed": Reason(Cost.RECORD, "Twenty failed over the document again and again.", f"Look at Twenty's log. {_RETRY}"),
    "unknown_option": Reason(
        Cost.RECORD,
        "A word has no option in Twenty, and new ones are not to be made.",
        f"Make the option in Twenty, or set `twenty.new_options`. {_RETRY}",
    ),
    "permission": Reason(Cost.RECORD, "The API key may not write this.", f"Give it a role that may. {_RETRY}"),
    "not-found": Reason(
        Cost.RECORD, "The record is not in Twenty any more.", "Run `cutover replay --from start` to make it again."
    ),
    "schema": Reason(Cost.RECORD, "Twenty's data model does not allow it.", f"Run `cutover schema plan`. {_RETRY}"),
    "other": Reason(Cost.RECORD, "Twenty refused the record.", f"`cutover log show` has its own words. {_RETRY}"),
    "refused": Reason(Cost.RECORD, "Twenty refused the record.", f"`cutover log show` has its own words. {_RETRY}"),
    "not_applied": Reason(Cost.RECORD, "A write was interrupted and did not arrive.", "The next sync writes it again."),
    "waiting": Reason(Cost.RECORD, "The record waits for another one.", "It follows by itself once that one has arrived."),
    "dead": Reason(Cost.RECORD, "The record could not be written.", f"`cutover dead-letters list` shows it. {_RETRY}"),
}

_LOOK = "Look at the record in Twenty and decide which side is right."

_KEPT = {
    "edited_in_twenty": Reason(Cost.KEPT, "A person changed this in Twenty after it was carried; their change stays.", _LOOK),
    "deleted_in_twenty": Reason(
        Cost.KEPT, "A person deleted this record in Twenty; it stays deleted.", "Restore it in Twenty if you want it."
    ),
    "destroyed_in_twenty": Reason(
        Cost.KEPT, "A person removed this record from Twenty for good.", "Run `cutover replay --from start` to make it again."
    ),
    "deleted_in_source_edited_in_twenty": Reason(
        Cost.KEPT,
        "The record is gone from Practice by Numbers, but a person worked on it in Twenty; it stays.",
        "Delete it in Twenty if it should go.",
    ),
    "built_on_in_twenty": Reason(
        Cost.KEPT,
        "People have added notes, tasks or other records to this one; it was not taken back.",
        "Move what they added, or use `--force`.",
    ),
    "written_again_by_a_later_run": Reason(
        Cost.KEPT,
        "A later run wrote this field again; its value stays.",
        "Take the later run back first if that is what you want.",
    ),
    "kept-edit": Reason(Cost.KEPT, "A person's change was kept and nothing was written.", _LOOK),
    "kept": Reason(Cost.KEPT, "The record was left as it is.", _LOOK),
}

_TAKEN_BACK = {
    "formatting_lost": Reason(
        Cost.DOUBTFUL,
        "The text was given back without its formatting: with it, it is longer than Twenty takes at once.",
        "Look at the text in Twenty.",
    ),
}

_COLUMNS = {
    "changed_meaning": Reason(
        Cost.COLUMN,
        "A column no longer holds what was approved for it.",
        "Run `cutover map propose`, look at it, and approve it again.",
    ),
    "doubtful_column": Reason(Cost.COLUMN, "It is not certain what a column means.", "Look at it with `cutover map show`."),
    "doubtful_table": Reason(Cost.COLUMN, "It is not certain what a table is about.", "Look at it with `cutover map show`."),
    "ignored_column": Reason(Cost.COLUMN, "A column is not carried.", "Look at it with `cutover map show`."),
    "missing_column": Reason(Cost.COLUMN, "A column of earlier exports is missing; what it said stays as it was.", _NOTHING),
    "missing_required_column": Reason(
        Cost.COLUMN, "A column that is needed is missing; the table was not read.", "Export the table with all its columns."
    ),
    "new_column": Reason(Cost.COLUMN, "A column is new and was understood.", _NOTHING),
    "new_custom_field": Reason(Cost.COLUMN, "A column is new and became a field of its own in Twenty.", _NOTHING),
    "new_table": Reason(
        Cost.COLUMN, "A table with headers that were not approved was understood.", "Look at it with `cutover map show`."
    ),
    "renamed_column": Reason(Cost.COLUMN, "A column has a new name and was recognised.", _NOTHING),
}

REASONS: Mapping[str, Reason] = {
    **_ROWS,
    **_FILES,
    **_VALUES,
    **_REFUSABLE,
    **_DOUBTFUL,
    **_REFUSED_BY_TWENTY,
    **_KEPT,
    **_TAKEN_BACK,
    **_COLUMNS,
}
"""Every reason code that the program uses."""
