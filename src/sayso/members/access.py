"""Who looked at something confidential, on record for the data guardian. Append-only: nothing here changes a row.

Write an access before what it opens is shown. Never one that tells what somebody said or voted; what members do with
their own things is no access.
"""

from __future__ import annotations

from sayso.members.models import AccessKind, AccessRecord, Member, Organisation


def record_access(
    *, organisation: Organisation, by: Member | None, kind: AccessKind, engagement_slug: str = "", detail: str = ""
) -> AccessRecord:
    """Append one access. `by` is None for the command line, whose user the operating system knows and we do not."""
    return AccessRecord.objects.create(
        organisation=organisation, by=by, kind=kind, engagement_slug=engagement_slug, detail=detail[:200]
    )
