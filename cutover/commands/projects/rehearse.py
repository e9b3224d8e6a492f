"""`rehearse`: a Twenty-compatible workspace on loopback."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from cutover.project.errors import UsageError
from cutover.reports.documents.projects import ServedWorkspace


def rehearse(
    port: int,
    api_key: str | None,
    rate_limit: int,
    members: Sequence[str],
    file: Path | None,
    faults: Sequence[str],
    seed: int,
    *,
    like: str,
    sample_workflows: bool,
    timeline: bool,
    latency: str | None,
    as_json: bool,
) -> None:
    """Serve until SIGTERM or SIGINT. `{"url","api_key"}` is printed, flushed, once the server answers. Raises UsageError."""
    from rehearsal.server.faults import Fault
    from rehearsal.server.latency import Latency
    from rehearsal.server.server import WorkspaceSettings, serve
    from rehearsal.values.forms import form_of

    key = api_key or secrets.token_hex(24)  # no dash: a key is given to programs as an argument
    try:
        settings = WorkspaceSettings(
            api_key=key,
            members=tuple(members),
            rate_limit=rate_limit,
            file=file,
            faults=tuple(Fault.parse(text) for text in faults),
            seed=seed,
            like=form_of(like).version,
            sample_workflows=sample_workflows,
            timeline=timeline,
            latency=Latency.parse(latency) if latency else None,
        )
    except ValueError as error:
        raise UsageError(str(error)) from None

    def ready(url: str) -> None:
        document: ServedWorkspace = {"url": url, "api_key": key}
        line = json.dumps(document) if as_json else f"rehearsal workspace at {url}, API key {key}; Ctrl-C ends it"
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    try:
        serve(settings, port=port, on_ready=ready)
    except OSError as error:
        raise UsageError(
            f"--port: the workspace cannot be served on port {port} ({error.strerror}); give another one, or 0"
        ) from None
