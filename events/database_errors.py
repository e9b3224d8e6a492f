"""Kinds of an SQL database's failures: those that pass by themselves, and those that need a person.

SQLite names its error (`SQLITE_FULL`), PostgreSQL gives an SQLSTATE. A connection that PostgreSQL refuses comes without one:
its English words are looked at then, and words in another language count as a failure that passes.
"""

from __future__ import annotations

import re
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class DatabaseTrouble(StrEnum):
    """The kind of a database's failure."""

    AWAY = "away"
    """The server does not answer, restarts, is at its limits, or another process holds a lock: passes by itself."""
    FULL = "full"
    """No room on the disk: passes by itself once a person frees some."""
    FORBIDDEN = "forbidden"
    """This user may not: a password, a role, the permissions of a file."""
    MISNAMED = "misnamed"
    """There is no such database on the server."""
    DAMAGED = "damaged"
    """The database's files are not what the database wrote."""
    DEFECT = "defect"
    """A statement that the database does not understand: a defect of the program."""


_SQLITE = {
    "SQLITE_FULL": DatabaseTrouble.FULL,
    "SQLITE_IOERR": DatabaseTrouble.FULL,
    "SQLITE_READONLY": DatabaseTrouble.FORBIDDEN,
    "SQLITE_PERM": DatabaseTrouble.FORBIDDEN,
    "SQLITE_AUTH": DatabaseTrouble.FORBIDDEN,
    "SQLITE_CANTOPEN": DatabaseTrouble.FORBIDDEN,
    "SQLITE_CORRUPT": DatabaseTrouble.DAMAGED,
    "SQLITE_NOTADB": DatabaseTrouble.DAMAGED,
}
_STATES = {
    "53100": DatabaseTrouble.FULL,
    "28": DatabaseTrouble.FORBIDDEN,
    "42501": DatabaseTrouble.FORBIDDEN,
    "3D": DatabaseTrouble.MISNAMED,
    "XX001": DatabaseTrouble.DAMAGED,
    "XX002": DatabaseTrouble.DAMAGED,
    "08": DatabaseTrouble.AWAY,
    "25006": DatabaseTrouble.AWAY,  # read-only for as long as another server takes over
    "40": DatabaseTrouble.AWAY,
    "53": DatabaseTrouble.AWAY,
    "55": DatabaseTrouble.AWAY,
    "57": DatabaseTrouble.AWAY,
    "58": DatabaseTrouble.AWAY,
}
_REFUSED = re.compile(
    r'password|authentication failed|pg_hba\.conf|not permitted to log in|permission denied|role ".*" does not exist'
)
_MISSING = re.compile(r'database ".*" does not exist')


def trouble_of(error: DBAPIError) -> DatabaseTrouble:
    """Return the kind of a failure. One that cannot be told is AWAY where the driver calls it operational, else a DEFECT."""
    name, state = getattr(error.orig, "sqlite_errorname", None), getattr(error.orig, "sqlstate", None)
    if name:
        known = next((trouble for code, trouble in _SQLITE.items() if name.startswith(code)), None)
    elif state:
        known = _STATES.get(state) or _STATES.get(state[:2])
    else:
        known = _by_words(str(error.orig)) if isinstance(error, OperationalError) else None
    if known is not None:
        return known
    passes = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return DatabaseTrouble.AWAY if passes else DatabaseTrouble.DEFECT


def _by_words(said: str) -> DatabaseTrouble:
    if _MISSING.search(said):
        return DatabaseTrouble.MISNAMED
    return DatabaseTrouble.FORBIDDEN if _REFUSED.search(said) else DatabaseTrouble.AWAY
