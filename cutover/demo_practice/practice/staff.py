"""The providers: most are members of the workspace, one has an e-mail that no member has, one has left and has none."""

from __future__ import annotations

from cutover.demo_practice.practice.model import Clinician

HOST = "juniper-ridge.example"


def providers() -> tuple[Clinician, ...]:
    """Return dentists and hygienists, the same for every seed, so that a workspace can be set up for them beforehand."""
    return (
        _provider("11", "HAL", "Nora", "Hale", "DDS"),
        _provider("12", "OYE", "Tunde", "Oyelaran", "DMD"),
        _provider("14", "VAS", "Priya", "Vasquez", "DDS"),
        _provider("17", "BRO", "Ellen", "Brodeur", "RDH"),
        _provider("18", "KIM", "Daniel", "Kimura", "RDH"),
        _provider("21", "LOC", "Sylvie", "Lockhart", "DDS", member=False),
        Clinician(id="9", code="WEX", first="Harold", last="Wexler", credential="DDS", email="", active=False, member=False),
    )


def _provider(native_id: str, code: str, first: str, last: str, credential: str, *, member: bool = True) -> Clinician:
    email = f"{first[0]}{last}@{HOST}".lower()
    return Clinician(
        id=native_id, code=code, first=first, last=last, credential=credential, email=email, active=True, member=member
    )
