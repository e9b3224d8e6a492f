"""The forms of Twenty that a rehearsal workspace can take: the answers that changed between versions, by the version's name.

``2.21`` is what was recorded (the cassettes). The others follow Twenty's source and the types of its ``twenty-client-sdk`` of
those versions, as far as a migration meets them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Features of a version, and the form of its answers.

    Attributes:
        version: its name.
        old_upload: ``uploadFilesFieldFile`` takes a file in one multipart request.
        usage_limits: limits can be listed, and a refusal names its limit, the period, and when to come back.
        visibility: objects and fields have ``readability`` and ``writability``; fields have ``isAuditLogged``.
        makes_private: an object's ``readability`` can be set.
        most_fields: REST answers with so many fields of a record at most; None: with all. It is
            in newer source; the version is not known.
    """

    version: str
    old_upload: bool = False
    usage_limits: bool = True
    visibility: bool = True
    makes_private: bool = False
    most_fields: int | None = 200


RECORDED = Form(version="2.21", old_upload=True, usage_limits=False, visibility=False, most_fields=None)
FORMS = {form.version: form for form in (RECORDED, Form(version="2.40"), Form(version="2.43", makes_private=True))}


def form_of(version: str) -> Form:
    """Return the form of that version. Raises ValueError where there is none."""
    if version not in FORMS:
        raise ValueError(f"A rehearsal workspace is like {', '.join(FORMS)}, not like {version!r}.")
    return FORMS[version]
