"""Kinds of an SQL database's failures: those that pass by themselves, and those that need a person.

SQLite names its error (`SQLITE_FULL`), PostgreSQL gives an SQLSTATE. A connection that PostgreSQL refuses comes without one:
its English words are looked at then, and words in another language count as a failure that passes.
"""

from __future__ import annotations

import re
from enum import StrEnum

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError


class Trouble(StrEnum):
    """The kind of a database's failure."""

    AWAY = "away"
    """The server does not answer, restarts, is at its limits, or another process holds a lock: passes by itself."""
    FULL = "full"
    """There is no room: passes when somebody frees some, without a word to the program."""
    FORBIDDEN = "forbidden"
    """This user may not: a password, a role, the permissions of a file."""
    MISNAMED = "misnamed"
    """There is no such database on the server."""
    DAMAGED = "damaged"
    """The database's files are not what the database wrote."""
    DEFECT = "defect"
    """A statement that the database does not understand: a defect of the program."""


_SQLITE = {
    "SQLITE_FULL": Trouble.FULL,
    "SQLITE_IOERR": Trouble.FULL,
    "SQLITE_READONLY": Trouble.FORBIDDEN,
    "SQLITE_PERM": Trouble.FORBIDDEN,
    "SQLITE_AUTH": Trouble.FORBIDDEN,
    "SQLITE_CANTOPEN": Trouble.FORBIDDEN,
    "SQLITE_CORRUPT": Trouble.DAMAGED,
    "SQLITE_NOTADB": Trouble.DAMAGED,
}
_STATES = {
    "53100": Trouble.FULL,
    "28": Trouble.FORBIDDEN,
    "42501": Trouble.FORBIDDEN,
    "3D": Trouble.MISNAMED,
    "XX001": Trouble.DAMAGED,
    "XX002": Trouble.DAMAGED,
    "08": Trouble.AWAY,
    "25006": Trouble.AWAY,  # read-only for as long as another server takes over
    "40": Trouble.AWAY,
    "53": Trouble.AWAY,
    "55": Trouble.AWAY,
    "57": Trouble.AWAY,
    "58": Trouble.AWAY,
}
_REFUSED = re.compile(
    r'password|authentication failed|pg_hba\.conf|not permitted to log in|permission denied|role ".*" does not exist'
)
_MISSING = re.compile(r'database ".*" does not exist')


def trouble_of(error: DBAPIError) -> Trouble:
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
    return Trouble.AWAY if passes else Trouble.DEFECT


def _by_words(said: str) -> Trouble:
    if _MISSING.search(said):
        return Trouble.MISNAMED
    return Trouble.FORBIDDEN if _REFUSED.search(said) else Trouble.AWAY
