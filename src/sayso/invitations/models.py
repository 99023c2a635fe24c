"""Waves of invitations and reminders, and whom they are for. Tables; no behaviour.

A row for each person says only that their turn has come, never when. Of a reminder it says no more for those who got
one than for those who needed none: who has taken part cannot be read here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import Engagement
from sayso.members.models import Member, Unit


class WaveKind(models.TextChoices):
    INVITATION = "invitation", lazily("Invitation")
    REMINDER = "reminder", lazily("Reminder")


class WaveState(models.TextChoices):
    DRAFT = "draft", lazily("Being written")
    READY = "ready", lazily("Waiting for its time")
    SENDING = "sending", lazily("On its way")
    STOPPED = "stopped", lazily("Stopped")
    DONE = "done", lazily("Done")


class Wave(models.Model):
    """One sending to some units, or to everybody. One worker at a time holds it, by a lease that runs out."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="waves")
    kind = models.CharField(max_length=10, choices=WaveKind.choices, default=WaveKind.INVITATION)
    units = models.ManyToManyField(Unit, related_name="waves", help_text="With those below them. None: everybody.")
    state = models.CharField(max_length=10, choices=WaveState.choices, default=WaveState.DRAFT)
    site = models.CharField(max_length=200, help_text="How this installation is reached: https://say.example.org")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    send_at = models.DateTimeField(null=True, help_text="None: as soon as it is sent off.")
    filled_on = models.DateField(null=True, help_text="The day its list of people was drawn up.")
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True, help_text="After trouble with the mail server.")
    trouble = models.CharField(max_length=300, blank=True, help_text="What hinders it, and the mend. Names nobody.")
    n_doubtful = models.PositiveIntegerField(default=0, help_text="Under way when a worker was cut off.")

    class Meta:
        indexes = (models.Index(fields=["state", "send_at"], name="waves_due"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class WaveText(models.Model):
    """What a wave says in one language."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=150)
    body = models.TextField(max_length=5_000)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["wave", "language"], name="one_text_a_language"),)

    def __str__(self) -> str:
        return self.subject


class Turn(models.TextChoices):
    WAITING = "waiting", lazily("Waiting")
    UNDER_WAY = "under_way", lazily("Under way")
    DONE = "done", lazily("Done")
    ON_PAPER = "on_paper", lazily("By letter")
    REFUSED = "refused", lazily("Refused by the mail server")


class Invitation(models.Model):
    """One person's turn in a wave. No moment is kept; of a reminder, not whether it was sent either."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    turn = models.CharField(max_length=10, choices=Turn.choices, default=Turn.WAITING)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["wave", "member"], name="one_turn_a_wave"),)
        indexes = (models.Index(fields=["wave", "turn"], name="turns_of_a_wave"),)

    def __str__(self) -> str:
        return f"turn {self.pk} ({self.turn})"


class ReminderWish(models.Model):
    """Somebody wants no reminders. Kept under a mark that leads to them only with the engagement's key."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="reminder_wishes")
    mark = models.CharField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "mark"], name="wished_once"),)

    def __str__(self) -> str:
        return f"reminder wish {self.pk}"


class BatchState(models.TextChoices):
    WAITING = "waiting", lazily("Waiting")
    MAKING = "making", lazily("Being made")
    READY = "ready", lazily("Ready")
    FAILED = "failed", lazily("Could not be made")
    GONE = "gone", lazily("Deleted")


class LetterBatch(models.Model):
    """Letters for some units, as one file that is deleted soon after it was fetched."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="letter_batches")
    units = models.ManyToManyField(Unit, related_name="letter_batches")
    is_for_all = models.BooleanField(default=False, help_text="Also for those whom mail reaches.")
    site = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.WAITING)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    n_letters = models.PositiveIntegerField(default=0)
    n_done = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)
    delete_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"letters {self.pk}"
