"""Findings stand by cause: the first of each with its place, the number of the others, and what to do."""

from __future__ import annotations

from cutover.reports.findings import finding_lines, unread_lines
from cutover.reports.reasons import REASONS
from producers.binding.findings import Finding
from producers.sources.extract import FileIssue


def doubtful(column: str, file: str = "visits.csv") -> Finding:
    return Finding(code="doubtful_column", file=file, column=column, text=f"{file}: {column!r} may be a status", notice=True)


def test_a_cause_is_one_line_with_the_number_of_the_others_and_what_to_do() -> None:
    (line,) = finding_lines([doubtful("State"), doubtful("Result"), doubtful("Mode", "log.csv")])
    assert line == (
        "Notice: visits.csv: 'State' may be a status (doubtful_column); and 2 more: visits.csv 'Result', log.csv 'Mode'. "
        + REASONS["doubtful_column"].to_do
    )


def test_of_many_places_five_are_named() -> None:
    (line,) = finding_lines([doubtful(f"c{n}") for n in range(20)])
    assert "and 19 more: visits.csv 'c1', visits.csv 'c2', visits.csv 'c3', visits.csv 'c4', visits.csv 'c5' …" in line


def test_other_causes_and_notices_have_lines_of_their_own() -> None:
    changed = Finding(code="changed_meaning", file="visits.csv", column="State", text="visits.csv: 'State' looks otherwise")
    lines = finding_lines([doubtful("State"), changed, doubtful("Result")])
    assert [line.partition(":")[0] for line in lines] == ["Notice", "Finding"]


def test_a_header_that_looks_like_a_value_is_not_shown_among_the_others() -> None:
    (line,) = finding_lines([doubtful("State"), doubtful("ada@post.example")])
    assert "ada" not in line.partition("more: ")[2]


def test_files_that_were_not_read_stand_by_reason() -> None:
    issues = [FileIssue(file=name, reason="unreadable") for name in ("a.csv", "b.csv", "c.csv")]
    (line,) = unread_lines(issues)
    assert line.startswith("Finding: a.csv and 2 more (b.csv, c.csv): The file is damaged")
