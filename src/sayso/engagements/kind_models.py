"""What kind of thing was said, how it stands to the change, and who put our guess right. None leads to a member."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sayso.engagements.numbers import drawn_number


class Kind(models.TextChoices):
    """What kind of thing was said, in its author's eyes."""

    PROBLEM = "problem", _("a problem")
    WANT = "want", _("a wish")
    NEED = "need", _("a need")
    CONCERN = "concern", _("a concern")
    FEAR = "fear", _("a fear")
    IDEA = "idea", _("an idea")
    PRAISE = "praise", _("praise")
    QUESTION = "question", _("a question")


class Leaning(models.TextChoices):
    """How a statement stands to the change. Of its words: whoever said them may think otherwise."""

    FOR = "for", _("for the change")
    UNSURE = "unsure", _("neither for nor against the change")
    AGAINST = "against", _("against the change")


class About(models.TextChoices):
    """Which of the two is corrected. The names are those of a statement's columns."""

    KIND = "kind", _("What kind of thing it is")
    LEANING = "leaning", _("How it stands to the change")


class KindCorrection(models.Model):
    """Somebody said what a statement is. Replaced or taken back it is ended, never changed.

    Who is in no column. For its author it is enough that it was the author; who corrects in office is named by the
    decision in `moderation`. The author's word counts before one in office.
    """

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey("engagements.Statement", on_delete=models.CASCADE, related_name="kind_corrections")
    about = models.CharField(max_length=7, choices=About.choices)
    to = models.CharField(max_length=10, blank=True, help_text="A kind or a leaning; empty: none of these.")
    is_by_author = models.BooleanField()
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    is_ended = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["statement", "about", "is_by_author"],
                condition=Q(is_ended=False),
                name="one_correction_stands",
            ),
        )

    def __str__(self) -> str:
        return f"{self.about} of {self.statement_id}"

    @property
    def to_in_words(self) -> str:
        choices = Kind if self.about == About.KIND else Leaning
        return str(choices(self.to).label) if self.to else str(_("none of these"))
