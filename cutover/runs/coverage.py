"""The ground on which health data may lie in Twenty, stated by name before the first write to another machine.

Twenty says of its cloud that it is not HIPAA certified; its Legal FAQ names GDPR and SOC 2 (github.com/twentyhq/twenty, pull
request 23266). A practice that writes to a server of its own, or has an agreement, says so in `cutover.toml`.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from cutover.project.errors import ApprovalMissing
from cutover.project.setting_sections import TwentySection
from cutover.project.settings import FILE_NAME
from cutover.runs.session import Session
from events.decisions import Decided


def is_loopback(url: str) -> bool:
    """Return whether an address is of this machine alone: `localhost`, or an address of the loopback network."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def lacks_coverage(url: str, twenty: TwentySection) -> str | None:
    """Return the sentence that refuses a write to this address; None where it is of this machine, or is covered."""
    if is_loopback(url) or (twenty.covered is not None and twenty.covered_by):
        return None
    settings = {"covered": twenty.covered, "covered_by": twenty.covered_by}
    missing = " and ".join(name for name, value in settings.items() if not value)
    return (
        f"[twenty] lacks {missing}, nothing was written: {urlsplit(url).hostname} is another machine, and Twenty says of its "
        f'cloud that it is not HIPAA certified; write covered = "self-hosted" (a server of yours) or covered = "baa" (a signed '
        f'business associate agreement) and covered_by = "NAME" of the person who answers for it into {FILE_NAME}'
    )


def require_coverage(session: Session) -> None:
    """Record the ground on which this workspace may hold health data, once for each statement. Raises ApprovalMissing where
    none is stated for another machine; TwentyError, LogError.
    """
    url, twenty = session.project.settings.workspace_url(), session.project.settings.twenty
    refusal = lacks_coverage(url, twenty)
    if refusal is not None:
        raise ApprovalMissing(refusal)
    if is_loopback(url) or twenty.covered is None:
        return
    body = {"covered": twenty.covered.value, "by": twenty.covered_by, "host": urlsplit(url).hostname}
    stated = (d.body for d in session.decisions.all(Decided.COVERAGE_STATED) if d.workspace == session.workspace_id)
    if body not in list(stated)[-1:]:
        session.decisions.record(Decided.COVERAGE_STATED, body, workspace=session.workspace_id)
