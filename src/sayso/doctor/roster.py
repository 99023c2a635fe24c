"""People: everybody has a way in, somebody leads, somebody guards. Counts them; names nobody."""

from __future__ import annotations

from sayso.doctor.finding import OK, WARN, Check, Finding


def _ways_in() -> Finding:
    """By e-mail, or by staff number and code; somebody with neither stays outside."""
    from django.db.models import Q

    from sayso.members.models import Member

    active = Member.objects.filter(is_active=True)
    without = active.filter(Q(email=None) | Q(email=""), Q(staff_number=None) | Q(staff_number="")).count()
    if without:
        cause = f"{without:,} on the roster have neither an e-mail address nor a staff number: no way in."
        return Finding("roster.ways_in", WARN, cause, "Bring a roster with one of the two for everybody.")
    return Finding("roster.ways_in", OK, f"All {active.count():,} on the roster have a way in.")


def _offices() -> Finding:
    from sayso.engagements.models import Engagement, Role, RoleName

    held = Role.objects.held().filter(member__is_active=True)
    wanted = {"a lead": RoleName.LEAD, "a data guardian": RoleName.GUARDIAN}
    running = list(Engagement.objects.filter(closed_at=None).exclude(opened_at=None).order_by("pk"))
    missing = [
        f"{engagement.slug} has not {who}"
        for engagement in running
        for who, name in wanted.items()
        if not held.filter(engagement=engagement, name=name).exists()
    ]
    if missing:
        cause = f"{'; '.join(missing[:5])}."
        mend = "A lead gives roles on the page “Who does what”; with nobody left to do so, tell us."
        return Finding("roster.offices", WARN, cause, mend)
    return Finding("roster.offices", OK, f"{len(running)} running, each with a lead and a data guardian.")


CHECKS = (
    Check(
        "roster.ways_in",
        _ways_in,
        "Has everybody on the roster an e-mail address or a staff number?",
        "Bring a roster with one of the two for everybody.",
        needs="tables",
    ),
    Check(
        "roster.offices",
        _offices,
        "Has each running engagement a lead and a data guardian?",
        "A lead gives roles on the page “Who does what”.",
        needs="tables",
    ),
)
