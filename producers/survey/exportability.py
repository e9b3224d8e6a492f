"""Exportability of each object of the field map, as far as these extracts go: yes, partly or no, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from events.vocabulary.entities import Entity
from producers.binding.guessing.guess import CONFIDENT
from producers.entities.carried import Exported
from producers.entities.registry import SOURCES, carried_fields, read_entities
from producers.records.assembly import MISSING_FILE
from producers.survey.survey import Survey


class Exportable(StrEnum):
    """Verdict on an object: carried, in part, or not."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why not all of an object can be carried: a code, and a sentence with counts and field names."""

    code: str
    text: str


@dataclass(kw_only=True)
class Exportability:
    """The part of one object that can be carried. `records` are those that can be written, `manual` names exports by hand.

    The object is that of an `entity`, or a `part` of it; custom fields are an object of several entities.
    """

    name: str
    entity: Entity | None = None
    part: str | None = None
    records: int = 0
    exportable: Exportable = Exportable.YES
    why: list[Obstacle] = field(default_factory=list)
    missing_fields: list[str] = field(default_factory=list)
    manual: list[str] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """Return whether the extracts hold anything of it."""
        return self.exportable is not Exportable.NO

    def lower(self, to: Exportable, code: str, text: str, manual: str | None = None) -> None:
        """Lower the verdict, and note the obstacle. A no is never raised again."""
        if self.exportable is not Exportable.NO:
            self.exportable = to
        self.why.append(Obstacle(code, text))
        if manual:
            self.manual.append(manual)


USUAL_CUSTOM_FIELDS = ("treatmentCoordinator", "recallStatus", "lastCleaningDate", "hipaaConsentDate")


def verdicts(surveys: Sequence[Survey], is_known_provider: Callable[[str], bool]) -> list[Exportability]:
    """Return one verdict an object, on all extracts together: the objects of the field map in its order, then those around
    them.
    """
    objects = [(entity, one) for entity in read_entities() for one in SOURCES[entity].exported]
    found = [_judge(o, entity, surveys) for entity, o in sorted(objects, key=lambda one: one[1].place)]
    by_name = {v.name: v for v in found}
    _judge_provider_links(by_name["Primary Provider"], surveys, is_known_provider)
    _judge_files(by_name["Document"], surveys)
    _judge_emails(by_name["Provider"], surveys)
    found.insert(10, _custom_fields(surveys))
    found.insert(12, Exportability(name="Practice", entity=Entity.PRACTICE, records=1))
    return found


def _judge(o: Exported, entity: Entity, surveys: Sequence[Survey]) -> Exportability:
    records = sum(s.fresh[entity] for s in surveys)
    verdict = Exportability(name=o.name, entity=entity, part=o.part, records=records)
    columns: dict[str, float] = {}
    for s in surveys:
        for name, confidence in s.columns(entity).items():
            columns[name] = max(columns.get(name, 0.0), confidence)
    if not any(s.tables(entity) for s in surveys):
        verdict.missing_fields = list(o.fields)
        ask = f"Export {o.manual} from Practice by Numbers and put the file beside the others."
        verdict.lower(Exportable.NO, "no_table", f"no file holds {o.manual}", ask)
        return verdict
    if not o.part and not sum(s.records[entity] for s in surveys):
        if any(reason == MISSING_FILE for s in surveys for _, of, reason in s.refused if of is entity):
            verdict.exportable = Exportable.NO  # `_judge_files` says why
            return verdict
        ask = f"Look at the file, or export {o.manual} again: there is no row that can be read."
        verdict.lower(Exportable.NO, "no_records", f"there is a file for {o.manual}, but no row of it can be read", ask)
        return verdict
    lacking = [name for name in o.fields if not carried_fields(entity)[name].has_column(columns)]
    verdict.missing_fields = lacking
    if lacking:
        to = Exportable.NO if len(lacking) == len(o.fields) else Exportable.PARTLY
        named = ", ".join(lacking)
        verdict.lower(to, "no_column", f"no column for {named}", f"Export {o.manual}, with columns for: {named}.")
    _judge_doubts(verdict, o, entity, columns)
    if not o.part:
        _judge_rows(verdict, entity, surveys)
    return verdict


def _judge_doubts(verdict: Exportability, o: Exported, entity: Entity, columns: Mapping[str, float]) -> None:
    """Judge columns that are bound without confidence; those of a part only where they are the part's."""
    mine = {c for name in o.fields for c in carried_fields(entity)[name].columns} | (
        set() if o.part else {"native_id", "patient_id", "plan_id"}
    )
    doubtful = sorted(name for name, confidence in columns.items() if name in mine and confidence < CONFIDENT)
    if doubtful:
        named = ", ".join(doubtful)
        verdict.lower(
            Exportable.PARTLY, "doubtful_column", f"the columns read as {named} are not certain; look at them in the mapping"
        )


def _judge_rows(verdict: Exportability, entity: Entity, surveys: Sequence[Survey]) -> None:
    refused = sum(n for s in surveys for (_, of, reason), n in s.refused.items() if of is entity and reason != MISSING_FILE)
    if refused:
        verdict.lower(Exportable.PARTLY, "refused_rows", f"rows that cannot be carried: {refused}")
    orphans = sum(n for s in surveys for (of, _), n in s.orphans.items() if of is entity)
    if orphans:
        verdict.lower(Exportable.PARTLY, "unknown_patient", f"rows whose patient is not carried from these extracts: {orphans}")


def _judge_provider_links(verdict: Exportability, surveys: Sequence[Survey], is_known_provider: Callable[[str], bool]) -> None:
    unknown = {r for s in surveys for r in s.provider_refs if not is_known_provider(r)}
    if unknown and verdict.found:
        text = f"providers that rows name but no list of providers: {len(unknown)}; the fallback member stands in for them"
        verdict.lower(Exportable.PARTLY, "unknown_provider", text)


def _judge_files(verdict: Exportability, surveys: Sequence[Survey]) -> None:
    missing = sum(n for s in surveys for (_, _, reason), n in s.refused.items() if reason == MISSING_FILE)
    if missing:
        ask = f"Export the files of the documents that have none (rows of the index: {missing}) into the folder `documents`."
        verdict.lower(Exportable.PARTLY, "missing_file", f"documents whose files are not there: {missing}", ask)
    loose = len({i.file for s in surveys for i in s.file_issues if i.reason == "not_in_index"})
    if loose:
        to = Exportable.PARTLY if verdict.found else Exportable.NO
        ask = f"Add the files that are in no index of documents ({loose}) to one, each with its patient's id."
        verdict.lower(to, "not_in_index", f"files that are in no index, so that their patients are not known: {loose}", ask)


def _judge_emails(verdict: Exportability, surveys: Sequence[Survey]) -> None:
    providers = {native: record for s in surveys for native, record in s.providers.items()}
    without = sum(1 for record in providers.values() if not record.values.get("email"))
    if without and "email" not in verdict.missing_fields:
        text = f"providers without an e-mail, by which they would be matched with a workspace member: {without}"
        verdict.lower(Exportable.PARTLY, "no_email", text, "Add the e-mails of all providers to the list of providers.")


def _custom_fields(surveys: Sequence[Survey]) -> Exportability:
    named = {(c.entity, c.name) for s in surveys for c in s.proposal.mapping.custom_fields}
    verdict = Exportability(name="Custom field", records=len(named))
    absent = [name for name in USUAL_CUSTOM_FIELDS if name not in {name for _, name in named}]
    verdict.missing_fields = absent
    if not named:
        verdict.lower(Exportable.NO, "no_column", "no file has a column beyond those that are known")
    if absent:
        ask = f"If the practice keeps them: export {', '.join(absent)} with the patients."
        verdict.lower(
            Exportable.PARTLY, "no_usual_column", f"no column for {', '.join(absent)}, which practices often keep", ask
        )
    return verdict
