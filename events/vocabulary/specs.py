"""Specs: what each thing of a kind is, one module a thing, found in one folder.

A module of the folder that has a `SPEC`, or several `SPECS`, is found: no other file lists it. A caller may include a spec
from elsewhere for as long as a block runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

K = TypeVar("K")
S = TypeVar("S")
V = TypeVar("V")


class Compiled(dict[K, V]):
    """A table whose values are made when they are first asked for, once a key."""

    _tables: list[Compiled[Any, Any]] = []  # noqa: RUF012 - every table, so that `recompile` finds it

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make
        self._tables.append(self)

    def __missing__(self, key: K) -> V:
        value = self[key] = self._make(key)
        return value


def recompile() -> None:
    """Empty the compiled tables, after what they were made of has changed."""
    for table in Compiled._tables:
        table.clear()


def _specs_of(module: Any) -> tuple[Any, ...]:
    return (module.SPEC,) if hasattr(module, "SPEC") else getattr(module, "SPECS", ())


class Specs(Generic[S]):
    """The specs of one folder, by `name` and in the order of `place`."""

    def __init__(self, package: str, name: Callable[[S], str], place: Callable[[S], Any]) -> None:
        """Take the folder's dotted name; `name` and `place` read a spec's name and its place in the order."""
        self._package, self._name, self._place = package, name, place
        self._found: dict[str, S] = {}

    def _all(self) -> dict[str, S]:
        if not self._found:
            folder = import_module(self._package)
            modules = [import_module(f"{self._package}.{one.name}") for one in iter_modules(folder.__path__)]
            self._found = self._ordered([spec for module in modules for spec in _specs_of(module)])
        return self._found

    def _ordered(self, specs: list[S]) -> dict[str, S]:
        return {self._name(spec): spec for spec in sorted(specs, key=self._place)}

    def __getitem__(self, name: str) -> S:
        """Return the spec of this name; raises KeyError where there is none."""
        return self._all()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._all()

    def __iter__(self) -> Iterator[S]:
        return iter(tuple(self._all().values()))

    def get(self, name: str) -> S | None:
        """Return the spec of this name, or None."""
        return self._all().get(name)

    @contextmanager
    def including(self, *specs: S) -> Iterator[None]:
        """Hold these specs as well until the block ends."""
        before = self._all()
        self._found = self._ordered([*before.values(), *specs])
        recompile()
        try:
            yield
        finally:
            self._found = before
            recompile()
