"""Opening an extract: a folder (or a single file) as it came from Practice by Numbers.

ExtractError
├── ExtractMissing      the path is not there
├── ExtractEmpty        the folder holds no file
├── ExtractWithoutTable none of its files holds a table
├── ManifestUnreadable  manifest.toml is no TOML, or a value in it means nothing
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
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from events.errors import CutoverError, ExitCode
from events.vocabulary.practice import Practice
from producers.sources.tables.headers import HEADER_TOO_SHORT, MISSING_HEADER
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import HIDDEN_SHEET, LeftOut, NotATable, Table

Scope = Literal["full", "partial"]

MANIFEST = "manifest.toml"
DOCUMENTS = "documents"


class ExtractError(CutoverError):
    """An extract that cannot be opened. The message says what, where, and what to do."""

    exit_code = ExitCode.USAGE


class ExtractMissing(ExtractError):
    """The path is not there."""


class ExtractEmpty(ExtractError):
    """The folder holds no file."""


class ExtractWithoutTable(ExtractError):
    """None of the files holds a table."""


class ManifestUnreadable(ExtractError):
    """manifest.toml is no TOML, or a value in it means nothing."""


class AnotherPractice(ExtractError):
    """manifest.toml names another practice than the project's."""


_ROWS_UNREAD = frozenset({"unreadable", HIDDEN_SHEET, MISSING_HEADER, HEADER_TOO_SHORT})


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


def open_extract(
    path: Path,
    *,
    scope: Scope | None = None,
    taken_at: datetime | None = None,
    now: datetime,
    practice: Practice | None = None,
) -> Extract:
    """Open a folder, or a single file, as an extract; `practice` is the project's, to be compared with the manifest's.

    Raises ExtractError (one of the tree above) with one clear line.
    """
    if not path.exists():
        raise ExtractMissing(f"{path}: no such file or folder; give the folder of an extract, or one of its files")
    root = path if path.is_dir() else path.parent
    files = list(_files(root)) if path.is_dir() else [path]
    if not files:
        raise ExtractEmpty(f"{path}: the folder is empty; give the folder that holds the exported files")
    stated = _manifest(root / MANIFEST, practice) if path.is_dir() else _Manifest()
    sha256 = {_relative(file, root): _digest(file) for file in files}
    tables: list[Table] = []
    issues: list[FileIssue] = []
    documents: list[DocumentFile] = []
    for file in files:
        name = _relative(file, root)
        if "/" in name and name.split("/")[0].casefold() == DOCUMENTS:
            documents.append(DocumentFile(path=name, sha256=sha256[name], size=file.stat().st_size))
            continue
        try:
            left_out: list[LeftOut] = []
            tables += read_tables(file, root, left_out.append, hidden_sheets=stated.hidden_sheets)
            issues += [FileIssue(file=name, reason=part.reason, sheet=part.sheet, row=part.row) for part in left_out]
        except NotATable as finding:
            if "/" in name:
                documents.append(DocumentFile(path=name, sha256=sha256[name], size=file.stat().st_size))
            else:
                issues.append(FileIssue(file=name, reason=finding.reason))
    if not tables:
        raise ExtractWithoutTable(f"{path}: none of its {len(files)} files holds a table with a header row{_unread(issues)}")
    known = stated.taken_at or taken_at
    if known is not None and known.tzinfo is None:
        known = known.replace(tzinfo=practice.zone if practice else UTC)
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
    )


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


def _files(root: Path) -> Iterator[Path]:
    """The extract's files in a fixed order, without the manifest and what systems leave lying about."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and parts != (MANIFEST,) and not any(p.startswith((".", "~$", "__MACOSX")) for p in parts):
            yield path


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _folded(path: str) -> str:
    """A path as it is compared: NFC, one kind of slash, relative, in one case."""
    parts = unicodedata.normalize("NFC", path.strip()).replace("\\", "/").split("/")
    return "/".join(p for p in parts if p not in ("", ".")).casefold()
