"""The practice's providers, and finding one from what another table calls them: a native id, a code or a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from events.vocabulary.locations import split_location

_TITLES = frozenset({"dr", "doctor", "dds", "dmd", "rdh", "rda", "md", "phd", "hyg", "hygienist", "mr", "mrs", "ms"})
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: native id, code, names, e-mail (lower-cased)."""

    native_id: str
    code: str | None
    first_name: str | None
    last_name: str | None
    display_name: str | None
    email: str | None

    @property
    def label(self) -> str:
        """Return how the provider is named in texts."""
        return self.display_name or " ".join(n for n in (self.first_name, self.last_name) if n) or self.code or self.native_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Providers by everything they are called: `by_reference` maps a normalised reference to one of them."""

    by_reference: Mapping[str, Provider] = field(default_factory=dict)
    ambiguous: frozenset[str] = frozenset()
    """Normalised references that several providers share."""
    by_location: bool = False
    """True where ids, codes and references begin with the key of their location."""

    def find(self, reference: str) -> Provider | None:
        """Return the provider that a table names so, or None."""
        return self.by_reference.get(_plain(reference)) or self.by_reference.get(_name_key(self._said(reference)))

    def _said(self, reference: str) -> str:
        """Return a reference as the table has it."""
        return split_location(reference)[1] if self.by_location else reference

    def is_ambiguous(self, reference: str) -> bool:
        """Tell whether several providers are called so."""
        keys = (_plain(reference), _name_key(self._said(reference)))
        return self.find(reference) is None and not self.ambiguous.isdisjoint(keys)

    def email(self, reference: str) -> str | None:
        """Return the e-mail of the provider that a table names so, or None."""
        provider = self.find(reference)
        return provider.email if provider else None

    def label(self, reference: str) -> str:
        """Return how to name a provider in texts: by name where known, else as the table has it."""
        provider = self.find(reference)
        if provider is None:
            return self._said(reference)
        return self._said(provider.label) if provider.label in (provider.code, provider.native_id) else provider.label


def directory(providers: Iterable[Provider], *, by_location: bool = False) -> Directory:
    """Return the directory of these providers. A reference that two of them share finds neither; ids and codes go before
    names.

    Two entries of one name and one e-mail are one person.
    """
    found: dict[str, Provider | None] = {}
    providers = list(providers)
    for keys in (_ids, _names):
        for provider in providers:
            for key in keys(provider):
                known = found.setdefault(key, provider)
                if known is not None and known is not provider and not _same_person(known, provider):
                    found[key] = None
    return Directory(
        by_reference={key: provider for key, provider in found.items() if provider is not None},
        ambiguous=frozenset(key for key, provider in found.items() if provider is None),
        by_location=by_location,
    )


def _same_person(one: Provider, other: Provider) -> bool:
    return bool(one.email) and one.email == other.email and not _names(one).isdisjoint(_names(other))


def _ids(provider: Provider) -> set[str]:
    return {_plain(x) for x in (provider.native_id, provider.code) if x}


def _names(provider: Provider) -> set[str]:
    full = f"{provider.first_name or ''} {provider.last_name or ''}"
    return {key for key in (_name_key(full), _name_key(provider.display_name or "")) if key}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _name_key(text: str) -> str:
    """Return a name without titles, blind to order: `Dr. Maria Lopez`, `Lopez, Maria DDS` and `maria lopez` are one."""
    words = [w for w in _WORD.findall(text.casefold()) if w not in _TITLES]
    return "name:" + " ".join(sorted(words)) if words else ""
