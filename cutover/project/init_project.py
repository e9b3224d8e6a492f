"""Making a project: `cutover.toml`, the master key, and a `.gitignore` that keeps both logs and keys out of version control.

`cutover.toml` is written last and in one step: a folder that has one is a whole project. A master key that is already there
is kept, never replaced.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from string import Template
from uuid import UUID

from cutover.project import setting_values, settings
from cutover.project.errors import UsageError
from cutover.project.master_key import KEY_BYTES
from events.clock import World

_TOML = Template("""\
# Cutover's settings for one practice. Every setting can be overridden by an environment variable, CUTOVER_SECTION__KEY
# (CUTOVER_TWENTY__URL, for example). Relative paths start at this folder.

[practice]
id = $id  # stands in every pbnId: do not change it after the first sync
name = $name
timezone = $timezone  # times without a zone in the extracts are local to it
currency = $currency
date_order = $date_order  # how dates are written in the extracts: mdy, dmy or ymd
namespace = $namespace  # the ids in Twenty are made under it: never change it
# aliases = "aliases.csv"  # a file of renumbered ids

[log]
url = $log  # or kafka://HOST:9092,HOST2:9092?prefix=NAME, with CUTOVER_LOG__USER and CUTOVER_LOG__PASSWORD where it asks
# registry = "http://HOST:8081"  # Kafka only: a schema registry that speaks Confluent's API
# token_url = "https://HOST/token"  # Kafka only, for OAUTHBEARER: where access tokens come from
# token_scope = ""  # the scope that is asked for there
# token_file = "token"  # or a file that holds an access token, written anew by the platform
# ca_file = "ca.pem"  # certificates that vouch for the registry and the token endpoint
largest_event = 33_554_432  # the largest row that is carried, in bytes; a larger one is a dead letter

[state]
url = $state  # a cache of the log; or postgresql+psycopg://USER@HOST/DATABASE

[keys]
# Without the key store and the master key nobody can read the log: back both up, apart from the log.
url = $keys
master_key_file = $master_key_file
# master_key_command = "…"  # a command that prints the master key (64 hex digits), for a key management service;
#                             or set CUTOVER_KEYS__MASTER_KEY

[twenty]
url = "http://localhost:3000"  # the workspace's address
# The API key never stands in this file: set CUTOVER_TWENTY__API_KEY, or name a file that holds it:
# api_key_file = ".cutover/twenty.key"
rate_limit = 100  # requests a minute that the workspace allows; 0: no limit
batch_size = 200  # records a request, 1 to 200
in_flight = 16  # requests under way at once, at most; 1: one after the other
new_options = "add"  # a word that a SELECT has no option for yet: add, or dead-letter
upload_limit = 10_000_000  # the largest document that is uploaded, in bytes; 0: no limit of ours
timeout = 60  # seconds to wait for an answer
fallback_member = ""  # the e-mail of the member who gets what belongs to nobody
conflicts = "twenty-wins"  # a person changed in Twenty what PbN changes too: twenty-wins, source-wins or report-only
private = []  # objects that `schema apply` makes PRIVATE, where Twenty offers that; each must be granted, too
granted = []  # PRIVATE objects of which the API key's role sees every record, by a sharing rule without criteria
# audited = true  # keep changes of the fields that `schema apply` makes in Twenty's audit log; without it as Twenty does

[deletions]
limit = 0.05  # when a larger share of an entity disappears from a full extract, its deletions are withheld
""")


@dataclass(frozen=True, slots=True)
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
    settings_file, master_key_file = folder / settings.FILE_NAME, folder / settings.MASTER_KEY_FILE
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
        "log": setting_values.LOG_URL,
        "state": setting_values.STATE_URL,
        "keys": setting_values.KEYS_URL,
        "master_key_file": settings.MASTER_KEY_FILE,
    }
    text = _TOML.substitute({key: json.dumps(value, ensure_ascii=False) for key, value in values.items()})
    try:
        with ExitStack() as undo:
            _make_folder(folder, undo)
            _make_folder(master_key_file.parent, undo, mode=0o700)
            kept = master_key_file.exists()
            if not kept:
                _write(master_key_file, world.entropy(KEY_BYTES).hex() + "\n", undo, mode=0o600)
            _ignore_data(folder / ".gitignore", undo)
            _write(settings_file, text, undo)
            undo.pop_all()
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); name a folder that this user may write") from None
    return Initialised(folder, settings_file, master_key_file, practice_id, name, kept)


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
    entry = f"{setting_values.DATA_FOLDER}/"
    before = file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else None
    lines = (before or "").splitlines()
    if entry not in lines:
        _write(file, "\n".join((*lines, entry, "")), undo, before=before)


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
