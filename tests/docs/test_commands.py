"""Commands and options stand in the documentation as they are in the program."""

import re
import shlex
from dataclasses import fields

import pytest

import cutover.runs.happenings.happenings  # noqa: F401 - the kinds of happenings that the next test asks for
from consumers.workers.happenings import Happening
from cutover.cli.lines import name_of
from cutover.following.passing import Ending
from events.errors import ExitCode
from rehearsal.server.faults import KINDS
from tests.docs.documents import FILES, ROOT, code_blocks, doc, name, sections, table_rows, text, without_code
from tests.docs.program import accepted, commands

_HEADING = re.compile(r"`cutover ((?:[a-z-]+ ?)+)[^`]*`")


def documented():
    """Return {words: body} of the commands in docs/cli.md."""
    found = {}
    for heading, body in sections(doc("cli.md")).items():
        match = _HEADING.fullmatch(heading)
        if match:
            found[match[1].strip()] = body
    return found


def options_in(body):
    """Return the options in the first cells of a command's table."""
    return {option for row in table_rows(body) for option in re.findall(r"--[a-z][a-z-]*", row[0])}


def test_every_command_is_documented_and_every_documented_command_exists():
    assert sorted(documented()) == sorted(commands())


@pytest.mark.parametrize("command", sorted(documented()))
def test_the_options_of_a_command_are_those_documented(command):
    assert options_in(documented()[command]) == commands()[command]


def typed(path):
    """Yield the `cutover …` invocations in a document: in fenced code (behind `$`), and whole ones in backticks."""
    lines = [line for block in code_blocks(path) for line in block.splitlines() if line.startswith("$ ")]
    quoted = re.findall(r"`(cutover [^`]+)`", without_code(path))
    for line in [*(line.removeprefix("$ ") for line in lines), *quoted]:
        words = shlex.split(line.replace("…", ""))
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words and words[0] == "cutover":
            yield line, words[1:]


def command_of(words):
    """Return the longest beginning of the words that is a command."""
    for length in (2, 1):
        candidate = " ".join(words[:length])
        if candidate in commands():
            return candidate
    return None


@pytest.mark.parametrize("path", FILES, ids=name)
def test_what_the_documents_tell_to_type_can_be_typed(path):
    wrong = []
    for line, words in typed(path):
        command = command_of(words)
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        if command is None or not options <= accepted(command):
            wrong.append(line)
    assert not wrong


def test_the_documents_do_tell_what_to_type():
    assert sum(1 for path in FILES for _ in typed(path)) > 40


def test_the_exit_codes_are_documented():
    found = [int(row[0]) for row in table_rows(sections(doc("cli.md"))["Exit codes"])]
    assert found == sorted(ExitCode)


def test_the_exit_codes_of_followers_are_documented():
    found = [int(row[0]) for row in table_rows(sections(doc("cli.md"))["Exit codes of followers"])]
    assert found == sorted([0, *Ending])


def test_every_line_on_standard_error_is_documented_with_all_that_it_says():
    rows = table_rows(sections(doc("cli.md"))["Lines on standard error"])
    said = {event: row[1] for row in rows for event in re.findall(r"`([a-z_]+)`", row[0])}
    kinds = {name_of(kind): kind for kind in Happening.__subclasses__()}
    assert said.keys() == kinds.keys() | {"library_spoke"}
    besides = {"outage_lasts": said["outage_begun"]}
    for event, kind in kinds.items():
        for field in fields(kind):
            assert f"`{field.name}`" in said[event] + besides.get(event, ""), (event, field.name)


def test_the_kinds_of_faults_are_documented():
    assert all(f"`{kind}`" in documented()["rehearse"] for kind in KINDS)


def test_make_targets_that_are_mentioned_exist():
    targets = set(re.findall(r"^([a-z-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    mentioned = {target for path in FILES for target in re.findall(r"`make ([a-z-]+)", text(path))}
    assert mentioned
    assert mentioned <= targets
