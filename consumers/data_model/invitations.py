"""Invitations to the workspace that are due: providers whose e-mail belongs to no member (an API key cannot invite them)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from consumers.twenty.members import Member
from projections.providers import Provider


def unmatched_providers(
    providers: Iterable[Provider], members: Iterable[Member], inactive: Collection[str] = ()
) -> list[tuple[str, str | None]]:
    """Return (label, e-mail or None) of the providers that are no members, active ones first, in the order given; those who
    share an e-mail once. `inactive` are native ids of providers who no longer work there.
    """
    known = {member.email.strip().casefold() for member in members if member.email}
    unmatched: dict[str, tuple[str, str | None]] = {}
    for provider in sorted(providers, key=lambda one: one.native_id in inactive):
        email = (provider.email or "").strip().casefold()
        if email not in known:
            unmatched.setdefault(email or f"\n{provider.native_id}", (provider.label, email or None))
    return list(unmatched.values())
