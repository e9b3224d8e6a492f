"""`forget` destroys a key only when no other command is at work, and no follower that would go on with what it holds."""

from contextlib import closing

import pytest

from cutover.commands.oversight.forget import forget
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.init_project import init_project
from cutover.project.locks import Busy, exclusive, shared
from cutover.project.project import find_project
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity, pbn_id, record_id


@pytest.fixture
def session(tmp_path):
    init_project(tmp_path / "riverside")
    with closing(find_project(tmp_path / "riverside")) as project:
        project.log(make=True)
        yield Session(project)


@pytest.mark.parametrize(
    ("name", "lock"),
    [(FOLLOWER, exclusive), ("consumer", exclusive), ("consumer", shared), ("producer", exclusive)],
    ids=["sync --follow", "sync", "consume --follow", "produce"],
)
def test_beside_another_command_nobody_is_forgotten(session, name, lock):
    patient = record_id(session.practice.namespace, pbn_id(session.practice.id, Entity.PATIENT, "1042"))
    session.keys.of(patient)
    with lock(session.project, name, holder="sync"), pytest.raises(Busy, match="cutover sync"):
        forget(session, "riverside:patient:1042", yes=True)
    assert not session.keys.forgotten(patient)
    assert list(session.decisions.all(Decided.PERSON_FORGOTTEN)) == []
