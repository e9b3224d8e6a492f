"""Names of an open vocabulary: like the members of an enum, but a module elsewhere may declare another one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Self, TypeVar

from pydantic_core import core_schema

N = TypeVar("N")


class _Vocabulary(type):
    """The class of a vocabulary: iterating it gives its names in the order in which they were declared."""

    _known: dict[str, Any]

    def __iter__(cls: type[N]) -> Iterator[N]:
        return iter(tuple(cls._known.values()))  # type: ignore[attr-defined]

    def __contains__(cls, name: object) -> bool:
        return name in cls._known

    def __len__(cls) -> int:
        return len(cls._known)


class Name(str, metaclass=_Vocabulary):
    """A name of a vocabulary. There is one object a name: `is` compares names."""

    _known: ClassVar[dict[str, Any]]
    _made: ClassVar[dict[str, Any]]
    value: str
    """The name as a plain text."""

    def __init_subclass__(cls) -> None:
        cls._known, cls._made = {}, {}

    def __new__(cls, value: str) -> Self:
        """Return the name with this value; raises ValueError for an undeclared value."""
        known: Self | None = cls._known.get(value)
        if known is None:
            known = cls._unknown(value)
        return known

    @classmethod
    def _unknown(cls, value: str) -> Self:
        raise ValueError(f"{value!r} is not a valid {cls.__name__}")

    @classmethod
    def _add(cls, value: str) -> Self:
        found: Self = cls._known.setdefault(value, cls._only(value))
        return found

    @classmethod
    def _only(cls, value: str) -> Self:
        """Return the one name with this value, known or not."""
        if value not in cls._made:
            cls._made[value] = name = str.__new__(cls, value)
            name.value = value
        found: Self = cls._made[value]
        return found

    @classmethod
    def _remove(cls, value: str) -> None:
        cls._known.pop(value, None)

    def __repr__(self) -> str:
        """Show a name as the member of an enum is shown: `<Entity.PATIENT: 'patient'>`."""
        return f"<{type(self).__name__}.{self.value.upper().replace('-', '_')}: {self.value!r}>"

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> core_schema.CoreSchema:
        """Validate a name as a text that is one of the vocabulary."""
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
