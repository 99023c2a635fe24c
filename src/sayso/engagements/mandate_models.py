"""Tables of the mandate: dates, what leads typed, what changed since the opening, and who tries it before.

Tables and their constraints only. Nothing here is about what anybody said or voted.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from sayso.engagements.phases import Phase


class PhaseDates(models.Model):
    """From when to when a phase is planned; both days count."""

    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="phase_dates")
    phase = models.CharField(max_length=10, choices=Phase.choices)
    begins_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "phase"], name="phase_dated_once"),)

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.begins_on} to {self.ends_on}"


class MandateField(models.Model):
    """One field of a mandate as its leads typed it, kept even while it cannot be used.

    `earlier` and `earlier_by` are what stood there before the last change by somebody else, so that nobody's words
    vanish unnoticed when two leads write at once.
    """

    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="mandate_fields")
    name = models.CharField(max_length=60)
    typed = models.TextField(blank=True)
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    earlier = models.TextField(blank=True)
    earlier_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "name"], name="mandate_field_once"),)

    def __str__(self) -> str:
        return self.name


class MandateChange(models.Model):
    """What was changed after the opening, and why. Public, and never changed itself."""

    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="mandate_changes")
    name = models.CharField(max_length=60)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class TrialSeat(models.Model):
    """A named member may walk through before the opening. Goes with the trial."""

    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="trial_seats")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trial_seats")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "member"], name="one_trial_seat_each"),)

    def __str__(self) -> str:
        return f"trial seat {self.pk}"


class TrialRemark(models.Model):
    """What somebody who tried it tells the leads. Without a name, and gone with the trial."""

    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="trial_remarks")
    text = models.TextField()

    def __str__(self) -> str:
        return self.text
