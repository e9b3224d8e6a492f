"""OpenDocument spreadsheets as office programs write them, with the cells that go wrong."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}
MEDIA = "application/vnd.oasis.opendocument.spreadsheet"
COVERED = "<table:covered-table-cell/>"


def cell(value: object, attributes: str = "") -> str:
    """Return a cell as its XML; what begins with `<table:` is such XML already."""
    if isinstance(value, str) and value.startswith("<table:"):
        return value
    if isinstance(value, (int, float)):
        kind = f'office:value-type="float" office:value="{value}"'
        return f"<table:table-cell {kind}{attributes}><text:p>{value}</text:p></table:table-cell>"
    text = f"<text:p>{escape(str(value))}</text:p>"
    return f'<table:table-cell office:value-type="string"{attributes}>{text}</table:table-cell>'


def error(text: str, *, kind: str = 'office:value-type="string" office:string-value="" calcext:value-type="error"') -> str:
    """Return an error; older programs store it as the number 0."""
    return f'<table:table-cell table:formula="of:=1/0" {kind}><text:p>{text}</text:p></table:table-cell>'


def formula() -> str:
    """Return a formula whose result was never stored."""
    return '<table:table-cell table:formula="of:=[.A1]"/>'


def padded(number: int, shown: str) -> str:
    """Return a number that its format shows with leading zeros."""
    return f'<table:table-cell office:value-type="float" office:value="{number}"><text:p>{shown}</text:p></table:table-cell>'


def date(day: dt.date) -> str:
    """Return a real date."""
    kind = f'office:value-type="date" office:date-value="{day.isoformat()}"'
    return f"<table:table-cell {kind}><text:p>{day:%m/%d/%Y}</text:p></table:table-cell>"


def broken(*lines: str) -> str:
    """Return a text whose lines are parted within one paragraph."""
    return (
        f'<table:table-cell office:value-type="string"><text:p>{"<text:line-break/>".join(lines)}</text:p></table:table-cell>'
    )


def document(sheets: Mapping[str, Sequence[Sequence[object]]], *, hidden: Sequence[str] = ()) -> bytes:
    """Return an ods of these rows, of which some sheets are hidden."""
    shown = '<style:style style:name="{}" style:family="table"><style:table-properties table:display="{}"/></style:style>'
    styles = f"<office:automatic-styles>{shown.format('ta1', 'true')}{shown.format('ta2', 'false')}</office:automatic-styles>"
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{"ta2" if name in hidden else "ta1"}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>'
        "</table:table-row></table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("mimetype", MEDIA)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        entry = f'<m:file-entry m:full-path="/" m:media-type="{MEDIA}"/>'
        z.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{manifest}">{entry}</m:manifest>')
        z.writestr("content.xml", f"<office:document-content {spaces}>{styles}{body}</office:document-content>")
    return out.getvalue()
