"""Docstrings begin as CONTRIBUTING asks: those of functions with a verb, those of classes and modules with a noun."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("events", "producers", "consumers", "projections", "cutover", "rehearsal", "benchmarks", "tests")
GIVEN = {"tests/acceptance/truth_check.py"}
"""Modules that are kept as they were given to us."""
QUESTIONS = frozenset({"what", "which", "whether", "who", "whose", "how"})
"""First words that no docstring has."""
NO_VERBS = QUESTIONS | frozenset(
    word
    for line in (
        "the a an this that these those such each every all any both some no none nothing nobody something somebody",
        "everything everybody anything anybody it its he his she her they their we our i my one there as",
    )
    for word in line.split()
)
"""First words that no function's docstring has; a test's own docstring gives its reason, and its name is the sentence."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def first_words(source):
    """Yield each docstring's owner (its kind, its name) with the docstring's first word."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Module)) or not (text := ast.get_docstring(node)):
            continue
        kind = "function" if isinstance(node, FUNCTIONS) else "class" if isinstance(node, ast.ClassDef) else "module"
        yield kind, getattr(node, "name", ""), text.split()[0].strip(".,:;").lower()


def faults(source):
    """Return the names of functions, classes and modules whose docstrings begin with a word that they must not have."""
    return [
        name or kind
        for kind, name, word in first_words(source)
        if word in (NO_VERBS if kind == "function" and not name.startswith("test_") else QUESTIONS)
    ]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('def one():\n    """Return a row."""', []),
        ('def one():\n    """The row."""', ["one"]),
        ('async def one():\n    """Whether it is."""', ["one"]),
        ('def test_one():\n    """The reason for this test."""', []),
        ('def test_one():\n    """What one run wrote."""', ["test_one"]),
        ('class One:\n    """The rows of a table."""', []),
        ('class One:\n    """What a table has."""\n\n    def two(self):\n        """Each row."""', ["One", "two"]),
        ('"""How rows are read."""', ["module"]),
        ('"""Readers of rows."""', []),
    ],
)
def test_a_first_word_is_judged_by_what_it_is_written_for(source, found):
    assert faults(source) == found


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_begin_with_a_verb_and_nothing_with_a_question(package):
    modules = [path for path in sorted((ROOT / package).rglob("*.py")) if str(path.relative_to(ROOT)) not in GIVEN]
    assert modules
    assert {str(path.relative_to(ROOT)): found for path in modules if (found := faults(path.read_text(encoding="utf-8")))} == {}
