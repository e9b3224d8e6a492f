"""Errors of binding an extract's columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from events.errors import CutoverError, ExitCode

if TYPE_CHECKING:
    from producers.binding.findings import Finding


class CannotBind(CutoverError):
    """An extract that an approved mapping does not cover; nothing may be written. `problems` name the files and columns."""

    exit_code = ExitCode.APPROVAL

    def __init__(self, problems: Sequence[Finding]) -> None:
        lines = "; ".join(p.text for p in problems)
        super().__init__(f"{lines}. Propose and approve a mapping that covers this extract (map propose, map approve)")
        self.problems = tuple(problems)
