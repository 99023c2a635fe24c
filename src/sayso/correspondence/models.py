"""What waits to be sent, what somebody wants to be sent, what was taken in, and each week's news. Tables; no behaviour.

No row names a member. A mark, or a sealed text, leads to one only with the engagement's key.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import Engagement


class MailKind(models.TextChoices):
    RECEIPT = "receipt", "Receipt"
    ANSWER = "answer", "Answer to what could not be taken"
    INSTANT = "instant", "News at once"
    DIGEST = "digest", "News of the week"


class MailState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    UNDER_WAY = "under_way", "Under way"
    DONE = "done", "Done"
    FAILED = "failed", "Could not be delivered"


class OutgoingMail(models.Model):
    """One mail to one person for one occasion: the mark is of both, so it can be there once only.

    A digest's turn is done whether there was news or not.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="outgoing_mails")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    mark = models.CharField(max_length=32)
    sealed = models.TextField(blank=True, help_text="Whom it is for and about what; emptied once its turn is over.")
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.WAITING)
    n_tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, help_text="Since when it is under way.")
    trouble = models.CharField(max_length=40, blank=True, help_text="As the mail server says it, in a number.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "mark"], name="mailed_once"),)
        indexes = (models.Index(fields=["state", "due_at"], name="mails_due"),)

    def __str__(self) -> str:
        return f"outgoing mail {self.pk} ({self.state})"


class Choice(models.TextChoices):
    WEEKLY = "weekly", _("Once a week, when there is news")
    INSTANT = "instant", _("At once when my statement is read, and once a week")
    NONE = "none", _("Nothing")


class MailChoice(models.Model):
    """What somebody wants to be sent in one engagement. No row: once a week."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="mail_choices")
    mark = models.CharField(max_length=32)
    sealed = models.TextField(help_text="Whose it is.")
    choice = models.CharField(max_length=10, choices=Choice.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "mark"], name="chosen_once"),)

    def __str__(self) -> str:
        return f"mail choice {self.pk}"


class TakenMail(models.Model):
    """That a mail was taken in, so that the same one delivered twice counts once. Nothing of the mail is kept."""

    mark = models.CharField(max_length=43, primary_key=True)
    day = models.DateField()

    def __str__(self) -> str:
        return f"taken mail {self.mark[:6]}"


class DigestRound(models.Model):
    """One week's news of one engagement: from where the last round ended to where this one does."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="digest_rounds")
    week = models.CharField(max_length=8, help_text="2026-W48")
    made_on = models.DateField()
    to_event = models.BigIntegerField(help_text="The last event in it.")
    snapshot_id = models.BigIntegerField(null=True, help_text="The results it tells of.")
    opened = models.JSONField(default=list, help_text="Statements opened for answers since the round before.")
    n_shared = models.PositiveIntegerField(default=0, help_text="How many things we newly share.")
    is_filled = models.BooleanField(default=False, help_text="Whether everybody's turn is written down.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "week"], name="one_round_a_week"),)

    def __str__(self) -> str:
        return f"news of {self.week}"
