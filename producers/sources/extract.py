"""Opening an extract: a delivery of Practice by Numbers, from any source. The errors stand in `producers.sources.port`.

`manifest.toml` (optional) says `practice`, `location`, `taken_at`, `scope` and `hidden_sheets` (true: hidden sheets of
workbooks are read too). Scope: the option, else the manifest, else partial.
Taken at: the manifest, else the option, else now; a time without zone is the practice's local time.
"""

from __future__ import annotations

import hashlib
import tomllib
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Literal
from urllib.parse import unquote

from events.vocabulary.locations import folder_location, location_key
from events.vocabulary.practice import Practice
from producers.sources.addresses import RemoteAddress, SourcePlace
from producers.sources.factory import source_at
from producers.sources.inventory import DOCUMENTS, LINK, MANIFEST, OTHER_FILE_SYSTEM, SPECIAL_FILE, UNREADABLE, shown_name
from producers.sources.port import (
    FILE,
    AnotherPractice,
    Contents,
    DeliveryIncomplete,
    DeliveryPart,
    ExtractEmpty,
    ExtractWithoutTable,
    ImpossibleDate,
    LocationUndeclared,
    ManifestUnreadable,
    SeveralDeliveries,
    Source,
)
from producers.sources.remembered_rows import RememberedRows, RowBudget
from producers.sources.tables.delimited.dialects import BROKEN_QUOTES
from producers.sources.tables.headers.headers import HEADER_TOO_SHORT, MISSING_HEADER, SIDE_BY_SIDE
from producers.sources.tables.table import ARCHIVE, HIDDEN_SHEET, LeftOut, NotATable, Table

ExtractScope = Literal["full", "partial"]

CHANGED_WHILE_READ = "changed_while_read"
VOIDED = "voided"
"""The reason of a delivery that is not read because it was voided."""


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
        SIDE_BY_SIDE,
        BROKEN_QUOTES,
        CHANGED_WHILE_READ,
        VOIDED,
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
        """Return True where rows may be in it that are not read."""
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
        """Return the file at a path as an index writes it (relative to the extract or to `documents`, with either slash, in
        any case, also with `%20` for a blank). Of a path on another computer (`C:/…`), it is the file at its last parts,
        two at least. Without a path, the only file of that name. None when it is not there or not certain.
        """
        if path:
            return self._at(_folded(path)) or (self._at(_folded(unquote(path))) if "%" in path else None)
        named = self._by_name.get(_folded(file_name)) if file_name else None
        return named[0] if named and len(named) == 1 else None

    def _at(self, wanted: str) -> DocumentFile | None:
        parts = wanted.split("/")
        for start in range(max(1, len(parts) - 1)):
            rest = "/".join(parts[start:])
            found = self._by_path.get(rest) or self._by_path.get(f"{DOCUMENTS}/{rest}")
            if found is not None:
                return found
        return None

    def not_in_index(self, mentioned: Collection[str]) -> list[FileIssue]:
        """Return the files in `documents` that no index mentioned; `mentioned` are the `path` values of document records."""
        known = {_folded(path) for path in mentioned}
        return [FileIssue(file=f.path, reason="not_in_index") for key, f in sorted(self._by_path.items()) if key not in known]


@dataclass(frozen=True, kw_only=True)
class Extract:
    """An opened extract. `id` depends on the files' contents and, where it is stated, on when it was taken, not on where
    it lies. `taken_at` is aware; `taken_at_stated` is False where the delivery does not say it. `sha256` is per part.
    `kinds` names the kind of each part that is no file, by its digest. `location` is that of all rows that name none.
    """

    id: str
    source: Source
    practice: str | None
    taken_at: datetime
    taken_at_stated: bool
    scope: ExtractScope
    tables: tuple[Table, ...]
    file_issues: tuple[FileIssue, ...]
    documents: Documents
    sha256: Mapping[str, str]
    contents: Contents
    kinds: Mapping[str, str] = field(default_factory=dict)
    location: str | None = None

    def has_changed(self) -> bool:
        """Return whether a file was changed, or taken away, since the extract was opened."""
        return self.contents.has_changed()


def open_extract(
    place: SourcePlace | str | Source,
    *,
    scope: ExtractScope | None = None,
    taken_at: datetime | None = None,
    now: datetime,
    practice: Practice | None = None,
    marker: str = "",
    copies: Path | None = None,
) -> Extract:
    """Open the delivery at a path or an address as an extract; `practice` is the project's, to be compared with the manifest's.
    The part `marker` says that a delivery is whole, and holds nothing. Copies of remote files lie below `copies`.

    Raises ExtractError (`producers.sources.port`) with one clear line.
    """
    source = source_at(place, copies) if isinstance(place, Path | RemoteAddress | str) else place
    path = str(place) if isinstance(place, Path | RemoteAddress) else source.address
    contents = source.contents()
    parts = [part for part in contents.parts if part.name != marker]
    if not parts:
        raise ExtractEmpty(f"{path}: the folder is empty; give the folder that holds the exported files")
    if contents.deliveries:
        raise SeveralDeliveries(_several(path, contents.deliveries, parts))
    stated = _manifest(contents.manifest, f"{path}/{MANIFEST}", practice)
    issues = [FileIssue(file=name, reason=reason) for name, reason in contents.set_aside]
    sha256 = _digests(parts, issues)
    parts = [part for part in parts if part.name in sha256]
    _require_whole(path, stated.files, {part.name: part.size for part in parts}, sha256)
    tables: list[Table] = []
    budget = RowBudget()
    documents: list[DocumentFile] = []
    for part in parts:
        name = part.name
        if "/" in name and name.split("/")[0].casefold() == DOCUMENTS:
            documents.append(DocumentFile(path=name, sha256=sha256[name], size=part.size))
            continue
        try:
            left_out: list[LeftOut] = []
            found = part.tables(left_out.append, hidden_sheets=stated.hidden_sheets)
            tables += [replace(table, source=RememberedRows(table.source, budget)) for table in found]
            issues += [FileIssue(file=name, reason=one.reason, sheet=one.sheet, row=one.row) for one in left_out]
        except NotATable as finding:
            if "/" in name:
                documents.append(DocumentFile(path=name, sha256=sha256[name], size=part.size))
            else:
                issues.append(FileIssue(file=name, reason=finding.reason))
    if not tables:
        raise ExtractWithoutTable(f"{path}: none of its {len(parts)} files holds a table with a header row{_unread(issues)}")
    known = stated.taken_at or taken_at
    if known is not None and known.tzinfo is None:
        known = known.replace(tzinfo=practice.zone if practice else UTC)
    if known is not None and not _EARLIEST <= known <= now + timedelta(days=1):
        raise ImpossibleDate(
            f"{path}: the delivery is dated {known.isoformat()}, which is before 1990 or in the future; "
            "write the day and time of the export as taken_at into manifest.toml, or give --taken-at"
        )
    location = stated.location or _location_of_folder(source.address, practice)
    about = [known.astimezone(UTC).isoformat() if known else "", *([location] if location else [])]
    content = "\n".join([*sorted(sha256.values()), *about])
    return Extract(
        id=hashlib.sha256(content.encode()).hexdigest()[:16],
        source=source,
        practice=stated.practice,
        taken_at=known or now,
        taken_at_stated=known is not None,
        scope=scope or stated.scope or "partial",
        tables=tuple(tables),
        file_issues=tuple(issues),
        documents=Documents(documents),
        sha256=sha256,
        contents=contents,
        location=location,
        kinds={sha256[part.name]: part.kind for part in parts if part.kind != FILE},
    )


_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_NAMED = 6


def _several(path: str, inner: Sequence[str], files: Sequence[DeliveryPart]) -> str:
    """Name the deliveries that a folder holds, and the files beside them."""
    named = ", ".join(inner[:_NAMED]) + (f" and {len(inner) - _NAMED} more" if len(inner) > _NAMED else "")
    beside = [file.name for file in files if not any(file.name == one or file.name.startswith(f"{one}/") for one in inner)]
    stray = f"; beside them lie {', '.join(beside[:_NAMED])}{' …' if len(beside) > _NAMED else ''}" if beside else ""
    return (
        f"{path}: holds {len(inner)} deliveries ({named}){stray}; give each of them by itself, they are read in order of time"
    )


def _digests(parts: Sequence[DeliveryPart], issues: list[FileIssue]) -> dict[str, str]:
    """Return the digest of each part by its name; a part that cannot be read becomes an issue."""
    found: dict[str, str] = {}
    for part in parts:
        try:
            found[part.name] = part.digest()
        except OSError:
            issues.append(FileIssue(file=part.name, reason=UNREADABLE))
    return found


def _require_whole(
    path: str, listed: Mapping[str, Mapping[str, object]], sizes: Mapping[str, int], sha256: Mapping[str, str]
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
    location: str | None = None
    taken_at: datetime | None = None
    scope: ExtractScope | None = None
    hidden_sheets: bool = False
    files: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


def _manifest(content: bytes | None, path: str, practice: Practice | None) -> _Manifest:
    if content is None:
        return _Manifest()
    try:
        data = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ManifestUnreadable(f"{path}: not readable as TOML ({type(error).__name__}); mend it or remove it") from error
    named = data.get("practice")
    if named is not None and practice is not None and str(named) != practice.id:
        raise AnotherPractice(f"{path}: the extract is of practice {str(named)!r}, this project is of {practice.id!r}")
    scope = data.get("scope")
    if scope is not None and scope not in ("full", "partial"):
        raise ManifestUnreadable(f'{path}: scope must be "full" or "partial"')
    return _Manifest(
        practice=None if named is None else str(named),
        location=_location(data.get("location"), path, practice),
        taken_at=_taken_at(data.get("taken_at"), path),
        scope=scope,
        hidden_sheets=data.get("hidden_sheets") is True,
        files=_listed(data.get("files", {}), path),
    )


def _location_of_folder(path: str, practice: Practice | None) -> str | None:
    """Return the location that the settings give a delivery at this path or address."""
    if practice is None or not practice.locations.folders:
        return None
    names = [name for name in path.replace("\\", "/").split("/") if name]
    location = folder_location(practice.locations, names[-1], names[-2] if len(names) > 1 else "")
    if location is not None:
        _require_locations("[locations] folders in cutover.toml", practice)
    return location


def _location(value: object, path: str, practice: Practice | None) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or location_key(value, "") is None:
        raise ManifestUnreadable(f'{path}: location must be the name of a location, such as "North Office"')
    _require_locations(path, practice)
    return value


def _require_locations(named_by: str, practice: Practice | None) -> None:
    """Raise LocationUndeclared where a delivery has a location, and the project's records have none."""
    if practice is not None and not practice.locations:
        raise LocationUndeclared(
            f"{named_by}: names a location, but this project has one alone; write into cutover.toml [locations] "
            'field = "location" where ids are unique in the whole practice, ids = "location" where they are at one location '
            "only, or take the name away"
        )


def _listed(value: object, path: str) -> Mapping[str, Mapping[str, object]]:
    if isinstance(value, dict) and all(isinstance(about, dict) for about in value.values()):
        return value
    raise ManifestUnreadable(f'{path}: files must be a table such as "Patients.csv" = {{ size = 1024, sha256 = "…" }}')


def _taken_at(value: object, path: str) -> datetime | None:
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


def _folded(path: str) -> str:
    """Return a path as it is compared: NFC, one kind of slash, relative, in one case."""
    parts = unicodedata.normalize("NFC", path.strip()).replace("\\", "/").split("/")
    return "/".join(p for p in parts if p not in ("", ".")).casefold()
