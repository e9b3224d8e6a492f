"""Reasons for which a row, a record or a file is not carried."""

from __future__ import annotations

from cutover.reports.reason_codes.reason import NOTHING, PBN, RETRY, Cost, Reason

ROWS = {
    "missing_id": Reason(cost=Cost.RECORD, means="The row has no id, so it cannot be told from others.", to_do=PBN),
    "missing_patient": Reason(cost=Cost.RECORD, means="The row does not say which patient it belongs to.", to_do=PBN),
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
        to_do="Give one of them an id of their own in Practice by Numbers, or run `cutover identities decide`.",
    ),
    "other_person": Reason(
        cost=Cost.RECORD,
        means="This id was another person's before (name, date of birth and address differ); that person stays as they were.",
        to_do="Find out whose id it is in Practice by Numbers; correct the row, or run `cutover identities decide`.",
    ),
    "identity_held": Reason(
        cost=Cost.RECORD,
        means="The record belongs to a patient's id under which two people stand, so it is not known whose it is.",
        to_do="Settle the id (`two_people`, `other_person`); the record follows when its row is read again.",
    ),
    "doubled_id_held": Reason(
        cost=Cost.RECORD,
        means="Rows with this id contradict each other in what the record cannot do without, so none was carried.",
        to_do="Correct or leave out the wrong rows, and export again; for a patient `cutover identities decide` will do.",
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
    "missing_location": Reason(
        cost=Cost.RECORD,
        means="The row tells no location, while ids are unique per location only.",
        to_do="Fill the column, or write the location into the delivery's manifest.toml, and sync again.",
    ),
    "merged_row": Reason(
        cost=Cost.RECORD,
        means="The id of the row is merged with other cells of the spreadsheet, so it is not known what the row belongs to.",
        to_do="Take the cells apart, fill them in and export again.",
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
        cost=Cost.RECORD, means="What this record belongs to is not in Twenty.", to_do=f"See why that one is missing. {RETRY}"
    ),
}

FILES = {
    "empty_file": Reason(cost=Cost.FILE, means="The file is empty.", to_do="Export it again if it should hold something."),
    "not_a_table": Reason(cost=Cost.FILE, means="The file holds no table.", to_do=NOTHING),
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
    "voided": Reason(
        cost=Cost.FILE,
        means="The delivery was voided by a person, so it was not read.",
        to_do="Leave it out; `cutover extract list` names who voided it and when.",
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
    "side_by_side": Reason(
        cost=Cost.FILE,
        means="Several tables stand side by side on one sheet, so it is not known which cells belong together; none was read.",
        to_do="Export each table into a file or sheet of its own.",
    ),
    "broken_quotes": Reason(
        cost=Cost.FILE,
        means="Quotes stand within quoted cells, so that it cannot be told where a cell ends.",
        to_do="Export with quotes inside cells doubled, or as a workbook (xlsx).",
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
        means="The document lies in the export, but no list names its patient.",
        to_do="Add it to the list of documents, or attach it by hand in Twenty.",
    ),
    "unknown_table": Reason(
        cost=Cost.FILE,
        means="The table is about something that has no place in Twenty by itself (goals, key figures …).",
        to_do="Turn its object on with `cutover map object TABLE --on`, or keep the file; nothing of it was carried.",
    ),
    "object_turned_off": Reason(
        cost=Cost.KEPT,
        means="The table's object is turned off; its records in Twenty stay as they are.",
        to_do="Turn it on with `cutover map object TABLE --on`, or take them back: `cutover rollback --all --object NAME`.",
    ),
    "unbound_table": Reason(
        cost=Cost.FILE, means="The table could not be understood.", to_do="Run `cutover map propose` and look at its columns."
    ),
}

DOUBLED = {
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
