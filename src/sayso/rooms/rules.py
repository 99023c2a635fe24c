"""Who may plan, host and enter; when; and what a count must be to be believed."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum
from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement, Phase, RoleName, RosterCell
from sayso.engagements.rules import is_on_roster, may_grant_roles, may_moderate, takes_answers
from sayso.members.models import Member
from sayso.members.rules import Refused as Refused
from sayso.publication.counts import least_for_scores
from sayso.rooms.models import KitLine, RoomSession, RoomTable

# Units below are "not yet known" on their own, so a sheet gains nothing by being of one.
LARGE_UNIT = 100
ENTERED_IN = (Phase.LISTEN, Phase.DISTIL)  # paper arrives after the last card


def may_plan(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return may_grant_roles(member, engagement)


def may_host(member: Member | AnonymousUser, session: RoomSession) -> bool:
    """Lead and moderators any room; whoever was asked to host it, this one. Never the guardian of the data."""
    if may_moderate(member, session.engagement):
        return True
    is_asked = isinstance(member, Member) and session.facilitator_id == member.pk
    return is_asked and is_on_roster(member, session.engagement) and not _guards(member, session.engagement)


def _guards(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return isinstance(member, Member) and engagement.roles.held().filter(member=member, name=RoleName.GUARDIAN).exists()


def check_facilitator(engagement: Engagement, member: Member) -> None:
    if not is_on_roster(member, engagement):
        raise Refused(_("Only people on this organisation's roster can host a room."))
    if _guards(member, engagement):
        raise Refused(
            _("%(full_name)s guards the data, and so reads no sheets. Ask somebody else.")
            % {"full_name": member.full_name}
        )


def large_units(engagement: Engagement) -> list[str]:
    """Units, as they were copied at the opening, that are large enough for figures of their own."""
    rows = RosterCell.objects.filter(engagement=engagement).exclude(unit="").values("unit")
    sized = rows.annotate(n=Sum("n_people")).filter(n__gte=LARGE_UNIT).order_by("unit")
    return [str(row["unit"]) for row in sized]


def is_entry_time(engagement: Engagement) -> bool:
    return engagement.is_opened and not engagement.is_closed and engagement.phase in ENTERED_IN


def check_plannable(engagement: Engagement) -> None:
    if not engagement.is_opened:
        raise Refused(_("Open it for everybody first. Rooms come after that."))
    if engagement.is_closed:
        raise Refused(_("It is closed, so no more rooms can be planned."))


def check_entry(session: RoomSession) -> None:
    """Whether anything may be entered for this room now."""
    if session.is_closed:
        raise Refused(_("This room is marked as finished. Open it again first."))
    if not is_entry_time(session.engagement):
        raise Refused(_("The time for entering is over, or has not begun. Nothing was changed."))


def check_words(session: RoomSession) -> None:
    """Words can be said for as long as anybody can say something."""
    check_entry(session)
    if session.engagement.phase != Phase.LISTEN:
        raise Refused(_("The time for saying something is over. Sheets and hands can still be entered."))


def check_hands(table: RoomTable, counts: Mapping[KitLine, tuple[int, int, int]]) -> None:
    """Believable, of enough people, and not there yet. Raises Refused, naming the line and the mend."""
    least = least_for_scores(table.session.engagement.min_group_scores)
    if table.n_present is None:
        raise Refused(_("First say how many people sat there."))
    if table.n_present < least:
        raise Refused(
            _(
                "Fewer than %(least)s people sat there, so raised hands would show who thinks what. "
                "Mend: have them fill in sheets, or count two tables together."
            )
            % {"least": least}
        )
    for line, hands in counts.items():
        if not takes_answers(line.statement):
            raise Refused(
                _("Number %(number)s is no longer open for answers. Leave it empty.") % {"number": line.number}
            )
        if min(hands) < 0:
            raise Refused(_("Number %(number)s: a count cannot be below nought.") % {"number": line.number})
        if sum(hands) > table.n_present:
            raise Refused(
                _(
                    "Number %(number)s: %(hands)s hands, but only %(n_present)s people sat there. "
                    "Look at the sheet again, or mend the number of people."
                )
                % {"number": line.number, "hands": sum(hands), "n_present": table.n_present}
            )
