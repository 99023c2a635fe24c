"""Words of a statement in another language, as a machine somewhere put them. Leads to no member."""

from __future__ import annotations

from django.db import models

from sayso.engagements.numbers import drawn_number


class Translation(models.Model):
    """One statement in one language; without words while it is under way, or has failed and is tried again.

    Its number is drawn: counted up, it would tell in which order statements came.
    """

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    statement = models.ForeignKey("engagements.Statement", on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=3)
    of_text = models.CharField(max_length=280, blank=True, help_text="The words it was made of.")
    text = models.CharField(max_length=1300, blank=True)
    made_by = models.CharField(max_length=80, blank=True, help_text="Name of the translator.")
    n_failures = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, help_text="When to try again. Empty once it is made.")
    trouble = models.CharField(max_length=200, blank=True, help_text="Why it could not be made, the last time.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["statement", "language"], name="one_translation_a_language"),)

    def __str__(self) -> str:
        return f"statement {self.statement_id} in {self.language}"
