"""The page of `map show`: the mapping as a table of decisions, first what a person must decide."""

from __future__ import annotations

from collections.abc import Iterator

from cutover.reports.counted import counted
from cutover.reports.documents.mapping import Binding, ColumnMeaning, ColumnVerdict, ShownMapping
from cutover.reports.page.parts import Marked, PageMark, PagePart, PageSection, PageTable, Prose, ReportPage, listed
from cutover.reports.pages.framing import Frame

_ORDERS = {"mdy": "month first", "dmy": "day first", "ymd": "year first", "both": "both orders of day and month"}
_DECIMALS = {".": "decimal point", ",": "decimal comma", "both": "decimal points and commas"}


def mapping_page(document: ShownMapping, frame: Frame) -> ReportPage:
    """Return the page. It shows headers and counts, and values only where the document has examples."""
    doubtful = [(binding, column) for binding in document["bindings"] for column in binding["columns"] if column["doubtful"]]
    if doubtful:
        headline = Marked(
            f"{counted(len(doubtful), 'column needs', 'columns need')} a decision before the mapping can be approved.",
            PageMark.OPEN,
        )
    elif document["approved"]:
        headline = Marked("The mapping is approved, and no column is in doubt.", PageMark.GOOD)
    else:
        headline = Marked("No column is in doubt. The mapping waits for its approval.", PageMark.OPEN)
    outcomes = [_outcome(column) for binding in document["bindings"] for column in binding["columns"]]
    facts = [f"{name}: {counted(outcomes.count(name), 'column')}" for name in ("Moved", "Custom field", "Left out")]
    if document["missing"]:
        facts.append(f"Kinds of records without a table: {', '.join(document['missing'])}")
    decide = [
        (binding["kind"], column["header"], _means(column), f"{column['confidence']:.0%}", column["evidence"])
        for binding, column in doubtful
    ]
    columns = ("Table", "Column", "Taken for", "Sure", "Because")
    return ReportPage(
        title=frame.title("the meaning of each column"),
        made=frame.made(f"Mapping {document['version']}."),
        headline=headline,
        facts=tuple(facts),
        sections=(
            PageSection("To decide", (listed("The least certain first", columns, _by_doubt(decide), numbers=(3,)),))
            if decide
            else PageSection("To decide", ()),
            *(PageSection(f"Table: {b['kind']} ({b['confidence']:.0%} sure)", (_table(b),)) for b in document["bindings"]),
            *_examples(document),
            PageSection("Objects of unknown tables", _objects(document)),
            PageSection("Custom fields and lists of words", tuple(_lists(document))),
        ),
        signed=not document["approved"],
    )


def _by_doubt(rows: list[tuple[str, str, str, str, str]]) -> list[tuple[str, str, str, str, str]]:
    return sorted(rows, key=lambda row: float(row[3].rstrip("%")))


def _table(binding: Binding) -> PageTable:
    rows = [
        (
            column["header"],
            Marked(_means(column), PageMark.OPEN) if column["doubtful"] else _means(column),
            column["goes_to"],
            _rule(column["verdict"]),
            f"{column['confidence']:.0%}",
            "settled by a person" if column["settled"] else column["evidence"],
        )
        for column in binding["columns"]
    ]
    columns = ("Column", "Means", "Goes to", "Read as", "Sure", "Because")
    return listed("Columns in the order of the file", columns, rows, numbers=(4,))


def _examples(document: ShownMapping) -> Iterator[PageSection]:
    """Yield the examples of each table, where a person asked for them."""
    for binding in document["bindings"]:
        rows = [(c["header"], _means(c), " | ".join(c["examples"])) for c in binding["columns"] if c["examples"]]
        if rows:
            values = listed("Values of patients: keep this page safe", ("Column", "Means", "Values"), rows)
            yield PageSection(f"Examples: {binding['kind']}", (values,))


def _objects(document: ShownMapping) -> tuple[PageTable, ...]:
    rows = [
        (
            one["label_plural"],
            one["name"],
            ", ".join(one["identity"]) or Marked("none: cannot be turned on", PageMark.BAD),
            "on" if one["on"] else Marked("off: its rows are left out", PageMark.OPEN),
        )
        for one in document["objects"]
    ]
    return (listed("Turned on by a person alone", ("Object", "Name", "Identity", "State"), rows),) if rows else ()


def _lists(document: ShownMapping) -> Iterator[PagePart]:
    custom = [(one["entity"], one["label"], one["name"], one["type"]) for one in document["custom_fields"]]
    if custom:
        yield listed("Custom fields", ("On", "Label", "Name", "Type"), custom)
    words = [(one["entity"], one["field"], one["type"], one["words"]) for one in document["vocabularies"]]
    if words:
        yield listed("Lists of words", ("On", "Field", "Carried as", "Words"), words, numbers=(3,))
    codes = [
        (
            binding["kind"],
            column["header"],
            code["code"],
            code["count"],
            code["proposed"],
            Marked("not settled", PageMark.OPEN) if code["word"] is None else code["word"] or "(nothing)",
        )
        for binding in document["bindings"]
        for column in binding["columns"]
        for code in column["codes"]
    ]
    if codes:
        yield listed("Bare codes", ("In", "Column", "Code", "Cells", "Proposed", "Settled"), codes, numbers=(3,))
    if not (custom or words or codes):
        yield Prose("There are none.")


def _outcome(column: ColumnMeaning) -> str:
    return "Moved" if column["field"] else "Custom field" if column["custom"] else "Left out"


def _means(column: ColumnMeaning) -> str:
    if column["field"]:
        return column["field"]
    if column["custom"]:
        return f"custom field {column['custom']}"
    return f"left out: {column['ignored']}" if column["ignored"] else "left out"


def _rule(verdict: ColumnVerdict | None) -> str:
    """Return the rule by which the cells of a column are read, in words."""
    if verdict is None:
        return ""
    decimal = _DECIMALS.get(verdict["decimal"] or "", "")
    width = f"ids of {verdict['width']} digits" if verdict["width"] else ""
    unit = f"in {verdict['unit']}" if verdict["unit"] else ""
    blanks = f"{', '.join(map(repr, verdict['blanks']))} as blank" if verdict["blanks"] else ""
    codes = "bare codes" if verdict["codes"] else ""
    return ", ".join(filter(None, (_ORDERS.get(verdict["order"] or "", ""), decimal, width, unit, blanks, codes)))
