"""Building HTML from nested parts. Texts are escaped when they become parts; nothing else can be put into a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of finished HTML."""

    html: str


MarkupPart = Markup | str | int | float


def element(name: str, *parts: MarkupPart, **attributes: str) -> Markup:
    """Return an element with its parts inside. Attributes are named as in Python: `class_` for `class`, `data_x` for
    `data-x`.
    """
    given = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{given}>{together(parts).html}</{name}>")


def together(parts: Iterable[MarkupPart]) -> Markup:
    """Join several parts, one after the other."""
    return Markup("".join(part.html if isinstance(part, Markup) else escape(str(part)) for part in parts))


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[MarkupPart]], *, numbers: Iterable[int] = ()) -> Markup:
    """Return a table whose first cell in each row heads it; the columns at the indexes `numbers` are numbers."""
    right = set(numbers)

    def row_of(cells: Sequence[MarkupPart], first: str, others: str, scope: str) -> Markup:
        row = []
        for index, cell in enumerate(cells):
            attributes = {"class_": "number"} if index in right else {}
            name = first if index == 0 else others
            row.append(element(name, cell, **attributes, **({"scope": scope} if name == "th" else {})))
        return element("tr", *row)

    head = element("thead", row_of(columns, "th", "th", "col"))
    body = element("tbody", *(row_of(row, "th", "td", "row") for row in rows))
    whole = element("table", element("caption", caption), head, body)
    # scrolls by itself on a narrow screen, and can be reached with the keyboard
    return element("div", whole, class_="scroll", role="region", aria_label=caption, tabindex="0")
