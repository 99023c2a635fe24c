"""The roster: organisation, units, members. Knows who people are; knows nothing of what anyone said."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazily


class Organisation(models.Model):
    name = models.CharField(max_length=200)
    roster_version = models.PositiveIntegerField(default=0, help_text="Grows with each change brought by a file.")
    nameless_after_days = models.PositiveSmallIntegerField(
        null=True, help_text="After which who has left is made nameless; none: only by hand."
    )

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A part of the organisation; units form a tree."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organisation", "parent", "name"], name="unit_named_once"),)

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(email__iexact=username)


class Member(AbstractBaseUser):
    """A person on the roster. Signs in by e-mailed link; has no password.

    `last_login` is not kept: beside the moment of a vote it would say who cast it.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="members")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="members")
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    full_name = models.CharField(max_length=200)
    email = models.EmailField(unique=True, null=True, blank=True)
    # Unique, so that "none" cannot be the empty text.
    staff_number = models.CharField(max_length=200, null=True, blank=True)  # noqa: DJ001
    role = models.CharField(max_length=200, blank=True, help_text="A family of roles, coarse by choice.")
    site = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True, help_text="Not of those who left.")
    left_on = models.DateField(null=True, help_text="The day on which the worker saw that they had left.")
    is_nameless = models.BooleanField(default=False, help_text="Has left; nothing here says any more who it was.")
    pass_number = models.PositiveIntegerField(default=0, help_text="Raised, it makes earlier links and codes void.")
    brought_by = models.ForeignKey("RosterUpdate", on_delete=models.SET_NULL, null=True, related_name="brought")
    last_login = None

    objects = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organisation", "staff_number"], name="staff_number_once"),)

    def __str__(self) -> str:
        return self.full_name


class FormerUnitPath(models.Model):
    """Where a unit stood before it was renamed or moved: the next file may still call it so."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="former_unit_paths")
    path = models.TextField()
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="former_paths")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["organisation", "path"], name="former_path_once"),)

    def __str__(self) -> str:
        return self.path


class UpdateState(models.TextChoices):
    LOOKING = "looking", lazily("Being compared")
    LOOKED_AT = "looked_at", lazily("Looked at")
    CARRYING_OUT = "carrying_out", lazily("Being carried out")
    DONE = "done", lazily("Carried out")
    TAKING_BACK = "taking_back", lazily("Being taken back")
    TAKEN_BACK = "taken_back", lazily("Taken back")


class RosterUpdate(models.Model):
    """One file brought to the roster: first only looked at, then carried out, perhaps taken back.

    What a keeper corrects by hand is one as well, of a single line.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="roster_updates")
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(help_text="Field to heading, for the next time.")
    state = models.CharField(max_length=20, choices=UpdateState.choices, default=UpdateState.LOOKED_AT)
    looked_at_version = models.PositiveIntegerField(help_text="The organisation's, when the file was compared.")
    n_rows = models.PositiveIntegerField()
    n_same = models.PositiveIntegerField()
    n_missing = models.PositiveIntegerField(
        default=0, help_text="On the roster and in no row, whatever becomes of them."
    )
    is_by_hand = models.BooleanField(default=False)
    brought_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    n_done = models.PositiveIntegerField(default=0, help_text="Lines carried out; all before are done, none after.")

    def __str__(self) -> str:
        return f"{self.file_name}: {self.get_state_display()}"


class LineKind(models.TextChoices):
    ADDED = "added", lazily("Added")
    CHANGED = "changed", lazily("Changed")
    GONE = "gone", lazily("Gone")
    REFUSED = "refused", lazily("Refused")
    NOTICE = "notice", lazily("Notice")


class RosterLine(models.Model):
    """What an update does for one person, or why it does nothing."""

    update_made = models.ForeignKey(RosterUpdate, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    row = models.PositiveIntegerField(null=True, help_text="In the file; none for those gone.")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="roster_lines")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    told = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["update_made", "position"], name="roster_line_once"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.told or self.after or self.before}"


class RosterFile(models.Model):
    """A file on its way to the roster, kept in the folder of uploads until it is carried out or thrown away."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="roster_files")
    name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=40, unique=True)
    brought_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    brought_at = models.DateTimeField(default=timezone.now)
    header = models.JSONField(default=list)
    samples = models.JSONField(
        default=list, help_text="The first values of each column, for whoever says what it holds."
    )
    columns = models.JSONField(default=dict, help_text="Field to heading.")
    who_is_missing_left = models.BooleanField(default=False)
    update_made = models.OneToOneField(RosterUpdate, on_delete=models.SET_NULL, null=True, related_name="file")

    def __str__(self) -> str:
        return self.name


class RosterJobKind(models.TextChoices):
    READ = "read", lazily("Reading the file")
    LOOK = "look", lazily("Comparing with the roster")
    CARRY_OUT = "carry_out", lazily("Carrying it out")
    TAKE_BACK = "take_back", lazily("Taking it back")


class RosterJobState(models.TextChoices):
    WAITING = "waiting", lazily("Waiting")
    RUNNING = "running", lazily("Running")
    STOPPED = "stopped", lazily("Stopped")
    DONE = "done", lazily("Done")
    FAILED = "failed", lazily("Failed")


class RosterJob(models.Model):
    """One thing the worker does to the roster. Claimed by compare-and-set; a lease that runs out frees it again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="roster_jobs")
    kind = models.CharField(max_length=10, choices=RosterJobKind.choices)
    state = models.CharField(max_length=10, choices=RosterJobState.choices, default=RosterJobState.WAITING)
    file = models.ForeignKey(RosterFile, on_delete=models.SET_NULL, null=True, related_name="jobs")
    update_made = models.ForeignKey(RosterUpdate, on_delete=models.CASCADE, null=True, related_name="jobs")
    asked_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    is_to_stop = models.BooleanField(default=False)
    worker = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="Who claimed it first can store nothing once this grew."
    )
    n_done = models.PositiveIntegerField(default=0)
    n_all = models.PositiveIntegerField(default=0)
    told = models.TextField(blank=True, help_text="What went wrong, and the mend.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=["waiting", "running"]), name="one_roster_job_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_state_display()}"


class KeepersKept(models.QuerySet["Keeper"]):
    def held(self) -> KeepersKept:
        """Those not ended. Rights go by these only."""
        return self.filter(ended_at=None)


class Keeper(models.Model):
    """A roster keeper: a member who brings the roster and begins engagements. Ended, never deleted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="keepers")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="keeperships")
    granted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects = KeepersKept.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "member"], condition=Q(ended_at=None), name="keeper_once"),
        )

    def __str__(self) -> str:
        return f"roster keeper {self.member_id}"


class AccessKind(models.TextChoices):
    ROSTER_SEEN = "roster_seen", lazily("Looked at people on the roster")
    ROSTER_CHANGED = "roster_changed", lazily("Changed the roster")
    ROLES_SEEN = "roles_seen", lazily("Looked at who has which role")
    ROLES_CHANGED = "roles_changed", lazily("Gave or ended a role")
    WORDS_READ = "words_read", lazily("Read statements that are not public")
    PASSES_PRINTED = "passes_printed", lazily("Made letters with personal codes")
    INVITATIONS_SENT = "invitations_sent", lazily("Sent invitations")
    SUSPICIONS_SEEN = "suspicions_seen", lazily("Looked at accounts that seem not to answer for themselves")
    CUSTODY_SEEN = "custody_seen", lazily("Looked at the page of the key")
    KEY_DESTROYED = "key_destroyed", lazily("Destroyed the key")
    LOG_SEEN = "log_seen", lazily("Looked at this log")
    ERASURE_SEEN = "erasure_seen", lazily("Looked at wishes to be erased")
    ERASED = "erased", lazily("Carried out a wish to be erased")
    EXPORTED = "exported", lazily("Took figures out as a file")


class AccessRecord(models.Model):
    """That somebody in office looked at something confidential. Never changed, never about what was said or voted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="accesses")
    engagement_slug = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="accesses")
    kind = models.CharField(max_length=20, choices=AccessKind.choices)
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (models.Index(fields=["organisation", "engagement_slug", "id"], name="accesses_in_order"),)

    def __str__(self) -> str:
        return self.get_kind_display()


class ConnectionsKept(models.QuerySet["Connection"]):
    def held(self) -> ConnectionsKept:
        """Those not ended. Only these open anything."""
        return self.filter(ended_at=None)


class Connection(models.Model):
    """A directory's way to keep the roster (SCIM): a token shown once, held as a hash. Ended, never deleted.

    Of its use only days are kept.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="connections")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the secret part, in hex.")
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True, help_text="The last day on which it asked for anything.")
    changed_on = models.DateField(null=True, help_text="The last day on which it changed the roster.")

    objects = ConnectionsKept.as_manager()

    def __str__(self) -> str:
        return self.name


class DirectoryEntry(models.Model):
    """What a connected directory calls a member, where it has told of them."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="directory_entries")
    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="directory_entry")
    user_name = models.CharField(max_length=200)
    # Unique, so that "none" cannot be the empty text.
    user_name_key = models.CharField(  # noqa: DJ001
        max_length=600, null=True, help_text="In lower case; none once the name went on to somebody else."
    )
    external_id = models.CharField(max_length=200, blank=True, db_index=True)
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    is_named = models.BooleanField(default=True, help_text="Whether a name to show was told, not only its parts.")
    is_removed = models.BooleanField(default=False, help_text="Deleted by the directory; counts while they have left.")

    class Meta:
        verbose_name_plural = "directory entries"
        constraints = (models.UniqueConstraint(fields=["organisation", "user_name_key"], name="user_name_once"),)

    def __str__(self) -> str:
        return self.user_name


class DirectoryGroup(models.Model):
    """What a connected directory calls a unit, where it has told of it."""

    unit = models.OneToOneField(Unit, on_delete=models.CASCADE, related_name="directory_group")
    external_id = models.CharField(max_length=200, blank=True)
    is_removed = models.BooleanField(default=False, help_text="Deleted by the directory; counts while it is empty.")

    def __str__(self) -> str:
        return f"group of unit {self.unit_id}"


class UsedPass(models.Model):
    """That a personal link was used once, or given back. The mark is keyed: the database alone does not tell whose."""

    mark = models.CharField(max_length=43, primary_key=True)

    def __str__(self) -> str:
        return f"used pass {self.mark[:6]}"


class WrongTry(models.Model):
    """How often somebody, or one address, tried a code in this quarter of an hour, or guests said something in one
    minute of it. The mark is keyed; soon deleted."""

    mark = models.CharField(max_length=43, primary_key=True)
    window = models.PositiveIntegerField(db_index=True, help_text="Quarters of an hour since 1970.")
    n_tries = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.n_tries} tries"


class Passkey(models.Model):
    """Lets a member in by fingerprint, face or device. No dates, no counter: they would tell when and how often."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.CharField(max_length=700, unique=True)
    public_data = models.BinaryField(help_text="The public half, as `fido2` writes it; opens nothing by itself.")

    def __str__(self) -> str:
        return self.name
