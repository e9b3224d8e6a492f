"""Workbooks as Excel and other programs write them, with the cells that go wrong."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True)
class Raw:
    """A cell as its XML: the attributes after `<c`, and what stands inside."""

    attributes: str
    inside: str


def error(text: str) -> Raw:
    return Raw(' t="e"', f"<v>{text}</v>")


def formula(text: str) -> Raw:
    """Return a formula whose result was never stored."""
    return Raw("", f"<f>{text}</f><v></v>")


def date(serial: int) -> Raw:
    """Return a real date: a number under a date's format."""
    return Raw(' s="1"', f"<v>{serial}</v>")


def padded(number: int) -> Raw:
    """Return a number that its format shows with five digits."""
    return Raw(' s="2"', f"<v>{number}</v>")


STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>'
    '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)


def workbook(
    sheets: Mapping[str, Sequence[Sequence[object]]], *, hidden: Sequence[str] = (), merged: Sequence[str] = ()
) -> bytes:
    """Return an xlsx with inline strings; `hidden` sheets, and the ranges that are `merged` in each sheet."""

    def cell(value: object) -> str:
        if isinstance(value, Raw):
            return f"<c{value.attributes}>{value.inside}</c>"
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'

    def link(name: str, kind: str, target: str) -> str:
        return f'<Relationship Id="{name}" Type="{LINKS}/{kind}" Target="{target}"/>'

    def sheet(number: int, name: str) -> str:
        state = ' state="hidden"' if name in hidden else ""
        return f'<sheet name="{name}" sheetId="{number + 1}"{state} r:id="r{number}"/>'

    parts = {f"/xl/worksheets/sheet{i}.xml": f"{KIND}.worksheet+xml" for i in range(len(sheets))}
    parts |= {"/xl/workbook.xml": f"{KIND}.sheet.main+xml", "/xl/styles.xml": f"{KIND}.styles+xml"}
    types = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in parts.items())
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    names = "".join(sheet(i, name) for i, name in enumerate(sheets))
    links = "".join(link(f"r{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(len(sheets)))
    links += link("styles", "styles", "styles.xml")
    ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
    merging = f"<mergeCells>{ranges}</mergeCells>" if merged else ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        z.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types">{rels}{types}</Types>')
        start = link("r", "officeDocument", "xl/workbook.xml")
        z.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{start}</Relationships>')
        z.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{names}</sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>')
        z.writestr("xl/styles.xml", STYLES)
        for i, rows in enumerate(sheets.values()):
            body = "".join(f'<row r="{n}">' + "".join(map(cell, row)) + "</row>" for n, row in enumerate(rows, 1))
            z.writestr(
                f"xl/worksheets/sheet{i}.xml", f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData>{merging}</worksheet>'
            )
    return out.getvalue()
