"""The mapping that waits for approval, with what people have decided in its file; proposals that extend it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tomlkit import TOMLDocument

from cutover.mapping_file.document import FILE_NAME, parsed, read, written
from cutover.mapping_file.errors import MappingFileError
from cutover.mapping_file.reading import FileDecision, decided
from cutover.project.errors import ApprovalMissing
from cutover.runs.approvals import MappingState, mapping_state
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.session import Session
from events.log.port import LogMissing
from events.vocabulary.mapping import ColumnMapping
from producers.binding.proposal import Proposal, propose
from producers.kinds.sights import TableSight
from producers.sources.addresses import SourcePlace, place_of
from projections.custom_names import custom_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The mapping as people have it before them. `waiting`: it is not approved as it is; `decisions` are those of the file.

    `base` is the mapping without them, as the log has it.
    """

    state: MappingState
    base: ColumnMapping
    mapping: ColumnMapping
    waiting: bool
    decisions: tuple[FileDecision, ...]


def mapping_file(session: Session) -> Path:
    """Return the path of the project's mapping file."""
    return session.project.folder / FILE_NAME


def digest_of(file: Path) -> str | None:
    """Return the SHA-256 of the mapping file, in hex; None where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else None


def draft(session: Session) -> Draft:
    """Return the newest mapping with the decisions of its file. Raises ApprovalMissing without one, MappingFileError."""
    state = mapping_state(session.decisions)
    waiting = state.proposal is not None and (state.approval is None or state.proposal.offset > state.approval.offset)
    mapping = state.proposed if waiting else state.approved
    if mapping is None:
        raise ApprovalMissing("there is no mapping yet; next: `cutover map propose PATH`")
    text = read_file(session)
    if text is None:
        return Draft(state=state, base=mapping, mapping=mapping, waiting=waiting, decisions=())
    found = decided(mapping, read(text))
    return Draft(
        state=state, base=mapping, mapping=found.mapping, waiting=waiting or bool(found.decisions), decisions=found.decisions
    )


def draft_mapping(session: Session) -> ColumnMapping | None:
    """Return the newest mapping as people have decided it; None where none was proposed yet. Its objects are known from here
    on. Raises MappingFileError.
    """
    try:
        mapping = draft(session).mapping
    except (ApprovalMissing, LogMissing):
        return None
    session.know_objects(mapping.objects)
    return mapping


def proposals(session: Session, paths: Sequence[SourcePlace], known: ColumnMapping | None) -> list[tuple[str, Proposal]]:
    """Return a proposal for each extract, by the extract's name; each extends the one before. Raises ExtractError."""
    found: list[tuple[str, Proposal]] = []
    for extract in open_extracts(session, paths):
        proposal = propose(extract, session.practice, known, custom_names())
        known = proposal.mapping
        found.append((extract.source.name, proposal))
    return found


def proposed_again(session: Session, drafted: Draft) -> list[tuple[str, Proposal]]:
    """Read the proposal's extracts again under what people have decided: words, types and verdicts follow the new meanings.

    Raises ApprovalMissing where no proposal names extracts.
    """
    paths = (drafted.state.proposal.body.get("paths") if drafted.state.proposal is not None else None) or []
    if not paths:
        raise ApprovalMissing("the decisions in mapping.toml need the extracts again; next: `cutover map propose PATH`")
    return proposals(session, [place_of(path) for path in paths], drafted.mapping)


def parsed_file(file: Path) -> TOMLDocument:
    """Return another practice's mapping file. Raises MappingFileError."""
    try:
        return parsed(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingFileError(
            f"{file}: cannot be read ({type(error).__name__}); name a file of `cutover map export`"
        ) from None


def read_file(session: Session) -> str | None:
    """Return the text of the mapping file; None where there is none. Raises MappingFileError."""
    file = mapping_file(session)
    try:
        return file.read_text(encoding="utf-8") if file.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise MappingFileError(
            f"{FILE_NAME}: cannot be read ({type(error).__name__}); write it as UTF-8, or delete it"
        ) from None


def write_file(session: Session, mapping: ColumnMapping, sights: Sequence[TableSight] = ()) -> None:
    """Write the mapping file: a new one, or the one that is there with its comments and its order."""
    before = read_file(session)
    text = written(mapping, sights, parsed(before) if before is not None else None)
    beside = mapping_file(session).with_suffix(".toml.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(mapping_file(session))
