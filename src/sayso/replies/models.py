"""What is said about an open statement: replies of members, questions to its author, acknowledgements. Tables only.

Days, never moments, and no number that counts up: the order of what was said about statements would tell the order of
their authors. The end of the key takes days and authors off, and deletes the questions (`leaving.forget_authors`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Participant, RoleName, Statement
from sayso.engagements.numbers import drawn_number
from sayso.members.models import Member

MAX_REASON_CHARACTERS = 300


class ReplyState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    PUBLISHED = "published", _("Shown under the statement")
    HIDDEN = "hidden", _("Not shown, with a reason")


class Reply(models.Model):
    """Somebody's words under a statement, on one level. Withdrawn, it is deleted: no count rests on it."""

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(Participant, on_delete=models.CASCADE, null=True, related_name="replies")
    text = models.CharField(max_length=MAX_STATEMENT_CHARACTERS)
    # As of a statement: NULL, nobody has looked; empty, not sure; a code.
    language = models.CharField(max_length=3, null=True, default=None, help_text="Of its words.")  # noqa: DJ001
    is_by_author = models.BooleanField(default=False, help_text="Marked so by the author of the statement.")
    state = models.CharField(max_length=10, choices=ReplyState.choices, default=ReplyState.WAITING)
    hide_reason = models.CharField(max_length=MAX_REASON_CHARACTERS, blank=True)
    said_on = models.DateField(null=True, default=timezone.localdate, help_text="Emptied with the key.")
    shown_on = models.DateField(null=True, help_text="Since when it is read under the statement. Emptied with the key.")

    class Meta:
        indexes = (
            models.Index(fields=["statement", "state"], name="replies_under_one"),
            models.Index(fields=["id"], condition=Q(language=None), name="reply_not_looked_at"),
        )
        # The same words by the same person: a form sent twice.
        constraints = (models.UniqueConstraint(fields=["statement", "author", "text"], name="replied_once"),)

    def __str__(self) -> str:
        return self.text


class QuestionState(models.TextChoices):
    OPEN = "open", _("Waits for the author")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Declined")
    CALLED_BACK = "called_back", _("Called back")


class AuthorQuestion(models.Model):
    """What somebody in charge asks whoever wrote a statement, and the answer, which has no name."""

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="author_questions")
    asked_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="questions_asked")
    as_role = models.CharField(max_length=10, choices=RoleName.choices)
    text = models.CharField(max_length=MAX_STATEMENT_CHARACTERS)
    asked_on = models.DateField(default=timezone.localdate)
    state = models.CharField(max_length=12, choices=QuestionState.choices, default=QuestionState.OPEN)
    answer = models.CharField(max_length=MAX_STATEMENT_CHARACTERS, blank=True)
    settled_on = models.DateField(null=True, help_text="When it was answered or declined; told from the day after.")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="answered", settled_on__isnull=False) & ~Q(answer="")
                | Q(state="declined", settled_on__isnull=False, answer="")
                | Q(state__in=["open", "called_back"], settled_on=None, answer=""),
                name="an_answer_has_its_day",
            ),
        )

    def __str__(self) -> str:
        return self.text


class NoQuestions(models.Model):
    """Somebody wants no questions about what they said. Whoever asks is not told."""

    participant = models.OneToOneField(
        Participant, on_delete=models.CASCADE, primary_key=True, related_name="no_questions"
    )

    def __str__(self) -> str:
        return "no questions, please"


class Said(models.TextChoices):
    """The five quick acknowledgements, in the words in which they are read."""

    READ = "read", _("We have read this.")
    LOOKING = "looking", _("We will look into this.")
    UNDER_WAY = "under_way", _("This is already under way.")
    CANNOT = "cannot", _("We cannot do this.")
    DONE = "done", _("Thank you. We did this.")


class Acknowledgement(models.Model):
    """What those in charge say to a statement, for everybody to read: by role, on a day. Undone, it is deleted."""

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="acknowledgements")
    place = models.PositiveSmallIntegerField(help_text="Which one to this statement, counted from 1.")
    said = models.CharField(max_length=10, choices=Said.choices)
    reason = models.CharField(max_length=MAX_REASON_CHARACTERS, blank=True, help_text="Why it cannot be done.")
    given_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="acknowledgements_given")
    as_role = models.CharField(max_length=10, choices=RoleName.choices)
    given_on = models.DateField(null=True, default=timezone.localdate, help_text="Emptied with the key.")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reason="") ^ Q(said="cannot"), name="cannot_has_a_reason"),
            models.UniqueConstraint(fields=["statement", "place"], name="one_in_each_place"),
        )

    def __str__(self) -> str:
        return self.get_said_display()
