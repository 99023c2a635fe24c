"""What becomes of replies and answers when somebody leaves or is erased, and when the key goes. Writes."""

from __future__ import annotations

from django.db.models import F

from sayso.engagements.locking import writing
from sayso.engagements.models import Engagement, Participant
from sayso.replies.models import Acknowledgement, AuthorQuestion, NoQuestions, Reply, ReplyState
from sayso.replies.question_actions import allow_questions, take_answer_back
from sayso.replies.rules import IS_READ
from sayso.replies.thread_actions import take_mark_off, withdraw_reply


def take_replies_back(*, participant: Participant, keep_shown: bool) -> None:
    """Whoever leaves takes their words here along: all, or those nobody has read and every answer to those in charge.

    Call it before the statements are taken back: questions about them are told apart by who wrote them.
    """
    with writing(participant.engagement, by=participant):
        for reply in participant.replies.all():
            if keep_shown and reply.state == ReplyState.PUBLISHED:
                take_mark_off(participant=participant, reply=reply)
            else:
                withdraw_reply(participant=participant, reply=reply)
        for question in AuthorQuestion.objects.filter(statement__author=participant, settled_on__isnull=False):
            take_answer_back(participant=participant, question=question)
        allow_questions(participant=participant)


def cut_replies_off(*, participant: Participant) -> None:
    """For whoever is erased: what stays shown has no author any more, not even a pseudonym."""
    with writing(participant.engagement, by=participant):
        take_replies_back(participant=participant, keep_shown=True)
        participant.replies.update(author=None, said_on=None)


def forget_authors(*, engagement: Engagement) -> None:
    """With the key: shown replies lose author and days, and so their order; all else between people and those in charge
    goes, since nobody can be told any more that it is theirs. Acknowledgements stay, without their days."""
    here = Reply.objects.filter(statement__engagement=engagement)
    here.exclude(pk__in=here.filter(IS_READ, state=ReplyState.PUBLISHED).values("pk")).delete()
    AuthorQuestion.objects.filter(statement__engagement=engagement).delete()
    NoQuestions.objects.filter(participant__engagement=engagement).delete()
    here.update(author=None, said_on=None, shown_on=None)
    Acknowledgement.objects.filter(statement__engagement=engagement).update(given_on=None)


def write_in_one_breath(engagement: Engagement) -> None:
    """All rows anew, in one transaction, so that none carries the mark of when it was written last."""
    Reply.objects.filter(statement__engagement=engagement).update(state=F("state"))
    Acknowledgement.objects.filter(statement__engagement=engagement).update(said=F("said"))
