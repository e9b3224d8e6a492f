"""Reasons for which a value is lost or doubtful."""

from __future__ import annotations

from cutover.reports.reason_codes.reason import NOTHING, PBN, Cost, Reason

VALUES = {
    "invalid_date": Reason(cost=Cost.VALUE, means="The date does not exist or cannot be read.", to_do=PBN),
    "future_birth_date": Reason(cost=Cost.VALUE, means="The date of birth is in the future.", to_do=PBN),
    "invalid_date_time": Reason(cost=Cost.VALUE, means="The date and time cannot be read.", to_do=PBN),
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
        to_do="Take the cells apart, fill them in and export again.",
    ),
    "became_date": Reason(
        cost=Cost.VALUE,
        means="A spreadsheet program has made a date of the value; the real one is lost.",
        to_do="Export again and do not open the file in a spreadsheet program before handing it over.",
    ),
    "invalid_time": Reason(cost=Cost.VALUE, means="The time of day cannot be read; the day was carried.", to_do=PBN),
    "unknown_code": Reason(
        cost=Cost.VALUE,
        means="The column holds bare codes, and no list says what this code means.",
        to_do="Settle the codes with `cutover map code`, approve the mapping, or export the column with words, and sync again.",
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
    "invalid_money": Reason(cost=Cost.VALUE, means="The amount cannot be read.", to_do=PBN),
    "other_currency": Reason(
        cost=Cost.VALUE,
        means="The amount is in another currency than that of the practice.",
        to_do="Export the amounts in the practice's currency, or correct `currency` in cutover.toml, and sync again.",
    ),
    "invalid_number": Reason(cost=Cost.VALUE, means="The number cannot be read.", to_do=PBN),
    "invalid_boolean": Reason(cost=Cost.VALUE, means="The value is neither yes nor no.", to_do=PBN),
    "invalid_phone": Reason(cost=Cost.VALUE, means="The phone number cannot exist.", to_do=PBN),
    "placeholder_phone": Reason(cost=Cost.VALUE, means="The phone number is a stand-in, such as 000-000-0000.", to_do=NOTHING),
    "invalid_email": Reason(cost=Cost.VALUE, means="The e-mail address is not a valid one.", to_do=PBN),
    "placeholder_email": Reason(
        cost=Cost.VALUE, means="The e-mail address is a stand-in, such as none@none.com.", to_do=NOTHING
    ),
    "unknown_provider": Reason(
        cost=Cost.VALUE,
        means="The provider is in no list of providers; the link names the fallback member, or is empty where none is set.",
        to_do="Export the providers too, or choose the right member in Twenty.",
    ),
    "ambiguous_provider": Reason(
        cost=Cost.VALUE,
        means="Several providers have this name, so the one who is meant is not certain; none was linked by it.",
        to_do="Export the provider's id or code in this column, or choose the right member in Twenty.",
    ),
    "unmatched_provider": Reason(
        cost=Cost.VALUE,
        means="The provider is no member of the workspace; the link names the fallback member, or is empty where none is set.",
        to_do="Invite them with the e-mail address that Practice by Numbers has; the next sync fills the links.",
    ),
    "address_taken": Reason(
        cost=Cost.VALUE,
        means="Another person in Twenty has this e-mail address as the primary one; the patient keeps it as an additional one.",
        to_do="Free the address in Twenty; the patient gets it by themselves with the next sync.",
    ),
}

REFUSABLE = {
    "missing_field": Reason(
        cost=Cost.VALUE,
        means="The field is not in the workspace any more; the record was carried without it.",
        to_do="Run `cutover conflicts list`, and take a side: with `ours` the next sync makes it again with its values.",
    ),
    "missing_object": Reason(
        cost=Cost.RECORD,
        means="The object is not in the workspace any more; the record was not carried.",
        to_do="Run `cutover conflicts list`, and take a side: with `ours` the next sync makes it again with its records.",
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

DOUBTFUL = {
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
        cost=Cost.DOUBTFUL, means="The amount has more than six decimal places and was rounded.", to_do=NOTHING
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
        to_do=NOTHING,
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
