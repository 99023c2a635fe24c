"""Jobs, snapshots, places: what the worker has to do and what it has found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import Engagement, Participant


class JobState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"


class Job(models.Model):
    """One distillation to be made. Claimed by compare-and-set; a lease that runs out frees it again."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.FloatField(default=0.0, help_text="Share done, 0 to 1.")
    step = models.CharField(max_length=100, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["engagement"],
                condition=Q(state__in=["waiting", "running"]),
                name="one_open_job_per_engagement",
            ),
        )

    def __str__(self) -> str:
        return f"job {self.pk} ({self.state})"


class Snapshot(models.Model):
    """What the engagement thought at one event: immutable, reproducible byte for byte from the event log."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="snapshots")
    last_event = models.BigIntegerField(help_text="Events up to and including this one are in it.")
    engine_version = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    input_digest = models.CharField(max_length=80)
    body = models.TextField(help_text="Canonical JSON, as the engine wrote it. No page reads it.")
    published = models.TextField(help_text="What of it may be shown, as JSON: all that pages, files and the API see.")
    timings = models.JSONField(default=dict, help_text="Seconds per step; beside the body, since they differ.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "last_event"], name="one_snapshot_per_event"),)

    def __str__(self) -> str:
        return f"snapshot {self.pk}"


class Place(models.Model):
    """Where one participant stands in one snapshot. Read for that participant only."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="places")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="places")
    x = models.FloatField()
    y = models.FloatField()
    sd = models.FloatField()
    group = models.SmallIntegerField(help_text="-1: could not be placed in one.")
    probability = models.FloatField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["snapshot", "participant"], name="one_place_each"),)

    def __str__(self) -> str:
        return f"place {self.pk}"


class PublicResults(models.Model):
    """Whether the results of one engagement may be read by anybody once answering is over. No row: by those in it."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="public_results")
    is_public = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"public results of {self.engagement_id}"


class IntegrityCheck(models.Model):
    """What was last found about accounts that seem not to answer for themselves. For the data guardian's eyes only."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="integrity_check")
    last_event = models.BigIntegerField(help_text="Events up to and including this one were looked at.")
    found = models.JSONField(help_text="Accounts by the numbers of their participants, kinds, reasons; nobody's votes.")
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"integrity check {self.pk}"


class WishKind(models.TextChoices):
    PIN = "pin", lazily("Keep it listed")
    REWORD = "reword", lazily("Say it in other words")
    MERGE = "merge", lazily("One in place of several")
    REJECT = "reject", lazily("Do not list it")


class KeyPointWish(models.Model):
    """How a lead wants a key point listed, on every run until it is taken back. Ended, never deleted."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="key_point_wishes")
    kind = models.CharField(max_length=6, choices=WishKind.choices)
    topic = models.CharField(max_length=100, blank=True)
    replaced = models.JSONField(default=list, help_text="Wordings that are not listed any more.")
    wording = models.CharField(max_length=280, blank=True, help_text="What is listed; empty for a rejection.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.pk})"


class Heartbeat(models.Model):
    """A worker's last sign of life."""

    worker = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.worker
