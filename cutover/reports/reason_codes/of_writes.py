"""Reasons for which Twenty has something else: what it refused, what people keep, what was taken back."""

from __future__ import annotations

from cutover.reports.reason_codes.reason import NOTHING, RETRY, Cost, Reason

_LOOK = "Look at both sides with `cutover conflicts show`, and take one with `cutover conflicts resolve`."

REFUSED_BY_TWENTY = {
    "duplicate": Reason(
        cost=Cost.RECORD,
        means="Another record in Twenty already has a value that must be unique.",
        to_do=f"Find and mend that record in Twenty. {RETRY}",
    ),
    "value": Reason(
        cost=Cost.RECORD,
        means="Twenty does not accept one of the values.",
        to_do=f"`cutover dead-letters show` names it: let Twenty accept it, or change it and export again. {RETRY}",
    ),
    "missing-relation": Reason(
        cost=Cost.RECORD,
        means="The record points at one that is not in Twenty.",
        to_do=f"See why that one is missing. {RETRY}",
    ),
    "unknown-field": Reason(
        cost=Cost.RECORD, means="A field is missing in the workspace.", to_do=f"Run `cutover schema apply`. {RETRY}"
    ),
    "unknown-object": Reason(
        cost=Cost.RECORD, means="An object is missing in the workspace.", to_do=f"Run `cutover schema apply`. {RETRY}"
    ),
    "limit": Reason(
        cost=Cost.RECORD,
        means="Twenty takes fewer records at once than were sent.",
        to_do=f"Lower `twenty.batch_size`. {RETRY}",
    ),
    "too-large": Reason(
        cost=Cost.RECORD,
        means="The record is larger than Twenty accepts.",
        to_do="Shorten its text or split it, and export again.",
    ),
    "file_too_large": Reason(
        cost=Cost.RECORD,
        means="The document is larger than what may be uploaded.",
        to_do=f"Raise `twenty.upload_limit`, and the limit of the Twenty server with it. {RETRY}",
    ),
    "upload_failed": Reason(
        cost=Cost.RECORD, means="Twenty failed over the document again and again.", to_do=f"Look at Twenty's log. {RETRY}"
    ),
    "unknown_option": Reason(
        cost=Cost.RECORD,
        means="A word has no option in Twenty, and new ones are not to be made.",
        to_do=f"Make the option in Twenty, or set `twenty.new_options`. {RETRY}",
    ),
    "permission": Reason(cost=Cost.RECORD, means="The API key may not write this.", to_do=f"Give it a role that may. {RETRY}"),
    "not-found": Reason(
        cost=Cost.RECORD,
        means="The record is not in Twenty any more.",
        to_do="Run `cutover replay --from start` to make it again.",
    ),
    "schema": Reason(
        cost=Cost.RECORD, means="Twenty's data model does not allow it.", to_do=f"Run `cutover schema plan`. {RETRY}"
    ),
    "other": Reason(
        cost=Cost.RECORD, means="Twenty refused the record.", to_do=f"`cutover dead-letters show` has its own words. {RETRY}"
    ),
    "refused": Reason(
        cost=Cost.RECORD, means="Twenty refused the record.", to_do=f"`cutover dead-letters show` has its own words. {RETRY}"
    ),
    "not_applied": Reason(
        cost=Cost.RECORD, means="A write was interrupted and did not arrive.", to_do="The next sync writes it again."
    ),
    "waiting": Reason(
        cost=Cost.RECORD, means="The record waits for another one.", to_do="It follows by itself once that one has arrived."
    ),
    "dismissed": Reason(
        cost=Cost.RECORD,
        means="A person gave this record up; `cutover log show --topic decisions --decrypt` says who.",
        to_do="It is carried when Practice by Numbers changes it.",
    ),
    "dead": Reason(
        cost=Cost.RECORD, means="The record could not be written.", to_do=f"`cutover dead-letters list` shows it. {RETRY}"
    ),
}

KEPT = {
    "edited_in_twenty": Reason(
        cost=Cost.KEPT, means="A person changed this in Twenty after it was carried; their change stays.", to_do=_LOOK
    ),
    "deleted_in_twenty": Reason(
        cost=Cost.KEPT,
        means="A person deleted this record in Twenty; it stays deleted.",
        to_do="Restore it in Twenty if you want it, or run `cutover conflicts resolve`.",
    ),
    "destroyed_in_twenty": Reason(
        cost=Cost.KEPT,
        means="A person removed this record from Twenty for good.",
        to_do="`cutover conflicts resolve --take ours` makes it again.",
    ),
    "merged_in_twenty": Reason(
        cost=Cost.KEPT,
        means="People merged this patient into another one. Twenty destroyed the person, its files, and its links of tasks "
        "and notes.",
        to_do="`cutover conflicts resolve --take theirs` lets the merge stand and gives these links to the other person; "
        "`--take ours` makes the patient again.",
    ),
    "deleted_in_source_edited_in_twenty": Reason(
        cost=Cost.KEPT,
        means="The record is gone from Practice by Numbers, but a person worked on it in Twenty; it stays.",
        to_do="Delete it in Twenty if it should go, or run `cutover conflicts resolve --take ours`.",
    ),
    "deleted_in_source_built_on_in_twenty": Reason(
        cost=Cost.KEPT,
        means="The record is gone from Practice by Numbers, but people added notes, tasks or other records to it; it stays.",
        to_do="Move what they added, or run `cutover conflicts resolve --take ours` to delete the record.",
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
    "conflict": Reason(
        cost=Cost.KEPT,
        means="A person and Practice by Numbers both changed this; the person's change stays.",
        to_do="Run `cutover conflicts resolve`.",
    ),
    "conflict_settled": Reason(cost=Cost.KEPT, means="The conflict is over.", to_do=NOTHING),
    "field_removed": Reason(
        cost=Cost.KEPT,
        means="A person removed this field from Twenty, and its values with it.",
        to_do="Take a side with `cutover conflicts resolve`: `ours` makes it again with its values, `theirs` leaves it away.",
    ),
    "option_removed": Reason(
        cost=Cost.KEPT,
        means="A person removed this option from Twenty; records that had it have none now.",
        to_do="Take a side with `cutover conflicts resolve`: `ours` makes it again with its values, `theirs` leaves it away.",
    ),
    "object_removed": Reason(
        cost=Cost.KEPT,
        means="A person removed this object from Twenty, and its records with it.",
        to_do="Take a side with `cutover conflicts resolve`: `ours` makes it again with its records, `theirs` leaves it away.",
    ),
    "field_deactivated": Reason(
        cost=Cost.KEPT,
        means="A person switched this field off in Twenty; it keeps the values that it had, and gets no others.",
        to_do="Activate it in Twenty's settings: the next sync brings its values. `--take theirs` leaves it off.",
    ),
    "object_deactivated": Reason(
        cost=Cost.KEPT,
        means="A person switched this object off in Twenty; its records are kept up to date all the same.",
        to_do="Activate it in Twenty's settings, or leave it off with `cutover conflicts resolve --take theirs`.",
    ),
    "column_not_sent": Reason(
        cost=Cost.KEPT,
        means="Practice by Numbers no longer sends this column; Twenty keeps the values that it sent last.",
        to_do="Export it again, or take a side with `cutover conflicts resolve`: nothing is written, and it is listed no more.",
    ),
    "kept-edit": Reason(cost=Cost.KEPT, means="A person's change was kept and nothing was written.", to_do=_LOOK),
    "kept": Reason(cost=Cost.KEPT, means="The record was left as it is.", to_do=_LOOK),
}

TAKEN_BACK = {
    "formatting_lost": Reason(
        cost=Cost.DOUBTFUL,
        means="The text was given back without its formatting: with it, it is longer than Twenty takes at once.",
        to_do="Look at the text in Twenty.",
    ),
}
