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


@dataclass(frozen=True, slots=True, kw_only=True)
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
    "missing_id": Reason(cost=Cost.RECORD, means="The row has no id, so it cannot be told from others.", to_do=_PBN),
    "missing_patient": Reason(cost=Cost.RECORD, means="The row does not say which patient it belongs to.", to_do=_PBN),
    "unknown_patient": Reason(
        cost=Cost.RECORD,
        means="The record belongs to a patient who is in none of the exports.",
        to_do="Export that patient too; the record follows by itself once the patient has arrived.",
    ),
    "unknown_plan": Reason(
        cost=Cost.RECORD,
        means="The line belongs to a treatment plan that is in none of the exports.",
        to_do="Export the plan together with its lines.",
    ),
    "excel_damaged_id": Reason(
        cost=Cost.RECORD,
        means="A spreadsheet program has destroyed the id: the cell holds a rounded number, a date or an error.",
        to_do="Export again and do not open the file in a spreadsheet program before handing it over.",
    ),
    "two_people": Reason(
        cost=Cost.RECORD,
        means="Rows with this id are about two different people (name and date of birth differ), so neither was carried.",
        to_do="Give one of them an id of their own in Practice by Numbers, or leave the wrong row out, and export again.",
    ),
    "other_person": Reason(
        cost=Cost.RECORD,
        means="This id was another person's before (name, date of birth and address differ); that person stays as they were.",
        to_do="Find out who the id belongs to in Practice by Numbers; correct the row and export again.",
    ),
    "doubled_id_held": Reason(
        cost=Cost.RECORD,
        means="Rows with this id contradict each other in what the record cannot do without, so none was carried.",
        to_do="Compare the rows, correct or leave out the wrong ones, and export again.",
    ),
    "wrong_cell_count": Reason(
        cost=Cost.RECORD,
        means="The row has more or fewer cells than the table has columns, so its values cannot be trusted.",
        to_do="Export this table again.",
    ),
    "another_header": Reason(
        cost=Cost.RECORD,
        means="The row stands below a second header with other columns in the middle of the table.",
        to_do="Export each table into a file of its own.",
    ),
    "lone_cell": Reason(
        cost=Cost.RECORD,
        means="The row holds words in its first cell and nothing else, where other rows have a number: it seems to be a title.",
        to_do="Nothing needs to be done if it is one; else export this table again.",
    ),
    "merged_row": Reason(
        cost=Cost.RECORD,
        means="The id of the row is merged with other cells of the spreadsheet, so it is not known what the row belongs to.",
        to_do="Undo the merging, fill in the cells and export again.",
    ),
    "truncated_row": Reason(
        cost=Cost.RECORD,
        means="The file ends in the middle of this row.",
        to_do="Export this table again; the file was cut off.",
    ),
    "missing_file": Reason(
        cost=Cost.RECORD,
        means="The document is listed, but its file is not among the exported ones.",
        to_do="Put the file into the export's `documents` folder and sync again.",
    ),
    "too_large": Reason(
        cost=Cost.RECORD,
        means="The row is larger than a record may be; pictures inside a note count.",
        to_do="Shorten it in Practice by Numbers and export again, or raise `log.largest_event` and sync again.",
    ),
    "missing_parent": Reason(
        cost=Cost.RECORD, means="What this record belongs to is not in Twenty.", to_do=f"See why that one is missing. {_RETRY}"
    ),
}

_FILES = {
    "empty_file": Reason(cost=Cost.FILE, means="The file is empty.", to_do="Export it again if it should hold something."),
    "not_a_table": Reason(cost=Cost.FILE, means="The file holds no table.", to_do=_NOTHING),
    "unreadable": Reason(
        cost=Cost.FILE, means="The file is damaged or protected by a password.", to_do="Export it again, without a password."
    ),
    "link": Reason(
        cost=Cost.FILE,
        means="The delivery holds a link to another place; links are not followed.",
        to_do="Copy the file itself into the delivery if it belongs to it.",
    ),
    "special_file": Reason(
        cost=Cost.FILE, means="The entry of the delivery is no file (a pipe, a device …).", to_do="Remove it from the delivery."
    ),
    "other_file_system": Reason(
        cost=Cost.FILE,
        means="Another file system is mounted inside the delivery; it was not read.",
        to_do="Copy its files into the delivery if they belong to it.",
    ),
    "archive": Reason(
        cost=Cost.FILE,
        means="The file is an archive; packed files are not read.",
        to_do="Unpack it into the delivery's folder.",
    ),
    "changed_while_read": Reason(
        cost=Cost.FILE,
        means="Files of the delivery changed while it was read, so nothing was taken for deleted.",
        to_do="Sync it again when it is copied completely.",
    ),
    "missing_header": Reason(
        cost=Cost.FILE,
        means="The rows have no header, so it is not known what their columns mean.",
        to_do="Export again with a header row, or write the columns' names into the first row.",
    ),
    "header_too_short": Reason(
        cost=Cost.FILE,
        means="The header has fewer cells than the rows, so it is not known which column has no name.",
        to_do="Give every column a name in the header row, also the one of row numbers.",
    ),
    "hidden_sheet": Reason(
        cost=Cost.FILE,
        means="The sheet is hidden in the workbook; it was not read.",
        to_do="Show the sheet if its rows count, or write `hidden_sheets = true` into manifest.toml; else delete the sheet.",
    ),
    "not_in_index": Reason(
        cost=Cost.FILE,
        means="The document lies in the export, but no list says whose it is.",
        to_do="Add it to the list of documents, or attach it by hand in Twenty.",
    ),
    "unknown_table": Reason(
        cost=Cost.FILE,
        means="The table is about something that has no place in Twenty (goals, key figures …).",
        to_do="Keep the file; nothing of it was carried.",
    ),
    "unbound_table": Reason(
        cost=Cost.FILE, means="The table could not be understood.", to_do="Run `cutover map propose` and look at its columns."
    ),
}

_VALUES = {
    "invalid_date": Reason(cost=Cost.VALUE, means="The date does not exist or cannot be read.", to_do=_PBN),
    "future_birth_date": Reason(cost=Cost.VALUE, means="The date of birth is in the future.", to_do=_PBN),
    "invalid_date_time": Reason(cost=Cost.VALUE, means="The date and time cannot be read.", to_do=_PBN),
    "error_cell": Reason(
        cost=Cost.VALUE,
        means="The cell of the spreadsheet holds an error such as #REF! instead of a value.",
        to_do="Correct the cell and export again.",
    ),
    "formula_without_value": Reason(
        cost=Cost.VALUE,
        means="The cell of the spreadsheet holds a formula without a result.",
        to_do="Open the workbook in a spreadsheet program, save it, and sync again.",
    ),
    "merged_cell": Reason(
        cost=Cost.VALUE,
        means="The cell is merged with others of the spreadsheet, so its own value is not known.",
        to_do="Undo the merging, fill in the cells and export again.",
    ),
    "became_date": Reason(
        cost=Cost.VALUE,
        means="A spreadsheet program has made a date of the value; the real one is lost.",
        to_do="Export again and do not open the file in a spreadsheet program before handing it over.",
    ),
    "invalid_time": Reason(cost=Cost.VALUE, means="The time of day cannot be read; the day was carried.", to_do=_PBN),
    "unknown_code": Reason(
        cost=Cost.VALUE,
        means="The column holds bare codes, and no list says what this code means.",
        to_do="Export the column with words instead of codes, approve the mapping anew, and sync again.",
    ),
    "ambiguous_date_order": Reason(
        cost=Cost.VALUE,
        means="The column holds dates with the day first and dates with the month first; this one can be read both ways.",
        to_do="Export the dates in one order and sync again.",
    ),
    "ambiguous_decimal_mark": Reason(
        cost=Cost.VALUE,
        means="The column uses both points and commas as decimal marks; this amount can be read both ways.",
        to_do="Export the amounts in one notation and sync again.",
    ),
    "invalid_money": Reason(cost=Cost.VALUE, means="The amount cannot be read.", to_do=_PBN),
    "invalid_number": Reason(cost=Cost.VALUE, means="The number cannot be read.", to_do=_PBN),
    "invalid_boolean": Reason(cost=Cost.VALUE, means="The value is neither yes nor no.", to_do=_PBN),
    "invalid_phone": Reason(cost=Cost.VALUE, means="The phone number cannot exist.", to_do=_PBN),
    "placeholder_phone": Reason(cost=Cost.VALUE, means="The phone number is a stand-in, such as 000-000-0000.", to_do=_NOTHING),
    "invalid_email": Reason(cost=Cost.VALUE, means="The e-mail address is not a valid one.", to_do=_PBN),
    "placeholder_email": Reason(
        cost=Cost.VALUE, means="The e-mail address is a stand-in, such as none@none.com.", to_do=_NOTHING
    ),
    "invalid_postcode": Reason(cost=Cost.VALUE, means="The postcode cannot be read.", to_do=_PBN),
    "unknown_provider": Reason(
        cost=Cost.VALUE,
        means="The provider is in no list of providers; the fallback member stands in.",
        to_do="Export the providers too, or choose the right member in Twenty.",
    ),
    "ambiguous_provider": Reason(
        cost=Cost.VALUE,
        means="Several providers have this name, so the one who is meant is not certain; none was linked by it.",
        to_do="Export the provider's id or code in this column, or choose the right member in Twenty.",
    ),
    "unmatched_provider": Reason(
        cost=Cost.VALUE,
        means="The provider is no member of the Twenty workspace; the fallback member stands in.",
        to_do="Invite them with the e-mail address that Practice by Numbers has; the next sync fills the links.",
    ),
    "address_taken": Reason(
        cost=Cost.VALUE,
        means="Another person in Twenty has this e-mail address as the primary one; the patient keeps it as an additional one.",
        to_do="Free the address in Twenty; the patient gets it by themselves with the next sync.",
    ),
}

_DOUBLED = {
    "doubled_id": Reason(
        cost=Cost.VALUE,
        means="Rows with this id contradict each other; what they agree on was carried, what differs was left out.",
        to_do="Compare the rows, correct or leave out the wrong ones, and export again.",
    ),
    "doubled_id_newer": Reason(
        cost=Cost.DOUBTFUL,
        means="Rows with this id contradict each other; the row that was modified last was carried.",
        to_do="Compare the rows; leave the outdated ones out of the next export.",
    ),
}

_REFUSABLE = {
    "missing_field": Reason(
        cost=Cost.VALUE,
        means="The field is not in the workspace any more; the record was carried without it.",
        to_do="Run `cutover schema plan`; after `cutover schema apply`, `cutover replay --from start` brings the values.",
    ),
    "invalid_text": Reason(
        cost=Cost.VALUE,
        means="Some characters cannot be stored; the text was carried without them.",
        to_do="Check the text in Twenty.",
    ),
    "invalid_relation": Reason(
        cost=Cost.VALUE, means="What the field should point at has no id.", to_do="Tell us: this is a defect."
    ),
}

_DOUBTFUL = {
    "excel_damaged": Reason(
        cost=Cost.DOUBTFUL,
        means="A spreadsheet program has changed the value, so digits may be missing.",
        to_do="Compare it with Practice by Numbers.",
    ),
    "ambiguous_local_time": Reason(
        cost=Cost.DOUBTFUL,
        means="The clock showed this time twice that night; the first of the two was taken.",
        to_do="Check the time if it matters.",
    ),
    "missing_local_time": Reason(
        cost=Cost.DOUBTFUL,
        means="The clock was put forward over this time that night; it was read an hour later.",
        to_do="Check the time if it matters.",
    ),
    "inexact_money": Reason(
        cost=Cost.DOUBTFUL, means="The amount has more than six decimal places and was rounded.", to_do=_NOTHING
    ),
    "phone_extension": Reason(
        cost=Cost.DOUBTFUL,
        means="The number was carried without its extension, which Twenty cannot store.",
        to_do="Note the extension by hand if you need it.",
    ),
    "phone_remark": Reason(
        cost=Cost.DOUBTFUL,
        means="Words or a second number stood beside the number; they were not carried.",
        to_do="Note them by hand if you need them.",
    ),
    "text_cut": Reason(
        cost=Cost.DOUBTFUL,
        means="The text is as long as a cell of a spreadsheet can be: its end was probably cut off.",
        to_do="Compare it with Practice by Numbers, or export it in another format.",
    ),
    "shortened_word": Reason(
        cost=Cost.DOUBTFUL,
        means="The word is longer than a choice in Twenty may be; its choice shows the beginning and the end of it.",
        to_do=_NOTHING,
    ),
    "epoch_birth_date": Reason(
        cost=Cost.DOUBTFUL,
        means="The date of birth is January 1, 1970, which computers write where there is none.",
        to_do="Check the date of birth.",
    ),
    "left_out_time": Reason(
        cost=Cost.DOUBTFUL,
        means="The field holds days, and the cell has a time of day, too; the day was carried.",
        to_do="Run `cutover map propose` if the column holds times now.",
    ),
    "repaired_text": Reason(
        cost=Cost.DOUBTFUL,
        means="The text was once read in a wrong encoding; it was carried repaired.",
        to_do="Compare it with Practice by Numbers.",
    ),
    "lost_characters": Reason(
        cost=Cost.DOUBTFUL,
        means="Some characters of the text were lost before it was exported.",
        to_do="Compare it with Practice by Numbers.",
    ),
    "cut_text": Reason(
        cost=Cost.DOUBTFUL,
        means="The end of the note is missing in the export; what is there was carried.",
        to_do="Compare the note with Practice by Numbers.",
    ),
    "unreadable_markup": Reason(
        cost=Cost.DOUBTFUL,
        means="The note's formatting could not be read; its text was carried as it stands.",
        to_do="Look at the note in Twenty.",
    ),
}

_REFUSED_BY_TWENTY = {
    "duplicate": Reason(
        cost=Cost.RECORD,
        means="Another record in Twenty already has a value that must be unique.",
        to_do=f"Find and mend that record in Twenty. {_RETRY}",
    ),
    "value": Reason(cost=Cost.RECORD, means="Twenty does not accept one of the values.", to_do=f"{_PBN} {_RETRY}"),
    "missing-relation": Reason(
        cost=Cost.RECORD,
        means="The record points at one that is not in Twenty.",
        to_do=f"See why that one is missing. {_RETRY}",
    ),
    "unknown-field": Reason(
        cost=Cost.RECORD, means="A field is missing in the workspace.", to_do=f"Run `cutover schema apply`. {_RETRY}"
    ),
    "unknown-object": Reason(
        cost=Cost.RECORD, means="An object is missing in the workspace.", to_do=f"Run `cutover schema apply`. {_RETRY}"
    ),
    "limit": Reason(
        cost=Cost.RECORD,
        means="Twenty takes fewer records at once than were sent.",
        to_do=f"Lower `twenty.batch_size`. {_RETRY}",
    ),
    "too-large": Reason(
        cost=Cost.RECORD,
        means="The record is larger than Twenty accepts.",
        to_do="Shorten its text or split it, and export again.",
    ),
    "file_too_large": Reason(
        cost=Cost.RECORD,
        means="The document is larger than what may be uploaded.",
        to_do=f"Raise `twenty.upload_limit`, and the limit of the Twenty server with it. {_RETRY}",
    ),
    "upload_failed": Reason(
        cost=Cost.RECORD, means="Twenty failed over the document again and again.", to_do=f"Look at Twenty's log. {_RETRY}"
    ),
    "unknown_option": Reason(
        cost=Cost.RECORD,
        means="A word has no option in Twenty, and new ones are not to be made.",
        to_do=f"Make the option in Twenty, or set `twenty.new_options`. {_RETRY}",
    ),
    "permission": Reason(cost=Cost.RECORD, means="The API key may not write this.", to_do=f"Give it a role that may. {_RETRY}"),
    "not-found": Reason(
        cost=Cost.RECORD,
        means="The record is not in Twenty any more.",
        to_do="Run `cutover replay --from start` to make it again.",
    ),
    "schema": Reason(
        cost=Cost.RECORD, means="Twenty's data model does not allow it.", to_do=f"Run `cutover schema plan`. {_RETRY}"
    ),
    "other": Reason(
        cost=Cost.RECORD, means="Twenty refused the record.", to_do=f"`cutover log show` has its own words. {_RETRY}"
    ),
    "refused": Reason(
        cost=Cost.RECORD, means="Twenty refused the record.", to_do=f"`cutover log show` has its own words. {_RETRY}"
    ),
    "not_applied": Reason(
        cost=Cost.RECORD, means="A write was interrupted and did not arrive.", to_do="The next sync writes it again."
    ),
    "waiting": Reason(
        cost=Cost.RECORD, means="The record waits for another one.", to_do="It follows by itself once that one has arrived."
    ),
    "dead": Reason(
        cost=Cost.RECORD, means="The record could not be written.", to_do=f"`cutover dead-letters list` shows it. {_RETRY}"
    ),
}

_LOOK = "Look at the record in Twenty and decide which side is right."

_KEPT = {
    "edited_in_twenty": Reason(
        cost=Cost.KEPT, means="A person changed this in Twenty after it was carried; their change stays.", to_do=_LOOK
    ),
    "deleted_in_twenty": Reason(
        cost=Cost.KEPT,
        means="A person deleted this record in Twenty; it stays deleted.",
        to_do="Restore it in Twenty if you want it.",
    ),
    "destroyed_in_twenty": Reason(
        cost=Cost.KEPT,
        means="A person removed this record from Twenty for good.",
        to_do="Run `cutover replay --from start` to make it again.",
    ),
    "deleted_in_source_edited_in_twenty": Reason(
        cost=Cost.KEPT,
        means="The record is gone from Practice by Numbers, but a person worked on it in Twenty; it stays.",
        to_do="Delete it in Twenty if it should go.",
    ),
    "built_on_in_twenty": Reason(
        cost=Cost.KEPT,
        means="People have added notes, tasks or other records to this one; it was not taken back.",
        to_do="Move what they added, or use `--force`.",
    ),
    "written_again_by_a_later_run": Reason(
        cost=Cost.KEPT,
        means="A later run wrote this field again; its value stays.",
        to_do="Take the later run back first if that is what you want.",
    ),
    "kept-edit": Reason(cost=Cost.KEPT, means="A person's change was kept and nothing was written.", to_do=_LOOK),
    "kept": Reason(cost=Cost.KEPT, means="The record was left as it is.", to_do=_LOOK),
}

_TAKEN_BACK = {
    "formatting_lost": Reason(
        cost=Cost.DOUBTFUL,
        means="The text was given back without its formatting: with it, it is longer than Twenty takes at once.",
        to_do="Look at the text in Twenty.",
    ),
}

_COLUMNS = {
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
    "padded_ids": Reason(
        cost=Cost.COLUMN,
        means="The ids of a column are those of another table only without their leading zeros; nothing of it was read.",
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
    "missing_column": Reason(
        cost=Cost.COLUMN, means="A column of earlier exports is missing; what it said stays as it was.", to_do=_NOTHING
    ),
    "missing_required_column": Reason(
        cost=Cost.COLUMN,
        means="A column that is needed is missing; the table was not read.",
        to_do="Export the table with all its columns.",
    ),
    "new_column": Reason(cost=Cost.COLUMN, means="A column is new and was understood.", to_do=_NOTHING),
    "new_custom_field": Reason(
        cost=Cost.COLUMN, means="A column is new and became a field of its own in Twenty.", to_do=_NOTHING
    ),
    "new_table": Reason(
        cost=Cost.COLUMN,
        means="A table with headers that were not approved was understood.",
        to_do="Look at it with `cutover map show`.",
    ),
    "renamed_column": Reason(cost=Cost.COLUMN, means="A column has a new name and was recognised.", to_do=_NOTHING),
}

REASONS: Mapping[str, Reason] = {
    **_ROWS,
    **_FILES,
    **_VALUES,
    **_DOUBLED,
    **_REFUSABLE,
    **_DOUBTFUL,
    **_REFUSED_BY_TWENTY,
    **_KEPT,
    **_TAKEN_BACK,
    **_COLUMNS,
}
"""Every reason code that the program uses."""
