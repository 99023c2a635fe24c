"""Which pages of elsewhere may show cards, and which channels the link is posted to. Tables; no behaviour.

Nothing here is about what anybody said, answered or looked at.
"""

from __future__ import annotations

from django.db import models

from sayso.engagements.models import Engagement


class Embedding(models.Model):
    """The places that may show the cards of one engagement in a frame. No row: none may."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="embedding")
    origins = models.JSONField(default=list, help_text="https://intranet.example.org, one for each place.")

    def __str__(self) -> str:
        return f"embedding of {self.engagement_id}"


class Program(models.TextChoices):
    TEAMS = "teams", "Microsoft Teams"
    SLACK = "slack", "Slack"


class PostingState(models.TextChoices):
    RESTING = "resting", "Nothing asked for"
    WAITING = "waiting", "Waiting to be posted"
    UNDER_WAY = "under_way", "Under way"
    POSTED = "posted", "Posted"
    FAILED = "failed", "Could not be posted"


class Channel(models.Model):
    """A channel of another program in which the link is posted when its lead asks for it, and how far that is."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="channels")
    program = models.CharField(max_length=5, choices=Program.choices)
    host = models.CharField(max_length=253, help_text="Of the address, for its lead to know it by.")
    sealed = models.TextField(help_text="The address; whoever has it can write to the channel.")
    link = models.URLField(max_length=500, blank=True, help_text="What is posted leads there.")
    state = models.CharField(max_length=10, choices=PostingState.choices, default=PostingState.RESTING)
    begun_at = models.DateTimeField(null=True, help_text="Since when it is under way.")
    posted_on = models.DateField(null=True, help_text="The last time.")
    trouble = models.CharField(max_length=60, blank=True, help_text="Why it could not be posted, in a word.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "program"], name="one_channel_a_program"),)

    def __str__(self) -> str:
        return f"{self.get_program_display()}: {self.host}"
