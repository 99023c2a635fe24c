"""Who may reply, ask and acknowledge, when, and how often. Decides; writes nothing."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sayso.engagements.models import Engagement, Participant, RoleName, Statement, StatementState
from sayso.engagements.rules import Refused as Refused
from sayso.engagements.rules import is_listening
from sayso.members.models import Member
from sayso.replies.models import AuthorQuestion, QuestionState

# In this order: somebody with two roles acts in the first.
ASKING = (RoleName.LEAD, RoleName.SPONSOR, RoleName.MODERATOR)
ACKNOWLEDGING = (RoleName.LEAD, RoleName.SPONSOR)

MOST_UNDER_ONE = 3  # replies of one person under one statement
MOST_A_DAY = 20
# Nobody is pressed: one question at a time, two about a statement, whoever asks.
MOST_ABOUT_ONE = 2
MOST_ASKED_A_DAY = 5
WAITED_FOR = timedelta(days=14)  # then the one who asked is told that no answer came

GONE = gettext_lazy("This statement is not open any more, so nobody can reply to it. Nothing was sent.")
OVER = gettext_lazy("The time for replying is over. Nothing was sent.")
ANSWER_FIRST = gettext_lazy("Please answer the statement first: agree, pass or disagree. Then you can reply.")


def role_of(
    member: Member | AnonymousUser | None, engagement: Engagement, among: tuple[RoleName, ...] = ASKING
) -> RoleName | None:
    """In which of these roles somebody acts here; None for everybody else."""
    if not isinstance(member, Member) or not member.is_active or member.organisation_id != engagement.organisation_id:
        return None
    held = set(engagement.roles.held().filter(member=member, name__in=among).values_list("name", flat=True))
    return next((role for role in among if role in held), None)


def read_under(statement: Statement) -> Statement | None:
    """On whose page replies to it are read: its own, or that of the one it was merged into; None where on none.

    As they come, they go: when the merge is undone, they are read on its own page again.
    """
    if statement.state == StatementState.PUBLISHED:
        return statement
    was_open = statement.state == StatementState.MERGED and statement.state_before == StatementState.PUBLISHED
    stands = statement.counts_for if was_open else None
    return stands if stands and stands.state == StatementState.PUBLISHED else None


# The same, of the statements of rows.
IS_READ = Q(statement__state=StatementState.PUBLISHED) | Q(
    statement__state=StatementState.MERGED,
    statement__state_before=StatementState.PUBLISHED,
    statement__counts_for__state=StatementState.PUBLISHED,
)


def said_as(statement: Statement) -> Q:
    """Of rows that hang on statements: on this one, or on one that was open and merged into it."""
    merged = Q(statement__state=StatementState.MERGED, statement__state_before=StatementState.PUBLISHED)
    return Q(statement=statement) | merged & Q(statement__counts_for=statement)


def has_answered(participant: Participant, statement: Statement) -> bool:
    """Also one that counts for it by now."""
    return participant.votes.filter(said_as(statement)).exists()


def may_read_thread(statement: Statement, participant: Participant | None, role: RoleName | None) -> bool:
    """While votes are cast, only after one's own: nobody is to vote as others talk. Who reads by duty always may."""
    if role is not None or not is_listening(statement.engagement):
        return True
    if participant is None:
        return False
    return statement.author_id == participant.pk or has_answered(participant, statement)


def check_replying(participant: Participant, statement: Statement, today: date) -> None:
    """Raises Refused, with what to do."""
    if statement.engagement_id != participant.engagement_id or statement.state != StatementState.PUBLISHED:
        raise Refused(GONE)
    if not is_listening(statement.engagement):
        raise Refused(OVER)
    if statement.author_id != participant.pk and not has_answered(participant, statement):
        raise Refused(ANSWER_FIRST)
    mine = participant.replies.all()
    if mine.filter(statement=statement).count() >= MOST_UNDER_ONE:
        raise Refused(
            _("You have replied %(n)s times here. Withdraw one under “Mine” to say something else.")
            % {"n": MOST_UNDER_ONE}
        )
    if mine.filter(said_on=today).count() >= MOST_A_DAY:
        raise Refused(_("You have written %(n)s replies today. Please go on tomorrow.") % {"n": MOST_A_DAY})


def check_asking(statement: Statement, by: Member, today: date) -> None:
    """Raises Refused. Nothing here depends on who the author is, or the refusal would tell of them."""
    engagement = statement.engagement
    if statement.state != StatementState.PUBLISHED:
        raise Refused(_("This statement is not open any more, so its author cannot be asked. Nothing was sent."))
    if not engagement.is_opened or engagement.is_closed:
        raise Refused(_("Authors can be asked from the opening to the close only. Nothing was sent."))
    if statement.is_seed or statement.is_from_table:
        raise Refused(_("Nobody alone said this, so there is nobody to ask."))
    known = statement.author_questions.exclude(state=QuestionState.CALLED_BACK)
    if any(waits(question, today) for question in known):
        raise Refused(
            _("A question about this statement waits for its author. One at a time, so that nobody is pressed.")
        )
    if len(known) >= MOST_ABOUT_ONE:
        raise Refused(
            _("This author was asked %(n)s times about it. That is all, so that nobody is pressed.")
            % {"n": MOST_ABOUT_ONE}
        )
    asked = by.questions_asked.filter(statement__engagement=engagement, asked_on=today)
    if asked.exclude(state=QuestionState.CALLED_BACK).count() >= MOST_ASKED_A_DAY:
        raise Refused(_("You have asked %(n)s authors today. Please go on tomorrow.") % {"n": MOST_ASKED_A_DAY})


def is_told(question: AuthorQuestion, today: date) -> bool:
    """Whether those who ask see what the author did: from the day after, so that no moment is seen."""
    return question.settled_on is not None and question.settled_on < today


def waits(question: AuthorQuestion, today: date) -> bool:
    """As those who ask see it."""
    if question.state == QuestionState.CALLED_BACK or is_told(question, today):
        return False
    return today - question.asked_on <= WAITED_FOR


def check_answerable(question: AuthorQuestion, participant: Participant) -> None:
    """Raises Refused. Whose it is not, does not learn that there is a question."""
    engagement = question.statement.engagement
    if question.statement.author_id != participant.pk:
        raise Refused(_("This question is not for you."))
    if question.state == QuestionState.CALLED_BACK or question.statement.state != StatementState.PUBLISHED:
        raise Refused(_("This question was called back. Nothing was sent."))
    if not engagement.is_opened or engagement.is_closed:
        raise Refused(_("It is closed, so nothing more is sent to those who lead. Your words are still here."))
