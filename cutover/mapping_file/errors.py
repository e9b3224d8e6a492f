"""The error of a mapping file that cannot be used."""

from __future__ import annotations

from cutover.project.errors import UsageError


class MappingFileError(UsageError):
    """`mapping.toml`, or a change to it, cannot be used: the text names the table, the column and what to write instead."""
