"""Errors that pass by themselves, by what a follower waits for, and those that end it, by exit code; and one outage's story."""

import errno
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError, PendingRollbackError, ProgrammingError

from consumers.data_model.errors import SchemaError
from consumers.state.partition_ownership import OwnershipLost
from consumers.twenty.rights.visibility import NotEverything
from consumers.twenty.transport.errors import (
    OutcomeUnknown,
    RateLimited,
    Refusal,
    Refused,
    ServerFault,
    Unauthorised,
    UnexpectedAnswer,
    Unreachable,
)
from cutover.following.outages import LONGEST_PAUSE, Outages
from cutover.following.passing import Ending, ending_of, waiting_for
from cutover.project.errors import ApprovalMissing, FolderForbidden, SettingsError, UnreachableError, UsageError
from cutover.project.locks import Busy
from cutover.runs.claims.consuming import OthersAtWork
from cutover.runs.claims.producing import ClaimLost
from cutover.runs.happenings.happenings import OutageBegun, OutageEnded, OutageLasts
from events.codec.avro import UnknownSchema
from events.database import DatabaseDamaged, DatabaseForbidden, DatabaseMisnamed, DatabaseUnreachable
from events.log.port import LogDamaged, LogFenced, LogForbidden, LogRefused, LogRoleTaken, LogUnknown, LogUnreachable
from events.sealing.keys import WrongMasterKey
from producers.sources.port import CopyIncomplete, SourceUnreachable

RESTARTED = OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown("terminating connection"))
PASSING = [
    (Unreachable("nobody answers"), "twenty"),
    (RateLimited("slower"), "twenty"),
    (ServerFault("502"), "twenty"),
    (OutcomeUnknown("no answer"), "twenty"),
    (UnexpectedAnswer("a proxy's page"), "twenty"),
    (LogUnreachable("away"), "log"),
    (LogUnknown("no answer"), "log"),
    (LogUnreachable("the log's file cannot be used (database or disk is full)"), "disk"),
    (RESTARTED, "database"),
    (OperationalError("", {}, psycopg.OperationalError("the database system is starting up")), "database"),
    (DBAPIError("", {}, psycopg.Error("gone"), connection_invalidated=True), "database"),
    (PendingRollbackError("rolled back"), "database"),
    (DatabaseUnreachable("away"), "database"),
    (ClaimLost("the producers' lock"), "database"),
    (OperationalError("", {}, psycopg.errors.DiskFull("no space")), "disk"),
    (OSError(errno.ENOSPC, "no space left"), "disk"),
    (UnreachableError("a lock's file cannot be opened"), "disk"),
    (Busy("sync", 7), "command"),
    (OthersAtWork("workers"), "command"),
    (OwnershipLost("replaced"), "command"),
    (LogFenced("replaced"), "command"),
    (SourceUnreachable("the store is away"), "source"),
    (CopyIncomplete("the connection was cut"), "source"),
]
ENDING = [
    (UsageError("not like this"), Ending.USAGE),
    (ApprovalMissing("mapping"), Ending.APPROVAL),
    (SchemaError("clash"), Ending.APPROVAL),
    (LogDamaged("cut"), Ending.DATA),
    (DatabaseDamaged("cut"), Ending.DATA),
    (UnknownSchema("newer"), Ending.DATA),
    (KeyError("a defect"), Ending.DEFECT),
    (ProgrammingError("", {}, psycopg.errors.SyntaxError("at end of input")), Ending.DEFECT),
    (Unauthorised("key"), Ending.PERMISSION),
    (NotEverything("person"), Ending.PERMISSION),
    (Refused("role", kind=Refusal.PERMISSION), Ending.PERMISSION),
    (LogForbidden("ACL"), Ending.PERMISSION),
    (DatabaseForbidden("password"), Ending.PERMISSION),
    (ProgrammingError("", {}, psycopg.errors.InsufficientPrivilege("table")), Ending.PERMISSION),
    (FolderForbidden("lock"), Ending.PERMISSION),
    (SettingsError("misspelt"), Ending.SETTINGS),
    (WrongMasterKey("another"), Ending.SETTINGS),
    (LogRefused("retention"), Ending.SETTINGS),
    (LogRoleTaken("producer"), Ending.SETTINGS),
    (DatabaseMisnamed("none"), Ending.SETTINGS),
    (Unreachable("no such protocol", retriable=False), Ending.SETTINGS),
]


@pytest.mark.parametrize(("error", "what"), PASSING, ids=repr)
def test_what_passes_is_waited_for(error, what):
    assert waiting_for(error) == what


@pytest.mark.parametrize(("error", "ending"), ENDING, ids=repr)
def test_what_needs_a_person_ends_a_follower(error, ending):
    assert waiting_for(error) is None
    assert ending_of(error) is ending


class Day:
    """A clock that only the test moves, and what is told and reported."""

    def __init__(self):
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)
        self.told, self.reported = [], []
        self.outages = Outages(now=lambda: self.now, tell=self.told.append, report=self.reported.append)


def test_an_outage_is_told_when_it_begins_with_each_attempt_and_when_it_ends():
    day = Day()
    pauses = []
    for _ in range(7):
        pauses.append(day.outages.met(LogUnreachable("away")))
        day.now += timedelta(seconds=pauses[-1])
    day.outages.over()
    day.outages.over()
    assert pauses == [5.0, 10.0, 20.0, 40.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert [type(happening) for happening in day.told] == [OutageBegun, *[OutageLasts] * 6, OutageEnded]
    assert (day.told[-1].seconds, day.told[-1].attempts) == (sum(pauses), 7)
    assert [trouble and trouble.attempts for trouble in day.reported] == [1, 2, 3, 4, 5, 6, 7, None]


def test_another_outage_behind_the_first_is_told_as_one_of_its_own():
    day = Day()
    day.outages.met(Unreachable("away"))
    day.outages.met(Unreachable("away"))
    assert day.outages.met(RESTARTED) == 5.0
    told = [(type(happening), happening.waiting_for) for happening in day.told]
    assert told == [(OutageBegun, "twenty"), (OutageLasts, "twenty"), (OutageEnded, "twenty"), (OutageBegun, "database")]


def test_what_needs_a_person_is_no_outage():
    day = Day()
    with pytest.raises(Unauthorised):
        day.outages.met(Unauthorised("key"))
    assert day.told == day.reported == []
