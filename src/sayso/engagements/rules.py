"""Who may do what, and when."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement, IdentityLevel, Phase, Role, RoleName, Statement, StatementState
from sayso.members.models import Member, Organisation
from sayso.members.rules import Refused as Refused  # one refusal on all floors
from sayso.members.rules import may_keep_roster

COUNT_ELSEWHERE = (StatementState.MERGED, StatementState.SPLIT)
# What takes answers: what is open, and what was open and counts for something open by now.
TAKES_ANSWERS = Q(state=StatementState.PUBLISHED) | Q(
    state__in=COUNT_ELSEWHERE, state_before=StatementState.PUBLISHED, counts_for__state=StatementState.PUBLISHED
)
MODERATING = (RoleName.LEAD, RoleName.MODERATOR)
OF_MEMBERS = {RoleName.AMBASSADOR}  # opens nothing that members do not see


def is_on_roster(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return isinstance(member, Member) and member.is_active and member.organisation_id == engagement.organisation_id


def may_take_part(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    """Everyone on the roster once it is opened; before, those who try it."""
    if not is_on_roster(member, engagement):
        return False
    return engagement.is_opened or engagement.trial_seats.filter(member=member).exists()  # type: ignore[misc]


def may_come_near(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    """Who may know that it is there: before the opening, only who prepares it or tries it."""
    if may_take_part(member, engagement):
        return True
    return is_on_roster(member, engagement) and engagement.roles.held().filter(member=member).exists()  # type: ignore[misc]


def may_moderate(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, MODERATING)


def may_write_for_organisers(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    """Whoever writes what members read: those who moderate, and keepers, who set an engagement up."""
    return is_on_roster(member, engagement) and (may_moderate(member, engagement) or may_keep_roster(member))


def may_grant_roles(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, (RoleName.LEAD,))


def may_guard(member: Member | AnonymousUser, engagement: Engagement) -> bool:
    return _holds_any(member, engagement, (RoleName.GUARDIAN,))


def _holds_any(member: Member | AnonymousUser, engagement: Engagement, names: tuple[RoleName, ...]) -> bool:
    if not isinstance(member, Member) or not is_on_roster(member, engagement):
        return False
    return engagement.roles.held().filter(member=member, name__in=names).exists()


def are_links_good(organisation: Organisation) -> bool:
    """Personal links open until the listening of the last engagement is over; before the first one, they do too."""
    known = organisation.engagements
    still = known.filter(phase__in=(Phase.MANDATE, Phase.MAP, Phase.LISTEN), closed_at=None)
    return still.exists() or not known.exists()


def admits_guests(engagement: Engagement) -> bool:
    """From the opening on: before it nobody knows that it is there but those who prepare and try it."""
    return engagement.is_opened and engagement.identity_level == IdentityLevel.GUEST


def may_sign(member: Member | AnonymousUser | None, engagement: Engagement) -> bool:
    """Names stand beside words only in an engagement of open names, and only those of people on the roster."""
    return engagement.identity_level == IdentityLevel.OPEN and isinstance(member, Member)


def check_grantable(engagement: Engagement, member: Member, name: RoleName) -> None:
    """A guardian keeps what is confidential from those in charge, so nobody is both."""
    if not is_on_roster(member, engagement):
        raise Refused(_("Only people on this organisation's roster can have a role here."))
    others = set(engagement.roles.standing().filter(member=member).values_list("name", flat=True)) - OF_MEMBERS
    if name not in OF_MEMBERS and others - {name} and RoleName.GUARDIAN in {name, *others}:
        raise Refused(
            _("%(full_name)s cannot be data guardian and in charge at once. Mend: end the other role first.")
            % {"full_name": member.full_name}
        )


def check_endable(role: Role) -> None:
    """Without a lead nobody could give the role again."""
    leads = role.engagement.roles.held().filter(name=RoleName.LEAD, member__is_active=True)
    if role.name == RoleName.LEAD and not leads.exclude(pk=role.pk).exists():
        raise Refused(_("There must be a lead. Mend: give the role to somebody else first."))


def is_listening(engagement: Engagement) -> bool:
    """Before the opening, whoever tries it may say and answer; it is wiped later."""
    if not engagement.is_opened:
        return True
    return engagement.phase == Phase.LISTEN and not engagement.is_closed


def check_listening(engagement: Engagement) -> None:
    if is_listening(engagement):
        return
    if engagement.phase == Phase.MAP and not engagement.is_closed:
        raise Refused(_("The time for saying and answering has not begun yet. Please come back later."))
    raise Refused(_("The time for saying and answering is over. What you gave so far counts."))


def check_open_for_votes(statement: Statement) -> None:
    """Also on what was open and is merged by now: the answer counts for what it was merged into."""
    if not takes_answers(statement):
        raise Refused(_("This one is no longer open. Here is the next."))
    check_listening(statement.engagement)


def takes_answers(statement: Statement) -> bool:
    """The same as `TAKES_ANSWERS`, of one row."""
    was_open = statement.state in COUNT_ELSEWHERE and statement.state_before == StatementState.PUBLISHED
    told_by = statement.counts_for if was_open and statement.counts_for else statement
    return told_by.state == StatementState.PUBLISHED
