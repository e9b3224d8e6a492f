"""The words of the product: help texts and reason codes use the terms of docs/glossary.md, and none of its listed synonyms."""

import dataclasses
import re

import pytest
from typer.main import get_command

from cutover.main import app
from cutover.reports.reasons import REASONS
from tests.docs.documents import doc, table_rows


def terms():
    """Return {synonym: term} of the glossary."""
    rows = [row for row in table_rows(doc("glossary.md")) if len(row) == 3]
    return {synonym.strip(): row[0] for row in rows for synonym in row[2].split(",") if synonym.strip()}


def help_texts(command, words=("cutover",)):
    """Yield (where, text) for each help text of a command and of those below it."""
    yield " ".join(words), command.help or ""
    for parameter in command.params:
        yield " ".join([*words, parameter.name or ""]), getattr(parameter, "help", None) or ""
    for name, below in getattr(command, "commands", {}).items():
        yield from help_texts(below, (*words, name))


def reason_texts():
    """Yield (where, text) for each sentence of the reason codes."""
    for code, reason in REASONS.items():
        for field in dataclasses.fields(reason):
            value = getattr(reason, field.name)
            if isinstance(value, str) and " " in value:
                yield f"{code}.{field.name}", value


def test_the_glossary_has_terms_and_synonyms():
    assert len(terms()) > 30
    assert len(set(terms().values())) > 20


@pytest.mark.parametrize("texts", [lambda: help_texts(get_command(app)), reason_texts], ids=["help", "reason codes"])
def test_no_text_uses_a_synonym_of_a_term(texts):
    found = [
        f"{where}: {synonym!r}: write {term!r}"
        for where, text in texts()
        for synonym, term in terms().items()
        if re.search(rf"\b{re.escape(synonym)}s?\b", text, re.IGNORECASE)
    ]
    assert found == []
