"""Specs: what each thing of a kind is, one module a thing, found in one folder.

A module of the folder that has a `SPEC`, or several `SPECS`, is found: no other file lists it. A caller may include a spec
from elsewhere for as long as a block runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

K = TypeVar("K")
S = TypeVar("S")
V = TypeVar("V")


class Lazily(dict[K, V]):
    """A table whose values are made when they are first asked for, once a key."""

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> V:
        value = self[key] = self._make(key)
        return value


class Compiled(Lazily[K, V]):
    """Such a table that is made of specs: it is emptied when they change."""

    _tables: list[Compiled[Any, Any]] = []  # noqa: RUF012 - every table, so that `recompile` finds it

    def __init__(self, make: Callable[[K], V]) -> None:
        super().__init__(make)
        self._tables.append(self)


def recompile() -> None:
    """Empty the compiled tables, after what they were made of has changed."""
    for table in Compiled._tables:
        table.clear()


def _specs_of(module: Any) -> tuple[Any, ...]:
    return (module.SPEC,) if hasattr(module, "SPEC") else getattr(module, "SPECS", ())


def _no_other(_name: str) -> None:
    return None


class Specs(Generic[S]):
    """The specs of one folder, by `name` and in the order of `place`.

    Specs of custom objects follow from their names (`others`): each can be asked for, but only those that are `declared` stand
    among the specs.
    """

    def __init__(
        self, package: str, name: Callable[[S], str], place: Callable[[S], Any], others: Callable[[str], S | None] = _no_other
    ) -> None:
        """Take the folder's dotted name; `name` and `place` read a spec's name and its place in the order."""
        self._package, self._name, self._place = package, name, place
        self._found: dict[str, S] = {}
        self._declared: dict[str, S] = {}
        self._others: Lazily[str, S | None] = Lazily(others)

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
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[S]:
        return iter((*self._all().values(), *self._declared.values()))

    def get(self, name: str) -> S | None:
        """Return the spec of this name, or None."""
        return (self._found or self._all()).get(name) or self._declared.get(name) or self._others[name]

    def declare(self, specs: Iterable[S]) -> None:
        """Have these specs of custom objects among the specs, until others are declared."""
        declared = self._ordered(list(specs))
        if declared != self._declared:
            self._declared = declared
            recompile()

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
