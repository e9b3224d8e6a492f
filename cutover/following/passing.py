"""Errors that pass by themselves, and those that need a person: one answer for both followers.

A follower (`sync --follow`, `consume --follow`) waits for the first kind, as long as it lasts. The second kind ends it, with an
exit code along sysexits(3), so that a supervisor can tell whether to start it again:

     2  another `sync --follow` is at work in this project, or the command cannot be run like this
     4  an approval is missing
    65  the log, the state or the key store is damaged, or holds what this release cannot read
    70  a defect of the program
    77  the broker, the database or Twenty does not let this user in, or refuses what was asked of it
    78  the settings: a file, a URL, the master key, a log whose settings would lose events, a second machine that produces

An error of which neither can be told is waited for: a person can end the follower, and nothing is lost by waiting.
"""

from __future__ import annotations

import errno
from enum import IntEnum

from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from consumers.data_model.errors import SchemaError
from consumers.state.partition_ownership import OwnershipLost
from consumers.twenty.rights.visibility import NotEverything
from consumers.twenty.transport.errors import Refusal, Refused, TwentyError, Unauthorised, Unreachable
from cutover.project.errors import ApprovalMissing, FolderForbidden, SettingsError, UnreachableError, UsageError
from cutover.project.locks import Busy
from cutover.runs.claims.consuming import OthersAtWork
from cutover.runs.claims.producing import ClaimLost
from events.codec.avro import CodecError
from events.database import DatabaseDamaged, DatabaseForbidden, DatabaseMisnamed, DatabaseUnreachable
from events.database_errors import DatabaseTrouble, trouble_of
from events.log.port import LogDamaged, LogError, LogFenced, LogForbidden, LogMissing, LogRefused, LogRoleTaken, LogUnknown
from events.sealing.keys import KeyStoreError
from producers.binding.errors import CannotBind
from producers.sources.port import ExtractError

TWENTY, LOG, DATABASE, DISK, COMMAND, SOURCE = "twenty", "log", "database", "disk", "command", "source"
"""Errors that a follower waits out."""


class Ending(IntEnum):
    """The exit codes with which a follower ends, besides 0 when it was stopped."""

    USAGE = 2
    APPROVAL = 4
    DATA = 65
    DEFECT = 70
    PERMISSION = 77
    SETTINGS = 78


_ENDINGS: tuple[tuple[tuple[type[BaseException], ...], Ending], ...] = (
    ((ApprovalMissing, SchemaError, CannotBind, LogMissing), Ending.APPROVAL),
    ((Unauthorised, NotEverything, LogForbidden, DatabaseForbidden, FolderForbidden), Ending.PERMISSION),
    ((SettingsError, KeyStoreError, LogRefused, LogRoleTaken, DatabaseMisnamed), Ending.SETTINGS),
    ((LogDamaged, DatabaseDamaged, CodecError, ExtractError), Ending.DATA),
    ((UsageError,), Ending.USAGE),
)
_OF_DATABASES = {
    DatabaseTrouble.FORBIDDEN: Ending.PERMISSION,
    DatabaseTrouble.MISNAMED: Ending.SETTINGS,
    DatabaseTrouble.DAMAGED: Ending.DATA,
    DatabaseTrouble.DEFECT: Ending.DEFECT,
}
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


def waiting_for(error: BaseException) -> str | None:
    """Return what a follower waits for while this error lasts; None where the error needs a person."""
    if isinstance(error, LogRoleTaken):  # waiting and trying again would take the role back, and so on for ever
        return None
    if isinstance(error, Busy | OthersAtWork | OwnershipLost | LogFenced):
        return COMMAND
    if isinstance(error, OSError) and error.errno in _FULL:
        return DISK
    if isinstance(error, ExtractError) and error.retriable:
        return SOURCE
    if isinstance(error, DBAPIError):
        return {DatabaseTrouble.AWAY: DATABASE, DatabaseTrouble.FULL: DISK}.get(trouble_of(error))
    if isinstance(error, PendingRollbackError | NoConnectionFree | ClaimLost):
        return DATABASE
    if any(isinstance(error, kinds) for kinds, _ in _ENDINGS) or _is_of_settings(error) or _is_of_rights(error):
        return None
    if isinstance(error, UnreachableError):  # a file of the project
        return DISK
    if isinstance(error, TwentyError):
        return TWENTY
    if isinstance(error, DatabaseUnreachable):
        return DATABASE
    if isinstance(error, LogError) and (error.retriable or isinstance(error, LogUnknown)):
        return DISK if "disk is full" in str(error) else LOG
    return None


def ending_of(error: BaseException) -> Ending:
    """Return the exit code of a follower that this error ends."""
    if isinstance(error, DBAPIError):
        return _OF_DATABASES.get(trouble_of(error), Ending.DEFECT)
    if _is_of_settings(error):
        return Ending.SETTINGS
    if _is_of_rights(error):
        return Ending.PERMISSION
    return next((ending for kinds, ending in _ENDINGS if isinstance(error, kinds)), Ending.DEFECT)


def _is_of_settings(error: BaseException) -> bool:
    """Return whether no request can ever reach the address of Twenty in the settings."""
    return isinstance(error, Unreachable) and not error.retriable


def _is_of_rights(error: BaseException) -> bool:
    return isinstance(error, Refused) and error.kind is Refusal.PERMISSION
