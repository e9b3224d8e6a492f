"""Providers and staff: the columns of their tables, and the words for them."""

from __future__ import annotations

from events.vocabulary.mapping import TableKind
from events.vocabulary.records import Issue, Value
from producers.entities.carried import Exported, carried
from producers.entities.column import Column
from producers.entities.shared import native_id
from producers.entities.spec import SourceSpec, words
from producers.entities.steps import ColumnLayout, RowStep, Steps
from producers.kinds import cells
from producers.values.names import split_provider_name
from producers.values.sifting import sift
from producers.vocabulary.aliases import aliases


def _provider_names(layout: ColumnLayout) -> RowStep:
    at = layout.at
    shown = at["display_name"][0] if "display_name" in at else None

    def step(cells: list[str], values: dict[str, Value], issues: list[Issue], fates: list[str]) -> None:
        first, last = values.get("first_name"), values.get("last_name")
        if shown is not None and not first and not last:
            name, _ = split_provider_name(sift(cells[shown])[0])
            values["first_name"], values["last_name"] = (name.first, name.last) if name is not None else (None, None)
        elif not values.get("display_name"):
            values["display_name"] = " ".join(str(part) for part in (first, last) if part) or None

    # an e-mail column is one field here, cleaned by the same cleaner
    return step


def _assemble(layout: ColumnLayout) -> Steps:
    return Steps([_provider_names(layout)])


SPEC = SourceSpec(
    place=1,
    kind=TableKind.PROVIDER,
    nouns=words("provider staff employee doctor dentist member"),
    enough=2.6,
    signs=words("npi license licence specialty speciality dea credentials taxonomy resource nonperson hygienist"),
    columns=(
        native_id("the provider's id"),
        Column(name="first_name", kind=cells.NAME, wanted="the provider's name", issue="name", weight=0.7),
        Column(name="last_name", kind=cells.NAME, wanted="the provider's name", issue="name", weight=0.7),
        Column(
            name="display_name",
            kind=cells.FULL_NAME,
            wanted="the provider's name",
            issue="name",
            weight=1.2,
            fills=("first_name", "last_name"),
        ),
        Column(name="code", kind=cells.ID, clean=cells.TEXTS, weight=0.6),
        Column(name="email", kind=cells.EMAIL, issue="emails", weight=1.0),
        Column(name="active", kind=cells.FLAG, weight=0.8),
    ),
    clear=aliases(
        """
native_id: provider id | provider number | provnum | employee id | staff id | provider no | dentist id | provider key
    | user id | doctor id | employee number | staff number | resource id | ref
first_name: forename | first name | fname | given name | provider first name | first
last_name: last name | lname | surname | family name | provider last name | last
display_name: provider name | provider | full name | name | employee name | staff name | doctor name | display name
    | employee | dentist | doctor | staff member
code: initial | abbr | abbreviation | code | provider code | initials | short name | provider abbr | short code
    | provider initials
email: email | email address | e-mail | work email | provider email | login email | user email | mail
active: active | is active | enabled | is enabled | currently employed | in use | active flag
"""
    ),
    vague=aliases("native_id: id | ref | reference | number | key\ndisplay_name: called\nactive: status | here"),
    carried={
        "name": carried("display_name first_name last_name"),
        "email": carried("email"),
    },
    exported=(
        Exported(
            place=12,
            name="Provider",
            fields=(
                "name",
                "email",
            ),
            manual="the list of providers and staff with their e-mails",
        ),
    ),
    assemble=_assemble,
    linked_by=(("appointment", "provider_ref"), ("patient", "provider_ref")),
    fewest_linked=2,
)
