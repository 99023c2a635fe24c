"""What a member did in office, in numbers: how often their name stands beside an act. Not what the act was about."""

from __future__ import annotations

from django.db import models

from sayso.distillations.models import KeyPointWish
from sayso.engagements.models import MandateChange, MandateField
from sayso.invitations.models import LetterBatch, Wave
from sayso.members.models import Connection, Member, RosterFile, RosterJob, RosterUpdate
from sayso.moderation.models import Decision, Look, Note
from sayso.replies.models import Acknowledgement, AuthorQuestion
from sayso.rooms.models import EntryBatch, RoomSession

ACTS: dict[tuple[type[models.Model], str], str] = {
    (RosterFile, "brought_by"): "files brought to the roster, still kept",
    (RosterUpdate, "brought_by"): "changes brought to the roster",
    (RosterJob, "asked_by"): "work on the roster asked for",
    (Connection, "made_by"): "directories connected",
    (Connection, "ended_by"): "connections of directories ended",
    (MandateField, "typed_by"): "fields of a mandate typed last",
    (MandateField, "earlier_by"): "fields of a mandate typed before somebody else",
    (MandateChange, "changed_by"): "changes of an opened mandate",
    (KeyPointWish, "by"): "changes of how key points are listed",
    (KeyPointWish, "ended_by"): "such changes taken back",
    (Wave, "made_by"): "waves of invitations made",
    (LetterBatch, "made_by"): "batches of letters made",
    (Decision, "by"): "decisions on statements",
    (Decision, "undone_by"): "decisions on statements taken back",
    (Look, "assignee"): "statements given to read",
    (Note, "by"): "notes beside statements, for those who moderate",
    (RoomSession, "planned_by"): "meetings in rooms planned",
    (RoomSession, "facilitator"): "meetings in rooms to host",
    (AuthorQuestion, "asked_by"): "questions asked of authors",
    (Acknowledgement, "given_by"): "statements acknowledged",
    (EntryBatch, "made_by"): "entries made for rooms",
}


def acts_of(member: Member) -> dict[str, int]:
    """How many of each kind, without those there are none of."""
    counted = {told: model._base_manager.filter(**{name: member}).count() for (model, name), told in ACTS.items()}
    return {told: number for told, number in counted.items() if number}
