"""Keeping a workspace in a file: a SQLite database with the data model, every record as JSON, and the bytes of files.

Everything is in memory while the server runs; after each request what changed is written, in one transaction.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import orjson

from rehearsal.layout.layout import WorkspaceLayout
from rehearsal.layout.standard import standard_layout
from rehearsal.model.model import DataModel, ObjectType
from rehearsal.store.store import Store
from rehearsal.workspace.bucket import RequestBucket
from rehearsal.workspace.files import Files, StoredFile
from rehearsal.workspace.workspace import RehearsalWorkspace, WorkspaceIdentity

_TABLES = """
CREATE TABLE IF NOT EXISTS workspace (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (key INTEGER PRIMARY KEY, object_id TEXT NOT NULL, id TEXT NOT NULL, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, value BLOB NOT NULL, content BLOB) WITHOUT ROWID;
"""


# 0.1.0 kept records under their ids, whose order is random: each new one touched a page of its own.
_BY_ID = """
ALTER TABLE records RENAME TO records_by_id;
CREATE TABLE records (key INTEGER PRIMARY KEY, object_id TEXT NOT NULL, id TEXT NOT NULL, value BLOB NOT NULL);
INSERT INTO records (object_id, id, value) SELECT object_id, id, value FROM records_by_id;
DROP TABLE records_by_id;
"""
_CHECKPOINT_PAGES = 10_000


@lru_cache(maxsize=8)
def _objects_of(kept: bytes) -> tuple[ObjectType, ...]:
    """Return the objects of a kept data model. They never change: workspaces made from one file share them."""
    return tuple(DataModel.from_json(orjson.loads(kept)))


class WorkspaceFile:
    """The file of one workspace. Records are appended and found by a number, which is remembered while the server runs."""

    def __init__(self, path: Path) -> None:
        """Open or create the file. Raises sqlite3.Error: it is no such file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        columns = {column for _, column, *_ in self._database.execute("PRAGMA table_info(records)")}
        if columns and "key" not in columns:
            self._database.executescript(f"BEGIN; {_BY_ID} COMMIT;")
        self._database.executescript(_TABLES)
        self._keys: dict[tuple[str, str], int] = {}
        self._last_key = 0

    def load(self, bucket: RequestBucket) -> RehearsalWorkspace | None:
        """Return the workspace as it was; None when the file is new."""
        kept = dict(self._database.execute("SELECT name, value FROM workspace"))
        if "model" not in kept:
            return None
        identity = WorkspaceIdentity(**orjson.loads(kept["identity"]))
        model = DataModel(_objects_of(kept["model"]))
        store = Store()
        values: dict[str, list[bytes]] = {}
        for key, object_id, row_id, value in self._database.execute(
            "SELECT key, object_id, id, value FROM records ORDER BY key"
        ):
            values.setdefault(object_id, []).append(value)
            self._keys[object_id, row_id] = self._last_key = key
        for item in model:
            store.rebuild(item, [orjson.loads(value) for value in values.get(item.id, ())])
        files = (
            StoredFile(**orjson.loads(value), content=content)
            for value, content in self._database.execute("SELECT value, content FROM files")
        )
        # A file of before 0.2 has no layout.
        layout = WorkspaceLayout.from_json(orjson.loads(kept["layout"])) if "layout" in kept else standard_layout(model)
        return RehearsalWorkspace(
            identity=identity, model=model, store=store, files=Files(identity.secret, files), layout=layout, bucket=bucket
        )

    def save(self, workspace: RehearsalWorkspace) -> None:
        """Write what changed since the last time."""
        records, files = workspace.store.changes(), workspace.files.changes()
        if not (records or files or workspace.reshaped or workspace.layout.is_changed):
            return
        self._database.execute("BEGIN")
        if workspace.reshaped:
            self._save_model(workspace)
        if workspace.layout.is_changed:
            layout = orjson.dumps(workspace.layout.to_json())
            self._database.execute("INSERT OR REPLACE INTO workspace VALUES ('layout', ?)", (layout,))
        gone = [(self._keys.pop((item.id, row_id), 0),) for item, row_id, row in records if row is None]
        kept = [(self._key(item.id, row_id), item.id, row_id, orjson.dumps(row)) for item, row_id, row in records if row]
        self._database.executemany("DELETE FROM records WHERE key = ?", gone)
        self._database.executemany("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", kept)
        for file_id, file in files:
            self._save_file(file_id, file)
        self._database.execute("COMMIT")
        workspace.reshaped.clear()
        workspace.layout.is_changed = False

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _save_model(self, workspace: RehearsalWorkspace) -> None:
        # A change of an object's fields can change every one of its records, so those are written anew.
        values = (("identity", asdict(workspace.identity)), ("model", workspace.model.to_json()))
        self._database.executemany(
            "INSERT OR REPLACE INTO workspace VALUES (?, ?)", [(name, orjson.dumps(v)) for name, v in values]
        )
        self._database.executemany(
            "DELETE FROM records WHERE object_id = ?", [(object_id,) for object_id in workspace.reshaped]
        )
        self._keys = {known: key for known, key in self._keys.items() if known[0] not in workspace.reshaped}
        tables = [table for table in workspace.store.tables() if table.item.id in workspace.reshaped]
        rows = ((self._key(t.item.id, row["id"]), t.item.id, row["id"], orjson.dumps(row)) for t in tables for row in t)
        self._database.executemany("INSERT INTO records VALUES (?, ?, ?, ?)", rows)

    def _key(self, object_id: str, row_id: str) -> int:
        """Return the number of a record in the file; a new one for a new record."""
        key = self._keys.get((object_id, row_id))
        if key is None:
            self._last_key = key = self._keys[object_id, row_id] = self._last_key + 1
        return key

    def _save_file(self, file_id: str, file: StoredFile | None) -> None:
        if file is None:
            self._database.execute("DELETE FROM files WHERE id = ?", (file_id,))
            return
        value = {key: entry for key, entry in asdict(file).items() if key != "content"}
        self._database.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", (file_id, orjson.dumps(value), file.content))
