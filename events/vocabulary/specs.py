"""Specs: what each thing of a kind is, one module a thing, found in one folder.

A module of the folder that has a `SPEC` is found: no other file lists it. A caller may include a spec from elsewhere for as
long as a block runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

S = TypeVar("S")
V = TypeVar("V")


class Compiled(dict[Any, V]):
    """Values by the name of their spec, each made when it is first asked for."""

    def __init__(self, make: Callable[[Any], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Any) -> V:
        value = self[key] = self._make(key)
        return value


class Specs(Generic[S]):
    """The specs of one folder, by `name` and in the order of `place`."""

    def __init__(self, package: str, name: Callable[[S], str], place: Callable[[S], Any]) -> None:
        """`package` is the folder's dotted name; `name` and `place` read a spec's name and its place in the order."""
        self._package, self._name, self._place = package, name, place
        self._found: dict[str, S] = {}
        self._compiled: list[Compiled[Any]] = []

    def _all(self) -> dict[str, S]:
        if not self._found:
            folder = import_module(self._package)
            modules = [import_module(f"{self._package}.{one.name}") for one in iter_modules(folder.__path__)]
            self._hold([module.SPEC for module in modules if hasattr(module, "SPEC")])
        return self._found

    def _hold(self, specs: list[S]) -> None:
        self._found = {self._name(spec): spec for spec in sorted(specs, key=self._place)}
        for table in self._compiled:
            table.clear()

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

    def compiled(self, make: Callable[[S], V]) -> Compiled[V]:
        """Return a table of what `make` gives for each spec, made once a spec. Raises KeyError for a name without a spec."""
        table: Compiled[V] = Compiled(lambda name: make(self[name]))
        self._compiled.append(table)
        return table

    @contextmanager
    def including(self, *specs: S) -> Iterator[None]:
        """Hold these specs as well until the block ends."""
        before = list(self._all().values())
        self._hold([*before, *specs])
        try:
            yield
        finally:
            self._hold(before)
