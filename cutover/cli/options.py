"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cutover.project.log_format import LogFormat

ProjectOption = Annotated[Path, typer.Option("--project", metavar="DIR", help="The project's folder.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]


def _place(text: str) -> Any:
    """Return a path or an address. Raise BadParameter for an empty path, which would stand for the working folder, and for
    an address with a password.
    """
    if not text.strip() or "\0" in text:
        raise typer.BadParameter("the path is empty; name a folder or a file")
    if "://" not in text:
        return Path(text)
    from producers.sources.addresses import place_of
    from producers.sources.port import ExtractError

    try:
        return place_of(text)
    except ExtractError as error:
        raise typer.BadParameter(str(error)) from None


def _folder(text: str | Path) -> Path:
    """Return a folder's path. Raise BadParameter for an empty one, which would stand for the working folder."""
    if not str(text).strip() or "\0" in str(text):
        raise typer.BadParameter("the path is empty; name a folder")
    return Path(text)


FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", parser=_folder)]
Paths = Annotated[
    list[Any], typer.Argument(metavar="PATH…", parser=_place, help="Folders, files or addresses (sftp://…) of extracts.")
]
OnePath = Annotated[Any, typer.Argument(metavar="PATH", parser=_place)]
YesOption = Annotated[bool, typer.Option("--yes", help="Yes, this is meant.")]
FullOption = Annotated[
    bool | None, typer.Option("--full/--partial", help="Whether the extract holds everything (else its manifest says).")
]
TakenOption = Annotated[
    str | None, typer.Option("--taken-at", metavar="TIME", help="When it was taken, where its manifest does not say.")
]
ConfirmOption = Annotated[bool, typer.Option("--confirm-deletions", help="Accept an unusually large number of deletions.")]
SampleOption = Annotated[bool, typer.Option("--without-sample", help="Without an accepted sample.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", help="Write a line for each step to standard error.")]
FormatOption = Annotated[LogFormat, typer.Option(help="Form of the lines on standard error.")]
HtmlOption = Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the report as a page, too.")]
HERE = Path()
TopicOption = Annotated[str, typer.Option(help="changes, compensations, decisions or dead-letters.")]
DecryptOption = Annotated[bool, typer.Option("--decrypt", help="Open the payloads too; reading them is itself recorded.")]
RecordOption = Annotated[str | None, typer.Option("--record", metavar="NAME", help="A pbnId, an id, or FILE:ROW.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", metavar="CODE", help="Only with this reason code.")]
FileOption = Annotated[str | None, typer.Option("--file", metavar="FILE", help="Only from a file of this name.")]
ObjectOption = Annotated[str | None, typer.Option("--object", metavar="OBJECT", help="Only of this object in Twenty.")]
FieldOption = Annotated[str | None, typer.Option("--field", metavar="FIELD", help="Only of this field in Twenty.")]
