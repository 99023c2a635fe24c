"""Wishes to be erased, and the published record of ballots. Knows members for the wishes, never whose a ballot is."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sayso.engagements.models import Engagement
from sayso.members.models import Member


class WishState(models.TextChoices):
    OPEN = "open", "Waits"
    CARRIED_OUT = "carried_out", "Carried out"


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
    """Every vote in the published count, under marks only its voter can recognise. Published once, never changed."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="ballot_record")
    counted_to = models.BigIntegerField(help_text="The last event of the snapshot it belongs to.")
    root = models.CharField(max_length=64)
    body = models.TextField(help_text="Canonical JSON, as `ballots.record` writes it.")
    published_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"ballot record {self.root[:8]}"
