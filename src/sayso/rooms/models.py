"""Meetings in rooms: what is planned, which sheets were printed, what was entered. Tables; no behaviour.

What people said and voted lies where everybody's does, in `engagements`: here is only by which sheet or table it came.
No moment is kept beside who entered something.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sayso.engagements.models import Engagement, Participant, Statement, StatementState, Topic
from sayso.rooms.codes import new_code

WHOLE_ROOM = 0  # the number of the table that stands for everybody in the room
MOST_TABLES = 60
MOST_SHEETS = 1_000
MOST_LINES = 40


class RoomSession(models.Model):
    """One meeting in one room, on one day, with whoever hosts it there."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="rooms")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="rooms")
    title = models.CharField(max_length=100)
    day = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="rooms_hosted"
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    n_tables = models.PositiveSmallIntegerField()
    n_sheets = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=500, blank=True, help_text="Where everybody there is of one large unit.")
    is_kit_made = models.BooleanField(default=False)
    is_closed = models.BooleanField(default=False, help_text="All of it is entered.")

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(n_tables__lte=MOST_TABLES, n_sheets__lte=MOST_SHEETS), name="a_room_holds_so_many"
            ),
        )

    def __str__(self) -> str:
        return self.title


class KitLine(models.Model):
    """A statement as it stands on the sheets of one room, under its number there. Never changed once printed."""

    session = models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveSmallIntegerField()
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["session", "number"], name="kit_line_in_its_place"),
            models.UniqueConstraint(fields=["session", "statement"], name="kit_line_once"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.statement}"

    @property
    def words(self) -> str:
        """As they may still be read; empty once they were hidden or withdrawn."""
        gone = (StatementState.HIDDEN, StatementState.WITHDRAWN)
        return "" if self.statement.state in gone else self.statement.text

    @property
    def language(self) -> str:
        return self.statement.language or ""


class RoomTable(models.Model):
    """A table in the room; it speaks as a participant of its own. Number 0 is the whole room."""

    session = models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="tables")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=6, unique=True, default=new_code)
    n_present = models.PositiveSmallIntegerField(null=True, help_text="Empty: not counted yet.")
    participant = models.OneToOneField(Participant, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["session", "number"], name="table_in_its_place"),)

    def __str__(self) -> str:
        return gettext("Table %(number)s") % {"number": self.number} if self.number else gettext("The whole room")


class BatchKind(models.TextChoices):
    WORDS = "words", _("Said at a table")
    MINUTES = "minutes", _("Minutes")
    HANDS = "hands", _("Raised hands")
    SHEET = "sheet", _("One sheet")
    FILE = "file", _("Sheets from a file")


class EntryBatch(models.Model):
    """What was entered in one go, so that it can be taken back in one go."""

    session = models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="batches")
    kind = models.CharField(max_length=10, choices=BatchKind.choices)
    table = models.ForeignKey(RoomTable, on_delete=models.CASCADE, null=True, related_name="batches")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    n_things = models.PositiveSmallIntegerField(help_text="Lines, statements or sheets; never people.")
    is_taken_back = models.BooleanField(default=False)
    statements = models.ManyToManyField(Statement, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.n_things}"


class HandsCount(models.Model):
    """How many raised their hands at one table, for one line. Nobody's vote: these stand beside the votes."""

    table = models.ForeignKey(RoomTable, on_delete=models.CASCADE, related_name="hands")
    line = models.ForeignKey(KitLine, on_delete=models.CASCADE, related_name="hands")
    batch = models.ForeignKey(EntryBatch, on_delete=models.CASCADE, related_name="hands")
    n_agree = models.PositiveSmallIntegerField()
    n_pass = models.PositiveSmallIntegerField()
    n_disagree = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["table", "line"], name="hands_counted_once"),
            models.CheckConstraint(
                condition=Q(n_agree__gt=0) | Q(n_pass__gt=0) | Q(n_disagree__gt=0), name="somebody_raised_a_hand"
            ),
        )

    def __str__(self) -> str:
        return f"hands of table {self.table_id} on line {self.line_id}"

    total = property(lambda self: self.n_agree + self.n_pass + self.n_disagree)


class SheetState(models.TextChoices):
    PRINTED = "printed", _("Printed")
    ENTERED = "entered", _("Typed in")
    WITHDRAWN = "withdrawn", _("Taken out again")
    TAKEN_OVER = "taken_over", _("Taken over by whoever filled it in")
    LEFT_OUT = "left_out", _("Left out at the wish of whoever filled it in")


TO_BE_TYPED = (SheetState.PRINTED, SheetState.WITHDRAWN)


class Sheet(models.Model):
    """One person's sheet of paper, by the code that is printed on it; a participant once it is typed in."""

    session = models.ForeignKey(RoomSession, on_delete=models.CASCADE, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=6, unique=True, default=new_code)
    state = models.CharField(max_length=10, choices=SheetState.choices, default=SheetState.PRINTED)
    participant = models.OneToOneField(Participant, on_delete=models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey(EntryBatch, on_delete=models.SET_NULL, null=True, related_name="sheets")
    is_checked = models.BooleanField(default=False, help_text="Typed in twice, the same both times.")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["session", "number"], name="sheet_in_its_place"),
            models.CheckConstraint(condition=~Q(state="printed") | Q(participant=None), name="a_blank_sheet_is_nobody"),
        )

    def __str__(self) -> str:
        return f"sheet {self.number}"
