"""Surveys of extracts at some paths."""

from __future__ import annotations

from collections.abc import Sequence

from cutover.project.errors import UsageError
from cutover.project.project import Project
from cutover.reports.progress import progress
from events.vocabulary.mapping import ColumnMapping
from producers.sources.addresses import SourcePlace
from producers.sources.extract import open_extract
from producers.survey.survey import Survey, survey
from projections.custom_names import custom_names


def survey_paths(
    project: Project, paths: Sequence[SourcePlace], known: ColumnMapping | None = None
) -> list[tuple[SourcePlace, Survey]]:
    """Survey the extracts at these paths, the oldest first; their tables are read by the mapping `known`, where it has them.

    Raises ExtractError, UsageError.
    """
    if not paths:
        raise UsageError("no extract is named; give the folder of an extract, or several")
    now = project.world.now()
    marker = project.settings.deliveries.marker
    opened = [
        (path, open_extract(path, now=now, practice=project.practice, marker=marker, copies=project.copies_folder))
        for path in paths
    ]
    opened.sort(key=lambda one: one[1].taken_at)
    with progress("reading") as tick:
        surveys = survey(
            [extract for _, extract in opened], project.practice, project.world.entropy, tick, custom_names(), known
        )
    return [(path, found) for (path, _), found in zip(opened, surveys, strict=True)]
