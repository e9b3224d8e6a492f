"""Making a project: `cutover.toml`, the master key, `.env.example`, and a `.gitignore` that keeps data out of version control.

`cutover.toml` is written last and in one step: a folder that has one is a whole project. A master key that is already there
is kept, never replaced.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cutover.project import setting_sections, setting_values, settings
from cutover.project.errors import UsageError
from cutover.project.master_key import KEY_BYTES
from cutover.project.setting_pages import template
from events.clock import World

IGNORED = (
    f"{setting_values.DATA_FOLDER}/",
    ".env",
    "extracts/",
    "documents/",
    "*.csv",
    "*.tsv",
    "*.xls*",
    "*.ods",
    "*.zip",
    "*.html",
    "*.jsonl",
    "workspace.db*",
)
"""Lines of `.gitignore`: logs, keys, extracts, workspace files and reports hold, or may hold, records of patients."""
ENVIRONMENT_FILE = ".env.example"
_ENVIRONMENT = """\
# Copy this to .env, fill it in, and read it before `cutover`: set -a; . ./.env; set +a
# .env holds secrets: .gitignore keeps it out of version control.

# The API key of the Twenty workspace (Settings, APIs & Webhooks)
CUTOVER_TWENTY__API_KEY=

# The workspace's address, where it is not the one in cutover.toml
# CUTOVER_TWENTY__URL=https://crm.example.com

# The master key, where it is not in its file: the 64 hex digits that `cutover init` wrote
# CUTOVER_KEYS__MASTER_KEY=
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """A project just made. `master_key_kept`: there was a master key already, and it stays in use."""

    folder: Path
    settings_file: Path
    master_key_file: Path
    practice_id: str
    name: str
    master_key_kept: bool


def init_project(
    folder: Path,
    *,
    practice_id: str | None = None,
    name: str | None = None,
    timezone: str = "America/New_York",
    currency: str = "USD",
    date_order: str = "mdy",
    world: World | None = None,
) -> Initialised:
    """Make a project in this folder (made where it is missing). Raises UsageError, and leaves nothing half-written then."""
    world, folder = world or World(), folder.absolute()
    settings_file, master_key_file = folder / settings.FILE_NAME, folder / setting_sections.MASTER_KEY_FILE
    if settings_file.exists():
        raise UsageError(f"{settings_file} is there already; this project is made: change that file, or name another folder")
    practice_id = _checked("--practice", practice_id or _id_from(folder.name), setting_values.valid_id)
    name = _checked("--name", practice_id.replace("-", " ").title() if name is None else name, setting_values.valid_name)
    values = {
        "id": practice_id,
        "name": name,
        "timezone": _checked("--timezone", timezone, setting_values.valid_timezone),
        "currency": _checked("--currency", currency, setting_values.valid_currency),
        "date_order": _checked("--date-order", date_order, setting_values.valid_date_order),
        "namespace": str(UUID(bytes=world.new_id())),
    }
    text = template({f"practice.{key}": value for key, value in values.items()})
    try:
        with ExitStack() as undo:
            _make_folder(folder, undo)
            _make_folder(master_key_file.parent, undo, mode=0o700)
            kept = master_key_file.exists()
            if not kept:
                _write(master_key_file, world.entropy(KEY_BYTES).hex() + "\n", undo, mode=0o600)
            _ignore_data(folder / ".gitignore", undo)
            if not (folder / ENVIRONMENT_FILE).exists():
                _write(folder / ENVIRONMENT_FILE, _ENVIRONMENT, undo)
            _write(settings_file, text, undo)
            undo.pop_all()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); name a folder that this user may write") from None
    return Initialised(
        folder=folder,
        settings_file=settings_file,
        master_key_file=master_key_file,
        practice_id=practice_id,
        name=name,
        master_key_kept=kept,
    )


def _id_from(folder_name: str) -> str:
    plain = unicodedata.normalize("NFKD", folder_name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:63].strip("-") or "practice"


def _checked(option: str, value: str, check: Callable[[str], str]) -> str:
    try:
        return check(value)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None


def _make_folder(folder: Path, undo: ExitStack, mode: int = 0o777) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=mode, parents=True)
        undo.callback(folder.rmdir)


def _ignore_data(file: Path, undo: ExitStack) -> None:
    before = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else None
    lines = (before or "").splitlines()
    if missing := [entry for entry in IGNORED if entry not in lines]:
        _write(file, "\n".join((*lines, *missing, "")), undo, before=before)


def _write(file: Path, text: str, undo: ExitStack, *, mode: int = 0o666, before: str | None = None) -> None:
    """Write a whole file in one step: beside it first, durably, then under its name."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
    if before is None:
        undo.callback(file.unlink)
    else:
        undo.callback(file.write_text, before, encoding="utf-8", errors="surrogateescape")
