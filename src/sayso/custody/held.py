"""Everything held on one member, in their own words' order: roster, ways in, duties, and what they gave.

Read for that member alone. A test walks every table that points to a member, and wants each of them told here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sayso.correspondence.queries import choice_of
from sayso.custody.acts import acts_of
from sayso.custody.queries import votes_of
from sayso.distillations.queries import place_of
from sayso.engagements.models import ATTRIBUTES, Engagement, Participant, RosterPlace, Statement
from sayso.engagements.queries import engagements_of, participant_of
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing
from sayso.members.queries import unit_paths
from sayso.replies.models import AuthorQuestion, Reply
from sayso.replies.queries import own_questions, own_replies, wants_no_questions

Held = dict[str, Any]


def held_on(member: Member) -> Held:
    """A dict of plain values, the same for the page, the file for people and the file for machines."""
    return {
        "roster": _roster(member),
        "roster_changes": [_line(line) for line in member.roster_lines.order_by("pk")],
        "ways_in": _ways_in(member),
        "directory": _directory(member),
        "invited": _invited(member),
        "asked_to_try": [seat.engagement.title for seat in member.trial_seats.select_related("engagement")],
        "copied_at_opening": [_place(place) for place in _places(member)],
        "duties": _duties(member),
        "acts_of_office": acts_of(member),
        "looks": [_access(access) for access in member.accesses.order_by("pk")],
        "wishes": [_wish(wish) for wish in member.erasure_wishes.select_related("engagement").order_by("pk")],
        "having_our_say": [_say(member, engagement) for engagement in engagements_of(member)],
    }


def _roster(member: Member) -> Held:
    unit = unit_paths(member.organisation).get(member.unit_id, "") if member.unit_id else ""
    return {
        gettext_noop("organisation"): member.organisation.name,
        gettext_noop("name"): member.full_name,
        gettext_noop("e-mail address"): member.email or "",
        gettext_noop("staff number"): member.staff_number or "",
        gettext_noop("unit"): unit,
        gettext_noop("manager"): member.manager.full_name if member.manager else "",
        gettext_noop("role"): member.role,
        gettext_noop("site"): member.site,
        gettext_noop("language"): member.language,
        gettext_noop("on the list"): _("yes") if member.is_active else _("left"),
    }


def _line(line: Any) -> Held:
    """What a file brought to the roster changed about this member, without what it says of anybody else."""
    return {"file": line.update_made.file_name, "kind": line.get_kind_display(), "before": line.before,
            "after": line.after}  # fmt: skip


def _ways_in(member: Member) -> list[str]:
    ways = []
    if member.email:
        ways += [_("a link by e-mail to %(address)s") % {"address": member.email}]
    if member.staff_number:
        ways += [_("staff number %(number)s with the code of a letter") % {"number": member.staff_number}]
    ways += [_("passkey %(name)s") % {"name": passkey.name} for passkey in member.passkeys.order_by("pk")]
    void = _("personal links made so far void: %(number)s") % {"number": member.pass_number}
    return [*ways, void] if member.pass_number else ways


def _directory(member: Member) -> Held:
    """What a connected directory told of them, where there is one."""
    entry = getattr(member, "directory_entry", None)
    if entry is None:
        return {}
    names = ("user_name", "external_id", "given_name", "family_name")
    return {name.replace("_", " "): getattr(entry, name) for name in names}


def _invited(member: Member) -> list[str]:
    """On which lists for invitations and reminders they stand. Whether a reminder was sent, nobody keeps."""
    turns = member.invitations.select_related("wave__engagement").order_by("pk")
    return [f"{turn.wave.get_kind_display()}: {turn.wave.engagement.title}" for turn in turns]


def _places(member: Member) -> QuerySet[RosterPlace]:
    return RosterPlace.objects.filter(member=member).select_related("cell", "engagement").order_by("pk")


def _place(place: Any) -> Held:
    """In which coarse part of the roster they were; the copy names them until the key goes."""
    return {"title": place.engagement.title, **{name: getattr(place.cell, name) for name in ATTRIBUTES}}


def _duties(member: Member) -> list[Held]:
    roles = member.roles.select_related("engagement").order_by("pk")
    found = [_duty(f"{role.get_name_display()}: {role.engagement.title}", role) for role in roles]
    return found + [_duty("Roster keeper", keeper) for keeper in member.keeperships.order_by("pk")]


def _duty(name: str, held: Any) -> Held:
    return {"duty": name, "from": _day(held.granted_at), "to": _day(held.ended_at)}


def _access(access: Any) -> Held:
    """Own looks at what is confidential; not what was seen, which may be about others."""
    return {"at": access.at.isoformat(timespec="seconds"), "what": access.get_kind_display()}


def _wish(wish: Any) -> Held:
    return {"to be erased from": wish.engagement.title, "asked": _day(wish.asked_on), "state": wish.get_state_display()}


def _say(member: Member, engagement: Engagement) -> Held:
    """What a member gave in one engagement; without the key nobody knows."""
    told: Held = {"title": engagement.title, "slug": engagement.slug}
    if engagement.key_destroyed_on:
        return {**told, "state": "unknown", "key_destroyed_on": _day(engagement.key_destroyed_on)}
    try:
        participant = participant_of(member, engagement)
    except KeyMissing:
        return {**told, "state": "key missing"}
    if participant is None:
        return {**told, "state": "not taken part", "what_we_send": str(choice_of(member, engagement).label)}
    return {
        **told,
        "state": "taken part",
        "what_we_send": str(choice_of(member, engagement).label),
        **_given(participant),
    }


def _given(participant: Participant) -> Held:
    statements = participant.statements.select_related("topic").order_by("arrived", "pk")
    return {
        "copied_when_it_opened": _copied(participant),
        "statements": [_statement(statement) for statement in statements],
        "answers": [_vote(vote) for vote in votes_of(participant)],
        "replies": [_reply(reply) for reply in own_replies(participant)],
        "questions_to_me": [_question(question) for question in own_questions(participant)],
        "wants_no_questions": wants_no_questions(participant),
        "place_on_the_map": place_of(participant),
    }


def _copied(participant: Participant) -> Held:
    """Every column of the participant but its ties; columns to come are told of without being named here.

    Not the numbers it goes by: in a file that lies about they would be a way here when the key is long gone.
    """
    plain = [field for field in participant._meta.concrete_fields if not field.is_relation]
    plain = [field for field in plain if field.name not in {"id", "pseudonym"}]
    return {field.name: str(getattr(participant, field.attname)) for field in plain}


def _statement(statement: Statement) -> Held:
    return {"words": statement.text, "question": statement.topic.title, "state": statement.get_state_display(),
            "reason": statement.return_reason, "taken as": statement.get_kind_display() or "not sure",
            "to the change": statement.get_leaning_display() or "not known",
            "my name beside it": statement.signed_name}  # fmt: skip


def _reply(reply: Reply) -> Held:
    return {"words": reply.text, "to": reply.statement.text, "state": reply.get_state_display(),
            "reason": reply.hide_reason, "as author of the statement": reply.is_by_author,
            "said": _day(reply.said_on), "shown": _day(reply.shown_on)}  # fmt: skip


def _question(question: AuthorQuestion) -> Held:
    return {"question": question.text, "about": question.statement.text, "asked": _day(question.asked_on),
            "state": question.get_state_display(), "my answer": question.answer,
            "answered": _day(question.settled_on)}  # fmt: skip


def _vote(vote: Any) -> Held:
    return {"words": vote.statement.text, "answer": vote.get_stance_display(), "matters to me": vote.is_important,
            "drawn with probability": vote.probability}  # fmt: skip


def _day(moment: date | datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""
