"""The pace of mail, addresses that do not work, and what an engagement allows by mail. Tables; no behaviour."""

from __future__ import annotations

from django.db import models

from sayso.engagements.models import Engagement
from sayso.members.models import Organisation


class BouncingAddress(models.Model):
    """An address that mail did not reach. Of the address, not of a person; a mended roster leaves it behind."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="bouncing_addresses")
    email = models.EmailField()
    status = models.CharField(max_length=20, blank=True, help_text="As mail servers write it: 5.1.1.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organisation", "email"], name="bounces_once"),)

    def __str__(self) -> str:
        return self.status


class MailPace(models.Model):
    """When the mail server may be given the next message: one row for all workers, so that none hurries it."""

    free_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"mail pace {self.free_at}"


class MailRules(models.Model):
    """What one engagement allows by mail. No row: as it stands here."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="mail_rules")
    takes_replies = models.BooleanField(default=True, help_text="People may answer a mail with a statement.")
    has_feed = models.BooleanField(default=False, help_text="Whoever has its address may follow without signing in.")

    def __str__(self) -> str:
        return f"mail rules of {self.engagement_id}"
