"""One composition place: what carries events and what takes them back is put together once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("Projector", "Compensator", "Planner", "LostRecords", "PresentRecords", "Strangers")


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_made_in_one_place(part: str) -> None:
    """The program, the workbench and the simulation get theirs from there."""
    modules = [p for room in ("consumers", "cutover", "tests") for p in (ROOT / room).rglob("*.py")]
    assert len(modules) > 300
    assert [str(p.relative_to(ROOT)) for p in modules if _makes(p, part)] == ["consumers/engine/engine.py"]


def _makes(module: Path, part: str) -> bool:
    text = module.read_text(encoding="utf-8")
    if f"{part}(" not in text:
        return False
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(isinstance(f, ast.Name) and f.id == part for f in calls)
