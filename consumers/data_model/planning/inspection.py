"""Looking at a server before the first write: its version, and what it lacks for a plan."""

from __future__ import annotations

from dataclasses import dataclass

from consumers.data_model.errors import ServerLacks
from consumers.data_model.planning.plan import SchemaPlan
from consumers.data_model.planning.preflight import Lack, lacks
from consumers.twenty.transport.errors import Refused
from consumers.twenty.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A server as it was found. `lists` is false where it does not list its operations: then nothing is known to be missing."""

    version: str | None
    lacks: tuple[Lack, ...]
    lists: bool = True

    @property
    def blocking(self) -> tuple[Lack, ...]:
        """Return the lacks that nothing can stand in for."""
        return tuple(one for one in self.lacks if one.blocks)

    def refuse(self) -> None:
        """Raise ServerLacks where something blocks."""
        if self.blocking:
            raise ServerLacks(self.version, [str(one) for one in self.blocking])


def inspect(workspace: Workspace, plan: SchemaPlan, *, documents: bool, views: bool = False) -> Inspection:
    """Ask the server for its version and its operations. Raises TwentyError."""
    version = workspace.version()
    try:
        offered = workspace.offered()
    except Refused:
        return Inspection(version=version, lacks=(), lists=False)
    steps = [item.step for item in plan.to_do if item.step is not None]
    return Inspection(version=version, lacks=lacks(offered, steps, documents=documents, views=views))
