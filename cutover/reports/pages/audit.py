"""The page of `audit`: what can be moved, what is wrong with the data, and how full each column is."""

from __future__ import annotations

from collections.abc import Iterator

from cutover.reports.counted import counted
from cutover.reports.documents.audit import AuditDocument, AuditedExtract, AuditedTable
from cutover.reports.page.parts import Bars, LineList, Marked, PageMark, PageSection, PageTable, ReportPage, listed
from cutover.reports.pages.causes import heading, in_words, rank
from cutover.reports.pages.framing import Frame, place
from cutover.reports.reason_codes.reason import Cost
from cutover.reports.reasons import cost_of

_WORST_FIRST = {"no": 0, "partly": 1, "yes": 2}
_MARKS = {"no": PageMark.BAD, "partly": PageMark.OPEN, "yes": PageMark.GOOD}


def audit_page(document: AuditDocument, frame: Frame) -> ReportPage:
    """Return the page. It names files and columns, and holds no value."""
    by_answer = [one["exportable"] for one in document["objects"]]
    wrong = sum(1 for one in document["extracts"] for _ in _trouble_rows(one))
    whole, partly, none = (by_answer.count(answer) for answer in ("yes", "partly", "no"))
    said = f"Of {len(by_answer)} kinds of data {whole} can be moved whole, {partly} in part, {none} not at all"
    trouble = (
        f"; {counted(wrong, 'kind of trouble with the data is', 'kinds of trouble with the data are')} listed below."
        if wrong
        else "."
    )
    mark = PageMark.GOOD if whole == len(by_answer) and not wrong else PageMark.BAD if none else PageMark.OPEN
    return ReportPage(
        title=frame.title("an audit of the extracts"),
        made=frame.made(),
        headline=Marked(said + trouble, mark),
        facts=tuple(_fact(one, frame) for one in document["extracts"]),
        sections=(
            PageSection("Kinds of data", (_kinds(document),)),
            PageSection("To be exported by hand", _by_hand(document)),
            *(section for one in document["extracts"] for section in _sections(one)),
        ),
    )


def _fact(one: AuditedExtract, frame: Frame) -> str:
    taken = f"taken {frame.local(one['taken_at'])}" if one["taken_at_stated"] else "the time of its export is not stated"
    return f"{one['path']}: {one['scope']} delivery, {taken}"


def _kinds(document: AuditDocument) -> PageTable:
    ordered = sorted(document["objects"], key=lambda one: _WORST_FIRST[one["exportable"]])
    rows = [
        (
            one["object"],
            one["twenty"],
            one["records"],
            Marked(one["exportable"], _MARKS[one["exportable"]]),
            "; ".join(reason["text"] for reason in one["why"]),
        )
        for one in ordered
    ]
    return listed("What can be moved", ("Kind", "In Twenty", "Records", "Can be moved", "Why"), rows, numbers=(2,))


def _by_hand(document: AuditDocument) -> tuple[LineList, ...]:
    lines = tuple(f"{one['object']}: {one['text']}" for one in document["manual"])
    return (LineList(lines),) if lines else ()


def _sections(one: AuditedExtract) -> Iterator[PageSection]:
    name = one["path"]
    trouble = sorted(_trouble_rows(one), key=lambda row: rank(row[0]))
    rows = [row[1:] for row in trouble]
    if rows:
        heads = ("What is wrong", "With", "Where", "How often")
        yield PageSection(f"Trouble in {name}", (listed("The dearest first", heads, rows, numbers=(3,)),))
    tables = [_table_row(table) for table in sorted(one["tables"], key=lambda table: table["confidence"])]
    columns = ("File", "Taken for", "Sure", "Rows", "Not readable", "Bound", "Custom", "Left out", "Doubtful")
    yield PageSection(f"Files of {name}", (listed("Tables, the least certain first", columns, tables, numbers=range(2, 9)),))
    filled = [
        (f"{in_words(entity)}: {field}", f"{1 - blank:.0%}", Bars((1 - blank,)))
        for entity, fields in one["quality"]["blanks"].items()
        for field, blank in sorted(fields.items(), key=lambda item: -item[1])
        if blank
    ]
    if filled:
        fill = listed("Share of records with a value, the emptiest first", ("Field", "Filled", ""), filled, numbers=(1,))
        yield PageSection(f"How full each field of {name} is", (fill,))


def _table_row(one: AuditedTable) -> tuple[str | int | Marked, ...]:
    outcomes = [column["outcome"] for column in one["columns"]]
    doubtful = sum(column["doubtful"] for column in one["columns"])
    known = one["kind"] != "unknown"
    return (
        place(one["file"], one["sheet"]),
        one["kind"] if known else Marked("not known", PageMark.OPEN),
        f"{one['confidence']:.0%}" if known else "",
        one["rows"],
        one["rejected"],
        *(outcomes.count(outcome) for outcome in ("bound", "custom", "ignored")),
        doubtful,
    )


def _trouble_rows(one: AuditedExtract) -> Iterator[tuple[Cost, str, str, str, int]]:
    """Yield the cost of a kind of trouble, the trouble in words, the kind of records, the place and the count."""
    quality = one["quality"]
    for file in one["file_issues"]:
        yield cost_of(file["reason"]), heading(file["reason"]), "files", place(file["file"], file["sheet"]), 1
    for found in one["findings"]:
        yield Cost.COLUMN, found["text"], "columns", found["file"], 1
    for row in quality["refused_rows"]:
        yield Cost.RECORD, heading(row["reason"]), in_words(row["entity"]), row["file"], row["count"]
    for orphan in quality["orphans"]:
        yield Cost.RECORD, heading(orphan["reason"]), in_words(orphan["entity"]), "", orphan["count"]
    for value in quality["value_issues"]:
        reason, kind = value["reason"], in_words(value["entity"])
        yield cost_of(reason), heading(reason), kind, value["field"], value["count"]
    for double in quality["duplicates"]:
        if double["differing"]:
            said = "Rows with the id of another row, and other values."
            yield Cost.RECORD, said, in_words(double["entity"]), "", double["differing"]
    unknown = quality["unknown_providers"]
    if unknown["providers"]:
        said = f"{unknown['providers']:,} providers are named in rows, and stand in no table of providers."
        yield Cost.DOUBTFUL, said, "providers", "", unknown["rows"]
