"""What those who moderate did, and what a machine noticed for them. No author stands here, and no moment.

What becomes of a statement is in its own row (`engagements.models.Statement`); here is the trail of how it came to be.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as lazily
from django.utils.translation import gettext_noop

from sayso.engagements.models import Engagement, KindCorrection, Statement
from sayso.engagements.numbers import drawn_number

# Kept as written here, and told to each author in their own language.
RETURN_REASONS = (
    gettext_noop("It names a person. Please say it without the name."),
    gettext_noop("It holds more than one idea. Please send them one by one."),
    gettext_noop("Others could not know what is meant. Please say a little more."),
    gettext_noop("It may hurt somebody. Please say what should change instead."),
)


def usual_reasons() -> list[str]:
    return list(RETURN_REASONS)


class Act(models.TextChoices):
    PUBLISHED = "published", lazily("Approved")
    RETURNED = "returned", lazily("Returned")
    MERGED = "merged", lazily("Merged")
    SPLIT = "split", lazily("Split in two")
    HIDDEN = "hidden", lazily("Hidden")
    CORRECTED = "corrected", lazily("Kind corrected")


class Decision(models.Model):
    """One act on one statement, by a person on duty. Taken back, it is kept with who took it back.

    Its number is drawn and its order emptied when the key goes: in which order statements were read is nearly the order
    in which people came.
    """

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="decisions")
    act = models.CharField(max_length=10, choices=Act.choices)
    reason = models.CharField(max_length=300, blank=True)
    into = models.ForeignKey(Statement, on_delete=models.SET_NULL, null=True, related_name="+")
    correction = models.ForeignKey(
        KindCorrection, on_delete=models.SET_NULL, null=True, related_name="+", help_text="What it was said to be."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    day = models.DateField()
    batch = models.BigIntegerField(help_text="Drawn; the same for all that was decided by one press.")
    place = models.BigIntegerField(null=True, help_text="In the order of decisions. Emptied when the key is destroyed.")
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    is_undone = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["statement", "place"], name="decisions_in_order"),)

    def __str__(self) -> str:
        return f"{self.act} {self.statement_id}"


class Look(models.Model):
    """What a machine noticed about a statement before anybody reads it. It only points; it decides nothing."""

    statement = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="look")
    key = models.CharField(max_length=64, db_index=True, help_text="Of its words: the same sentence has the same.")
    flags = models.JSONField(default=list, help_text="As `flags.Flag` writes them.")
    is_held = models.BooleanField(default=False, help_text="One of very many within a minute.")
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"look at {self.statement_id}"


class Note(models.Model):
    """What those who moderate tell each other about a statement. Its author never sees it."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.text


class Mending(models.Model):
    """A returned statement, and the one its author sent in its place."""

    returned = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="mendings")
    mended = models.OneToOneField(Statement, on_delete=models.CASCADE, related_name="mends")

    def __str__(self) -> str:
        return f"{self.returned_id} mended"


class Policy(models.Model):
    """How one engagement is moderated, as members read it."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="policy")
    promised_hours = models.PositiveSmallIntegerField(default=24)
    words = models.TextField(blank=True, help_text="In the organisers' own words; empty: ours.")
    reasons = models.JSONField(default=usual_reasons)

    def __str__(self) -> str:
        return f"policy of {self.engagement_id}"
