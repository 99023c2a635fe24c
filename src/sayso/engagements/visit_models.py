"""Tables of a visit: why somebody takes no part, and which acts of a device have arrived. None leads to a member."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sayso.engagements.numbers import drawn_number


class Reason(models.TextChoices):
    """Why somebody takes no part. Ours; nobody's list was found to be better."""

    NO_TIME = "no_time", _("I have no time for it.")
    NO_USE = "no_use", _("I think it changes nothing.")
    NOT_SAFE = "not_safe", _("I do not trust that it stays confidential.")
    NOT_MINE = "not_mine", _("It does not concern me.")
    SAID_ALREADY = "said_already", _("I have said it elsewhere.")
    NO_REASON = "no_reason", _("I would rather not say why.")


class NotTakingPart(models.Model):
    """Somebody told why they take no part. The mark is theirs in another way than their participant's pseudonym."""

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    engagement = models.ForeignKey("engagements.Engagement", on_delete=models.CASCADE, related_name="not_taking_part")
    mark = models.CharField(max_length=32)
    reason = models.CharField(max_length=12, choices=Reason.choices)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "mark"], name="one_reason_each"),)

    def __str__(self) -> str:
        return self.reason


class ArrivedAct(models.Model):
    """An act of a device has been taken, so that the same one sent again does nothing.

    The mark is a hash of a number that only the device knows, and of no row: it leads to no answer. Deleted soon.
    """

    mark = models.UUIDField(primary_key=True)  # of 128 bits, and the smallest of indexes
    day = models.DateField(default=timezone.localdate, db_index=True)

    def __str__(self) -> str:
        return self.mark.hex
