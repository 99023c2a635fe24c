"""Wishes to be erased, and the published record of ballots. Knows members for the wishes, never whose a ballot is."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import Engagement
from sayso.members.models import Member


class WishState(models.TextChoices):
    OPEN = "open", lazily("Waits")
    CARRIED_OUT = "carried_out", lazily("Carried out")


class ErasureWish(models.Model):
    """A member's wish that nothing here leads to them any more. Once it is carried out, it names nobody either.

    It keeps days, not moments: beside the log of events a moment would say which participant is meant.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="erasure_wishes")
    member = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="erasure_wishes")
    state = models.CharField(max_length=12, choices=WishState.choices, default=WishState.OPEN)
    asked_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["engagement", "member"], condition=models.Q(state="open"), name="one_open_wish_each"
            ),
        )

    def __str__(self) -> str:
        return f"wish of {self.asked_on}: {self.get_state_display()}"


class BallotRecord(models.Model):
    """Every vote in the published count, under marks only its voter can recognise. Published once, never changed.

    Its statements are sheets, so that nobody needs the whole of it in memory.
    """

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="ballot_record")
    counted_to = models.BigIntegerField(help_text="The last event of the snapshot it belongs to.")
    root = models.CharField(max_length=64)
    making = models.CharField(max_length=32, help_text="Under which its sheets stand.")
    block_roots = models.BinaryField(help_text="Of each block of lines: `ballots.tree.GrowingTree`.")
    published_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"ballot record {self.root[:8]}"


class BallotSheet(models.Model):
    """One statement of a ballot record. Shown by nobody until the record that names its making is published."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="+")
    making = models.CharField(max_length=32)
    statement = models.BigIntegerField()
    first_line = models.BigIntegerField(help_text="Where its lines begin in the record, counted from 0.")
    end_line = models.BigIntegerField()
    ballots = models.BinaryField(help_text="As `ballots.sheet` packs them.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "making", "statement"], name="one_sheet_each"),)

    def __str__(self) -> str:
        return f"sheet of statement {self.statement}"


class JobKind(models.TextChoices):
    BALLOTS = "ballots", lazily("Making the ballot record")
    SEAL = "seal", lazily("Taking out order and moments")


class JobState(models.TextChoices):
    WAITING = "waiting", lazily("Waiting")
    RUNNING = "running", lazily("Running")
    DONE = "done", lazily("Done")
    FAILED = "failed", lazily("Failed")


class CustodyJob(models.Model):
    """Something the worker does in custody. Claimed by compare-and-set; a lease that runs out frees it again.

    Neither kind can be stopped: nobody may hold a ballot record back, and what follows a destroyed key must follow.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="custody_jobs")
    kind = models.CharField(max_length=10, choices=JobKind.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, help_text="While it waits: not before.")
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Who claimed it first can store nothing once this grew."
    )
    step = models.CharField(max_length=60, blank=True)
    n_done = models.PositiveIntegerField(default=0)
    n_all = models.PositiveIntegerField(default=0)
    told = models.TextField(blank=True, help_text="What went wrong, and the mend.")
    # How far the log is written anew: kept in the transaction of each batch.
    is_begun = models.BooleanField(default=False)
    is_sealed = models.BooleanField(default=False)
    written_to = models.BigIntegerField(default=0, help_text="The last event written anew.")
    statement_done = models.BigIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["engagement", "kind"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="one_custody_job_of_a_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"
