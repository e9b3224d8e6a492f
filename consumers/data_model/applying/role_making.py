"""The role of our API key: made as a step of the ledger, then given its rights, which may be repeated."""

from __future__ import annotations

import time
from collections.abc import Callable

from consumers.data_model.applying import apart
from consumers.data_model.applying.building import builder
from consumers.data_model.errors import SchemaClash
from consumers.data_model.ledger import Applied, read_ledger
from consumers.data_model.planning.role import NeededRole
from consumers.data_model.steps import StepKind
from consumers.twenty.workspace import Workspace
from events.crash_points import CrashPoint, ignore
from events.decisions import Decisions


def make_role(
    workspace: Workspace,
    role: NeededRole,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> tuple[str, bool]:
    """Make the role where it is missing, and give it its rights; return its id, and whether it is new.

    Raises SchemaClash where a role of that name is there that this project did not make; TwentyError, LogError.
    """
    build = builder(workspace, decisions, run, sleep, reached)
    build.settle()
    there, mine = workspace.roles().get(role.label), {one.made.object for one in roles_made(decisions, build.identity)}
    if there is not None and there not in mine:
        raise SchemaClash(
            [f"the role “{role.label}” is there and this project did not make it: rename it in Twenty (Settings, Roles)"]
        )
    if there is None:
        build.build([apart.making_role(role.label)])
    identity = workspace.roles()[role.label]
    workspace.grant(identity, role.grants(workspace.metadata(refresh=True)), role.flags)
    return identity, there is None


def remove_roles(
    workspace: Workspace,
    decisions: Decisions,
    run: str,
    *,
    sleep: Callable[[float], None] = time.sleep,
    reached: Callable[[CrashPoint], None] = ignore,
) -> list[str]:
    """Delete the roles that this project made; return their labels. Raises RoleHasKeys, TwentyError, LogError."""
    build = builder(workspace, decisions, run, sleep, reached)
    build.settle()
    found = roles_made(decisions, build.identity)
    build.take_back_apart(found)
    return [one.step.label for one in found]


def roles_made(decisions: Decisions, workspace: str) -> list[Applied]:
    """Return the roles that this project made and did not delete. Raises CodecError, LogError."""
    return [one for one in read_ledger(decisions, workspace).applied if one.step.kind is StepKind.MAKE_ROLE]
