"""What is asked, said and voted. Tables and their constraints; no behaviour.

Statements and votes hang on a participant, who is a pseudonym: no column here leads to a member,
but for the roles, which are held by named people on purpose.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sayso.engagements.kind_models import About as About
from sayso.engagements.kind_models import Kind as Kind
from sayso.engagements.kind_models import KindCorrection as KindCorrection
from sayso.engagements.kind_models import Leaning as Leaning
from sayso.engagements.mandate_models import MandateChange as MandateChange
from sayso.engagements.mandate_models import MandateField as MandateField
from sayso.engagements.mandate_models import PhaseDates as PhaseDates
from sayso.engagements.mandate_models import TrialRemark as TrialRemark
from sayso.engagements.mandate_models import TrialSeat as TrialSeat
from sayso.engagements.numbers import drawn_number
from sayso.engagements.phases import Phase as Phase
from sayso.engagements.translation_models import Translation as Translation
from sayso.engagements.visit_models import ArrivedAct as ArrivedAct
from sayso.engagements.visit_models import NotTakingPart as NotTakingPart
from sayso.engagements.visit_models import Reason as Reason
from sayso.members.models import Organisation, Unit

MAX_STATEMENT_CHARACTERS = 280
ATTRIBUTES = ("unit", "role", "site", "language")


def usual_attributes() -> list[str]:
    return ["unit", "role"]


class IdentityLevel(models.TextChoices):
    CONFIDENTIAL = "confidential", _("Confidential. Nobody sees who said what.")
    OPEN = "open", _("Open names. Each person may put their name to a statement.")
    GUEST = "guest", _("Guests. Also people who are not on the list.")


def only_english() -> list[str]:
    return ["en"]


class Engagement(models.Model):
    """One stage-1 process of one organisation, with the thresholds it was opened with."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="engagements")
    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    objective = models.TextField(blank=True, help_text="Which problem are we solving?")
    what_is_open = models.TextField(blank=True, help_text="What people can still change, one thing a line.")
    what_is_fixed = models.TextField(blank=True, help_text="What is decided already, one thing a line.")
    who_decides = models.TextField(blank=True, help_text="Who decides in the end, and how.")
    promise = models.TextField(blank=True, help_text="Who sees what, in two lines.")
    identity_level = models.CharField(max_length=12, choices=IdentityLevel.choices, default=IdentityLevel.CONFIDENTIAL)
    answers_due = models.DateField(null=True, blank=True, help_text="When people will have their answers.")
    languages = models.JSONField(default=only_english, help_text="Codes of the languages people are addressed in.")
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.MANDATE)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it is being prepared.")
    closed_at = models.DateTimeField(null=True, blank=True)
    n_members = models.PositiveIntegerField(default=0, help_text="Size of the roster when the engagement opened.")
    cards_per_sitting = models.PositiveSmallIntegerField(default=20)
    min_votes_to_place = models.PositiveSmallIntegerField(default=7)
    min_group_scores = models.PositiveSmallIntegerField(default=5)
    min_group_words = models.PositiveSmallIntegerField(default=10)
    attributes_kept = models.JSONField(
        default=usual_attributes, help_text="Which of ATTRIBUTES are copied at opening; fixed from then on."
    )
    key_destroyed_on = models.DateField(null=True, help_text="Since when nobody can be tied to their answers.")
    ballot_root = models.CharField(max_length=64, blank=True, help_text="Of the ballot record, once it is published.")
    has_dictation = models.BooleanField(
        default=False, help_text="Offer to write by voice; some browsers send what is spoken to their makers."
    )
    has_translations = models.BooleanField(
        default=False, help_text="Have published statements translated by the service that the operator named."
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(min_group_scores__gte=5), name="scores_need_five"),
            models.CheckConstraint(condition=Q(min_group_words__gte=10), name="words_need_ten"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_opened(self) -> bool:
        return self.opened_at is not None

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class RoleName(models.TextChoices):
    LEAD = "lead", _("Engagement lead")
    SPONSOR = "sponsor", _("Sponsor")
    MODERATOR = "moderator", _("Moderator of the day")
    AMBASSADOR = "ambassador", _("Ambassador")
    GUARDIAN = "guardian", _("Data guardian")


class RolesKept(models.QuerySet["Role"]):
    def standing(self) -> RolesKept:
        """Neither ended nor over: held now, offered, or planned for a day to come."""
        return self.filter(ended_at=None).exclude(until__lte=timezone.now())

    def held(self) -> RolesKept:
        """Accepted, and it is their time. Rights go by these only."""
        return self.standing().exclude(accepted_at=None).exclude(since__gt=timezone.now())


class Role(models.Model):
    """A named member's duty in one engagement, with who gave it and who ended it. Ended, never deleted.

    Offered, it is nobody's until it is accepted. With `since` and `until`, the first moment and the one after the
    last, it is held for days only: those of the moderator of the day.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="roles")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(max_length=10, choices=RoleName.choices)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True, default=timezone.now, help_text="Empty: only offered.")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    objects = RolesKept.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["engagement", "member", "name"],
                condition=Q(ended_at=None, since=None),
                name="role_held_once",
            ),
            models.CheckConstraint(
                condition=Q(since=None, until=None) | Q(since__isnull=False, until__gt=F("since")),
                name="role_days_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.get_name_display()

    @property
    def first_day(self) -> date | None:
        return timezone.localdate(self.since) if self.since else None

    @property
    def last_day(self) -> date | None:
        return timezone.localdate(self.until - timedelta(seconds=1)) if self.until else None


class Topic(models.Model):
    """A question in members' words."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="topics")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100, blank=True)
    question = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (models.UniqueConstraint(fields=["engagement", "position"], name="topic_in_its_place"),)

    def __str__(self) -> str:
        return self.title


class CameBy(models.TextChoices):
    """By themselves, or through a room, where nobody knows which member it was."""

    ITSELF = "", "By themselves"
    SHEET = "sheet", "A sheet of paper, filled in by one person"
    TABLE = "table", "A table, which speaks and casts no votes"


class Participant(models.Model):
    """A member, or a guest, inside one engagement, under a pseudonym that only `members.pseudonyms` can derive.

    `unit` to `language` are the coarse copy made at opening (`RosterCell`), so that results do not drift when people
    move. No dates: they would link; no number that counts up, for the same reason.
    """

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="participants")
    pseudonym = models.CharField(max_length=32)
    unit = models.CharField(max_length=500, blank=True)
    role = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=200, blank=True)
    is_guest = models.BooleanField(default=False, help_text="Of nobody on the roster that we know of.")
    came_by = models.CharField(max_length=5, choices=CameBy.choices, default=CameBy.ITSELF, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "pseudonym"], name="one_member_one_participant"),)

    def __str__(self) -> str:
        return f"participant {self.pk}"


class RosterCell(models.Model):
    """How many people were alike in every attribute kept, when the engagement opened. Written once, never changed.

    Of each there are at least `min_group_scores` people, unless the whole roster is smaller.
    """

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="roster_cells")
    of_unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, related_name="+")
    unit = models.CharField(max_length=500, blank=True, help_text="As it was called then.")
    role = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=200, blank=True)
    n_people = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.n_people} people alike"


class RosterPlace(models.Model):
    """In which cell a member was when the engagement opened. Needed until they take part; deleted with the key."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="roster_places")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    cell = models.ForeignKey(RosterCell, on_delete=models.CASCADE, related_name="places")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["engagement", "member"], name="one_place_on_the_roster"),)

    def __str__(self) -> str:
        return f"place of member {self.member_id}"


class WordToAvoid(models.Model):
    """A word that organisers of one engagement do not want to use, and what they say instead."""

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="words_to_avoid")
    word = models.CharField(max_length=60)
    say = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("word",)
        constraints = (models.UniqueConstraint(Lower("word"), "engagement", name="word_to_avoid_once"),)

    def __str__(self) -> str:
        return self.word


class StatementState(models.TextChoices):
    WAITING = "waiting", _("Waiting to be read")
    PUBLISHED = "published", _("Open for votes")
    RETURNED = "returned", _("Returned to its author")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")
    MERGED = "merged", _("Merged into one that says the same")
    SPLIT = "split", _("Split in two")
    HIDDEN = "hidden", _("Hidden, with a reason")


class Statement(models.Model):
    """One idea in somebody's own words. Its number is public, and must not tell who spoke first."""

    id = models.BigAutoField(primary_key=True, default=drawn_number)
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="statements")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="statements")
    author = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, blank=True, related_name="statements")
    text = models.CharField(max_length=MAX_STATEMENT_CHARACTERS)
    is_seed = models.BooleanField(default=False, help_text="Written by the organisers, and labelled so.")
    is_from_table = models.BooleanField(default=False, help_text="Said at a table in a room, and labelled so.")
    state = models.CharField(max_length=10, choices=StatementState.choices, default=StatementState.WAITING)
    return_reason = models.CharField(max_length=300, blank=True, help_text="Why it was returned, or hidden.")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="merged")
    counts_for = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="counted",
        help_text="The one at the end of `merged_into`, for which its votes count; empty: itself.",
    )
    state_before = models.CharField(max_length=10, blank=True, help_text="What it was before it was merged.")
    split_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True, help_text="Empty: not sure.")
    is_kind_guessed = models.BooleanField(default=True, help_text="By us from the words; else somebody said it.")
    kind_sure = models.FloatField(null=True, blank=True, help_text="Of a guess: how likely it is right, 0 to 1.")
    leaning = models.CharField(max_length=7, choices=Leaning.choices, blank=True, help_text="Empty: not known.")
    is_leaning_guessed = models.BooleanField(default=True)
    leaning_sure = models.FloatField(null=True, blank=True)
    signed_name = models.CharField(
        max_length=200, blank=True, help_text="The name its author put to it. Goes when they wish so, and with the key."
    )
    arrived = models.BigIntegerField(
        null=True, help_text="The event that took it in: the order of the inbox. Emptied when the key is destroyed."
    )
    # Three states: NULL, nobody has looked; empty, looked at and not sure; a code.
    language = models.CharField(  # noqa: DJ001
        max_length=3, null=True, blank=True, default=None, help_text="Of its words; empty: not sure."
    )

    class Meta:
        indexes = (
            models.Index(fields=["engagement", "state"], name="open_statements"),
            models.Index(fields=["id"], condition=Q(language=None), name="language_not_looked_at"),
        )
        constraints = (
            # The same words by the same person: a form sent twice.
            models.UniqueConstraint(fields=["engagement", "author", "text"], name="said_once"),
            models.CheckConstraint(
                condition=Q(is_seed=True, author__isnull=True) | Q(is_seed=False, author__isnull=False),
                name="a_seed_has_no_author",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="merged_into_another"),
            models.CheckConstraint(condition=Q(is_seed=False) | Q(signed_name=""), name="nobody_signs_a_seed"),
        )

    def __str__(self) -> str:
        return self.text


class Stance(models.IntegerChoices):
    AGREE = 1, _("Agree")
    PASS = 0, _("Pass")
    DISAGREE = -1, _("Disagree")


class Vote(models.Model):
    """A participant's stance on a statement; the last one counts."""

    # No index of its own: that of `one_vote_each` begins with it.
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="votes", db_index=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="votes")
    stance = models.SmallIntegerField(choices=Stance.choices)
    is_important = models.BooleanField(default=False)
    probability = models.FloatField(
        null=True, blank=True, help_text="With which the card was drawn when it was first answered; empty: not drawn."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "statement"], name="one_vote_each"),
            models.CheckConstraint(condition=Q(stance__in=[-1, 0, 1]), name="stance_known"),
            models.CheckConstraint(
                condition=Q(probability__isnull=True) | Q(probability__gt=0, probability__lte=1),
                name="probability_of_a_draw",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_stance_display()} on {self.statement_id}"


class Routing(models.Model):
    """What a vote on each statement is worth, by opinion group, as the worker last found. No participants in it."""

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="routing")
    body = models.JSONField(help_text="As `routing.Weights.from_body` reads it.")

    def __str__(self) -> str:
        return f"routing {self.pk}"


class Event(models.Model):
    """Something that happened, in order, never changed. Written in the same transaction as its row."""

    # No index of its own: `events_in_order` begins with it.
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="events", db_index=False)
    kind = models.CharField(max_length=30)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["engagement", "id"], name="events_in_order"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
