"""Opening an extract: a folder (or a single file) as it came from Practice by Numbers.

ExtractError
├── ExtractMissing      the path is not there
├── ExtractEmpty        the folder holds no file
├── ExtractWithoutTable none of its files holds a table
├── SeveralDeliveries   the folder holds several deliveries; they are never merged
├── DeliveryIncomplete  a file that manifest.toml lists is missing, or not whole yet
├── ManifestUnreadable  manifest.toml is no TOML, or a value in it means nothing
├── ImpossibleDate      the delivery is dated before 1990, or more than a day in the future
└── AnotherPractice     manifest.toml names another practice

`manifest.toml` (optional) says `practice`, `taken_at`, `scope` and `hidden_sheets` (true: hidden sheets of workbooks are read
too). Scope: the option, else the manifest, else partial.
Taken at: the manifest, else the option, else now; a time without zone is the practice's local time.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal

from events.errors import CutoverError, ExitCode
from events.vocabulary.practice import Practice
from producers.sources.inventory import (
    DOCUMENTS,
    LINK,
    MANIFEST,
    OTHER_FILE_SYSTEM,
    SPECIAL_FILE,
    UNREADABLE,
    Found,
    Inventory,
    inventory,
    inventory_of_file,
    several_deliveries,
    shown_name,
)
from producers.sources.tables.headers import HEADER_TOO_SHORT, MISSING_HEADER
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import ARCHIVE, HIDDEN_SHEET, LeftOut, NotATable, Table

Scope = Literal["full", "partial"]

CHANGED_WHILE_READ = "changed_while_read"


class ExtractError(CutoverError):
    """An extract that cannot be opened. The message says what, where, and what to do."""

    exit_code = ExitCode.USAGE


class ExtractMissing(ExtractError):
    """The path is not there."""


class ExtractEmpty(ExtractError):
    """The folder holds no file."""


class ExtractWithoutTable(ExtractError):
    """None of the files holds a table."""


class SeveralDeliveries(ExtractError):
    """The folder holds several deliveries."""


class DeliveryIncomplete(ExtractError):
    """A file that manifest.toml lists is missing, or not whole yet."""


class ImpossibleDate(ExtractError):
    """The delivery is dated before 1990, or more than a day in the future."""


class ManifestUnreadable(ExtractError):
    """manifest.toml is no TOML, or a value in it means nothing."""


class AnotherPractice(ExtractError):
    """manifest.toml names another practice than the project's."""


_ROWS_UNREAD = frozenset(
    {
        UNREADABLE,
        LINK,
        SPECIAL_FILE,
        OTHER_FILE_SYSTEM,
        ARCHIVE,
        HIDDEN_SHEET,
        MISSING_HEADER,
        HEADER_TOO_SHORT,
        CHANGED_WHILE_READ,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileIssue:
    """A file that carries nothing, or a part of it: a sheet, or the rows from `row` on. The reason is that of `NotATable` or of
    `LeftOut`, or `not_in_index`.
    """

    file: str
    reason: str
    sheet: str | None = None
    row: int | None = None

    @property
    def holds_rows(self) -> bool:
        """True where rows may be in it that are not read."""
        return self.reason in _ROWS_UNREAD


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFile:
    """A file that a document index may mention. `path` is relative to the extract's folder, posix."""

    path: str
    sha256: str
    size: int


class Documents:
    """The extract's files that are no tables, to be found by what an index says about them."""

    def __init__(self, files: Collection[DocumentFile]) -> None:
        self._by_path = {_folded(f.path): f for f in files}
        self._by_name: dict[str, list[DocumentFile]] = {}
        for f in files:
            self._by_name.setdefault(_folded(PurePosixPath(f.path).name), []).append(f)

    def __len__(self) -> int:
        return len(self._by_path)

    def __iter__(self) -> Iterator[DocumentFile]:
        return iter(self._by_path.values())

    def find(self, path: str | None, file_name: str | None = None) -> DocumentFile | None:
        """The file at a path as an index writes it (relative to the extract or to `documents`, with either slash, in any
        case); without a path, the only file of that name. None when it is not there or not certain.
        """
        if path:
            wanted = _folded(path)
            return self._by_path.get(wanted) or self._by_path.get(f"{DOCUMENTS}/{wanted}")
        named = self._by_name.get(_folded(file_name)) if file_name else None
        return named[0] if named and len(named) == 1 else None

    def not_in_index(self, mentioned: Collection[str]) -> list[FileIssue]:
        """The files in `documents` that no index mentioned; `mentioned` are the `path` values of document records."""
        known = {_folded(path) for path in mentioned}
        return [FileIssue(file=f.path, reason="not_in_index") for key, f in sorted(self._by_path.items()) if key not in known]


@dataclass(frozen=True, kw_only=True)
class Extract:
    """An opened extract. `id` depends on the files' contents and, where it is stated, on when it was taken, not on where
    it lies. `taken_at` is aware; `taken_at_stated` is False where nobody said it and `now` stands in. `sha256` is per file.
    """

    id: str
    root: Path
    practice: str | None
    taken_at: datetime
    taken_at_stated: bool
    scope: Scope
    tables: tuple[Table, ...]
    file_issues: tuple[FileIssue, ...]
    documents: Documents
    sha256: Mapping[str, str]
    found: Inventory

    def has_changed(self) -> bool:
        """Return whether a file was changed, or taken away, since the extract was opened."""
        return self.found.has_changed()


def open_extract(
    path: Path,
    *,
    scope: Scope | None = None,
    taken_at: datetime | None = None,
    now: datetime,
    practice: Practice | None = None,
    marker: str = "",
) -> Extract:
    """Open a folder, or a single file, as an extract; `practice` is the project's, to be compared with the manifest's. The file
    `marker` says that a delivery is whole, and holds nothing.

    Raises ExtractError (one of the tree above) with one clear line.
    """
    if not path.exists():
        raise ExtractMissing(f"{path}: no such file or folder; give the folder of an extract, or one of its files")
    root = path if path.is_dir() else path.parent
    found = inventory(root) if path.is_dir() else inventory_of_file(path)
    files = [file for file in found.files if file.name not in (MANIFEST, marker) or not path.is_dir()]
    if not files:
        raise ExtractEmpty(f"{path}: the folder is empty; give the folder that holds the exported files")
    if inner := several_deliveries(root, found) if path.is_dir() else ():
        raise SeveralDeliveries(_several(path, inner, files))
    has_manifest = path.is_dir() and any(file.name == MANIFEST for file in found.files)
    stated = _manifest(root / MANIFEST, practice) if has_manifest else _Manifest()
    sha256 = {file.name: _digest(file.path) for file in files}
    _require_whole(path, stated.files, {file.name: file.size for file in files}, sha256)
    tables: list[Table] = []
    issues = [FileIssue(file=name, reason=reason) for name, reason in found.set_aside]
    documents: list[DocumentFile] = []
    for file in files:
        name = file.name
        if "/" in name and name.split("/")[0].casefold() == DOCUMENTS:
            documents.append(DocumentFile(path=name, sha256=sha256[name], size=file.size))
            continue
        try:
            left_out: list[LeftOut] = []
            tables += read_tables(file.path, root, left_out.append, name=name, hidden_sheets=stated.hidden_sheets)
            issues += [FileIssue(file=name, reason=part.reason, sheet=part.sheet, row=part.row) for part in left_out]
        except NotATable as finding:
            if "/" in name:
                documents.append(DocumentFile(path=name, sha256=sha256[name], size=file.size))
            else:
                issues.append(FileIssue(file=name, reason=finding.reason))
    if not tables:
        raise ExtractWithoutTable(f"{path}: none of its {len(files)} files holds a table with a header row{_unread(issues)}")
    known = stated.taken_at or taken_at
    if known is not None and known.tzinfo is None:
        known = known.replace(tzinfo=practice.zone if practice else UTC)
    if known is not None and not _EARLIEST <= known <= now + timedelta(days=1):
        raise ImpossibleDate(
            f"{path}: the delivery is dated {known.isoformat()}, which is before 1990 or in the future; "
            "write the day and time of the export as taken_at into manifest.toml, or give --taken-at"
        )
    content = "\n".join([*sorted(sha256.values()), known.astimezone(UTC).isoformat() if known else ""])
    return Extract(
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        root=root,
        practice=stated.practice,
        taken_at=known or now,
        taken_at_stated=known is not None,
        scope=scope or stated.scope or "partial",
        tables=tuple(tables),
        file_issues=tuple(issues),
        documents=Documents(documents),
        sha256=sha256,
        found=found,
    )


_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NAMED = 6


def _several(path: Path, inner: Sequence[str], files: Sequence[Found]) -> str:
    """Say which deliveries a folder holds, and which files lie beside them."""
    named = ", ".join(inner[:_NAMED]) + (f" and {len(inner) - _NAMED} more" if len(inner) > _NAMED else "")
    beside = [file.name for file in files if not any(file.name.startswith(f"{folder}/") for folder in inner)]
    stray = f"; beside them lie {', '.join(beside[:_NAMED])}{' …' if len(beside) > _NAMED else ''}" if beside else ""
    return f"{path}: holds {len(inner)} deliveries ({named}){stray}; give each folder by itself, they are read in order of time"


def _require_whole(
    path: Path, listed: Mapping[str, Mapping[str, object]], sizes: Mapping[str, int], sha256: Mapping[str, str]
) -> None:
    """Raise DeliveryIncomplete unless each file that the manifest lists is there with its size and hash."""
    lacking = [
        name
        for name, about in listed.items()
        if name not in sizes
        or about.get("size", sizes[name]) != sizes[name]
        or str(about.get("sha256", sha256[name])).lower() != sha256[name]
    ]
    if lacking:
        named = ", ".join(map(shown_name, lacking[:_NAMED])) + (" …" if len(lacking) > _NAMED else "")
        raise DeliveryIncomplete(
            f"{path}: {len(lacking)} files are missing or not as manifest.toml lists them ({named}); "
            "wait until the delivery is copied, or copy it again"
        )


def _unread(issues: Sequence[FileIssue]) -> str:
    """Name the first files whose rows are not read, and why."""
    named = [f"{i.file}{f' ({i.sheet})' if i.sheet else ''}: {i.reason}" for i in issues if i.holds_rows]
    return f" ({'; '.join(named[:5])}{' …' if len(named) > 5 else ''})" if named else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manifest:
    practice: str | None = None
    taken_at: datetime | None = None
    scope: Scope | None = None
    hidden_sheets: bool = False
    files: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def _manifest(path: Path, practice: Practice | None) -> _Manifest:
    if not path.is_file():
        return _Manifest()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ManifestUnreadable(f"{path}: not readable as TOML ({type(error).__name__}); mend it or remove it") from error
    named = data.get("practice")
    if named is not None and practice is not None and str(named) != practice.id:
        raise AnotherPractice(f"{path}: the extract is of practice {str(named)!r}, this project is of {practice.id!r}")
    scope = data.get("scope")
    if scope is not None and scope not in ("full", "partial"):
        raise ManifestUnreadable(f'{path}: scope must be "full" or "partial"')
    return _Manifest(
        practice=None if named is None else str(named),
        taken_at=_taken_at(data.get("taken_at"), path),
        scope=scope,
        hidden_sheets=data.get("hidden_sheets") is True,
        files=_listed(data.get("files", {}), path),
    )


def _listed(value: object, path: Path) -> Mapping[str, Mapping[str, object]]:
    if isinstance(value, dict) and all(isinstance(about, dict) for about in value.values()):
        return value
    raise ManifestUnreadable(f'{path}: files must be a table such as "Patients.csv" = {{ size = 1024, sha256 = "…" }}')


def _taken_at(value: object, path: Path) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ManifestUnreadable(f"{path}: taken_at must be a date and time such as 2026-11-16T21:10:00-05:00")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folded(path: str) -> str:
    """A path as it is compared: NFC, one kind of slash, relative, in one case."""
    parts = unicodedata.normalize("NFC", path.strip()).replace("\\", "/").split("/")
    return "/".join(p for p in parts if p not in ("", ".")).casefold()
