"""Reports of followers: each worker of a folder has its own, and one that was killed is told from one that was stopped."""

from dataclasses import replace

import pytest

from cutover.following.reports import WAITING, Trouble, WorkerState, ended, numbered, report, retire, workers_of
from cutover.project.errors import ApprovalMissing
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from events.clock import World


@pytest.fixture
def project(tmp_path):
    init_project(tmp_path / "p", practice_id="riverside", name="R", timezone="UTC", currency="USD", date_order="mdy")
    with find_project(tmp_path / "p") as project:
        yield project


STATE = WorkerState(process=7, since="2026-07-01T12:00:00+00:00")


def test_workers_of_one_folder_do_not_overwrite_each_others_reports(project):
    with numbered(project) as one, numbered(project) as other:
        report(project, replace(STATE, partitions=[0, 1]), one)
        report(project, replace(STATE, process=8, partitions=[2]), other)
        found = workers_of(project)
    assert [(w["worker"], w["running"], w["process"], w["partitions"]) for w in found] == [
        (1, True, 7, [0, 1]),
        (2, True, 8, [2]),
    ]


def test_a_number_is_free_again_and_what_a_killed_worker_left_is_replaced(project):
    with numbered(project) as one:
        report(
            project,
            replace(
                STATE,
                state=WAITING,
                trouble=Trouble(waiting_for="log", message="away", since="since", attempts=3, next_try="next"),
            ),
            one,
        )
    (left,) = workers_of(project)
    assert (left["running"], left["state"], left["trouble"]["attempts"]) == (False, "waiting", 3)
    with numbered(project) as again:
        report(project, replace(STATE, process=9), again)
        assert [(w["running"], w["process"]) for w in workers_of(project)] == [(True, 9)]
        retire(project, again)
    assert workers_of(project) == []


def test_one_that_needs_a_person_says_for_what(project):
    state = ended(STATE, ApprovalMissing("no mapping is approved"), World().now())
    assert (state.state, state.trouble.waiting_for, state.trouble.message) == ("ended", "person", "no mapping is approved")


def test_the_text_of_a_defect_is_no_part_of_a_report(project):
    state = ended(STATE, ValueError("Ines Abernathy"), World().now())
    assert "Abernathy" not in state.trouble.message
