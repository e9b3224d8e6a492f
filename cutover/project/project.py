"""A project: a folder with `cutover.toml`, its settings, and what it opens: log, key store, state."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url

from consumers.state.view import View, any_folded
from cutover.project.errors import SettingsError
from cutover.project.load_settings import load_settings
from cutover.project.logs import LogPlace, open_log
from cutover.project.master_key import load_master_key
from cutover.project.setting_values import DATA_FOLDER
from cutover.project.settings import FILE_NAME, Settings
from events.clock import World
from events.log.port import TOPICS, Log, LogDamaged, LogMissing
from events.sealing.keys import KeyStore
from events.vocabulary.practice import Practice
from producers.changes.rows.renumbering import AliasError, Aliases, read_aliases
from producers.state.state import ProducerState


class Project:
    """One project. Resources are opened when they are first asked for, once, and closed together by `close`.

    `warnings` are findings about the project itself, such as a master key that others may read.
    """

    def __init__(self, folder: Path, settings: Settings, world: World | None = None) -> None:
        """Take an absolute `folder`, and `settings` with absolute paths."""
        self.folder = folder
        self.settings = settings
        self.world = world or World()
        self.warnings: list[str] = []
        self.log_patience: float | None = None
        """Seconds that a broker may be away before an error says so; None for the log's own patience."""
        self._open = ExitStack()
        self._log: Log | None = None
        self._keys: KeyStore | None = None
        self._producer_state: ProducerState | None = None
        self._views: dict[str, View] = {}

    @property
    def data_folder(self) -> Path:
        """Return the folder for files that the project makes itself."""
        return self.folder / DATA_FOLDER

    @property
    def copies_folder(self) -> Path:
        """Return the folder in which private copies of remote deliveries lie while they are read."""
        return self.data_folder / "copies"

    @cached_property
    def practice(self) -> Practice:
        """Return the practice whose records travel."""
        return self.settings.to_practice()

    @cached_property
    def aliases(self) -> Aliases:
        """Return the renumbered ids, from the file that `practice.aliases` names. Raises SettingsError."""
        file = self.settings.practice.aliases
        if file is None:
            return Aliases()
        try:
            return read_aliases(file)
        except AliasError as error:
            raise SettingsError(f"practice.aliases: {error}") from None

    def log(self, *, make: bool = False) -> Log:
        """Return the log. Only a command that begins a project may `make` it, and only where nothing of it was ever read.

        Raises SettingsError, LogUnreachable, LogMissing, LogDamaged.
        """
        if self._log is None:
            try:
                self._log = self._opened_log()
            except LogMissing as missing:
                self._refuse_lost_log(missing)
                if not make:
                    raise
                self._log = self._opened_log(make=True)
            self._open.callback(self._log.close)
        return self._log

    def _opened_log(self, *, make: bool = False) -> Log:
        return open_log(self.settings.log, LogPlace(data_folder=self.data_folder, patience=self.log_patience, make=make))

    def keys(self) -> KeyStore:
        """Return the key store, opened with the master key. Raises SettingsError, KeyStoreError or DatabaseUnreachable."""
        if self._keys is None:
            master = load_master_key(self.settings.keys, self.folder)
            if master.warning:
                self.warnings.append(master.warning)
            self._refuse_lost_keys()
            self._keys = KeyStore(_with_driver("keys.url", self.settings.keys.url), master.material, self.world.entropy)
            self._open.callback(self._keys.close)
        return self._keys

    def producer_state(self) -> ProducerState:
        """Return what the producers know. Raises DatabaseUnreachable."""
        if self._producer_state is None:
            self._producer_state = ProducerState(_with_driver("state.url", self.settings.state.url))
            self._open.callback(self._producer_state.close)
        return self._producer_state

    def view(self, workspace_id: str) -> View:
        """Return what the consumers know about a workspace. Raises DatabaseUnreachable."""
        if workspace_id not in self._views:
            self._views[workspace_id] = View(_with_driver("state.url", self.settings.state.url), workspace_id)
            self._open.callback(self._views[workspace_id].close)
        return self._views[workspace_id]

    def close(self) -> None:
        """Close what is open, the newest first; it can be opened again."""
        self._log = self._keys = self._producer_state = None
        self._views.clear()
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _refuse_lost_log(self, missing: LogMissing) -> None:
        """Raise LogDamaged where the state has read events of the log that is missing: a new one would begin with lag 0."""
        url = self.settings.state.url
        if not is_there(url):
            return
        if any(self.producer_state().progress(topic) for topic in TOPICS) or any_folded(_with_driver("state.url", url)):
            raise LogDamaged(
                f"the log is lost: {missing.place}, and the state has read events of it; restore the log from its backup, or, "
                "if there is none, delete the state too and begin again with `cutover map propose PATH`"
            )

    def _refuse_lost_keys(self) -> None:
        """Refuse new keys beside an old log would seal under other ids what the log already holds, and nobody could read
        the rest.
        """
        url = make_url(self.settings.keys.url)
        if url.drivername != "sqlite" or not url.database or Path(url.database).exists():
            return
        try:
            log = self.log()
        except LogMissing:
            return
        if any(end for topic in TOPICS for end in log.ends(topic).values()):
            raise SettingsError(
                f"keys.url: the key store {url.database} is missing while the log holds events; restore it from its backup"
            )


def find_project(folder: Path, world: World | None = None) -> Project:
    """Return the project in this folder. Raises SettingsError."""
    folder = folder.absolute()
    if not (folder / FILE_NAME).exists():
        raise SettingsError(
            f"there is no {FILE_NAME} in {folder}; make a project with `cutover init {folder}`, or name another with --project"
        )
    return Project(folder, load_settings(folder), world)


def is_there(url: str) -> bool:
    """Return False for a SQLite file that is missing: opening it would make it."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or bool(parsed.database and Path(parsed.database).exists())


def _with_driver(setting: str, url: str) -> str:
    if url.startswith("postgresql") and find_spec("psycopg") is None:
        raise SettingsError(f"{setting}: the driver for PostgreSQL is not installed; run: pip install 'psycopg[binary]'")
    return url
