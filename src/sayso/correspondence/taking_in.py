"""A mail taken in: a statement with its receipt, or one polite answer a day that says why not. Once each.

Whom it is from is told by the address it came to; only mail from that member's own address counts. We write to nobody
but members, at the address on the roster, so a forged sender or a loop reaches no one else. The mail itself is kept
nowhere, and the log counts outcomes: it holds no address and no words.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import IntegrityError
from django.utils import timezone

from sayso.correspondence import actions, rules
from sayso.correspondence.models import MailKind
from sayso.correspondence.own_words import own_words
from sayso.correspondence.reading import MOST_CHARACTERS, Read, read_mail
from sayso.engagements.actions import join, say_statement
from sayso.engagements.locking import writing
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Engagement, Topic
from sayso.engagements.rules import Refused
from sayso.engagements.wording import Unusable, clean_statement
from sayso.mail.addresses import addressees_in, is_good_proof, own_address
from sayso.mail.queries import rules_of
from sayso.members.models import Member, UsedPass
from sayso.members.pseudonyms import KeyMissing
from sayso.members.ways_in.passes import keyed_mark, link_mark
from sayso.web.typed import one_line

log = logging.getLogger("sayso.correspondence")


class Outcome(Enum):
    """What became of a mail; those in the second half are answered, once a day."""

    TAKEN = "taken"
    AGAIN = "again"
    AUTOMATIC = "automatic"
    NOT_OURS = "not_ours"
    KEY_GONE = "key_gone"
    TOO_LONG = "too_long"
    EMPTY = "empty"
    NO_WORDS = "no_words"
    CLOSED = "closed"
    EXPIRED = "expired"
    WRONG_SENDER = "wrong_sender"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Writer:
    """Who may have written, in which engagement, and whether the address it came to is still good."""

    engagement: Engagement
    member: Member
    is_good: bool


def take_mail(raw: bytes, *, now: datetime | None = None) -> Outcome:
    """The same mail again changes nothing. Raises what the database raises: then it is tried later."""
    moment = now or timezone.now()
    read = read_mail(raw, own_address=own_address())
    writer = _writer(read)
    if writer is None:
        outcome = Outcome.NOT_OURS
    elif read.is_automatic:
        outcome = Outcome.AUTOMATIC
    elif writer.engagement.key_destroyed_on:
        outcome = Outcome.KEY_GONE
    else:
        try:
            outcome = _take(read, writer, moment)
        except KeyMissing:
            outcome = Outcome.KEY_GONE
    log.info("a mail came in: %s", outcome.value)
    return outcome


def _writer(read: Read) -> Writer | None:
    """Of several addresses of ours in one mail, the sender's own."""
    found = [writer for told in addressees_in(read.addressed_to) if (writer := _known(*told))]
    own = [writer for writer in found if _is_from(read, writer.member)]
    return next(iter(own or found), None)


def _known(engagement_id: int, member_id: int, proof: str) -> Writer | None:
    engagement = Engagement.objects.select_related("organisation").filter(pk=engagement_id).first()
    member = Member.objects.filter(pk=member_id, is_active=True, email__isnull=False).first()
    if engagement is None or member is None or member.organisation_id != engagement.organisation_id:
        return None
    is_void = UsedPass.objects.filter(mark=link_mark(member, "void")).exists()
    return Writer(engagement, member, is_good_proof(engagement_id, member, proof) and not is_void)


def _is_from(read: Read, member: Member) -> bool:
    return bool(member.email) and read.sender == str(member.email).lower()


def _take(read: Read, writer: Writer, now: datetime) -> Outcome:
    engagement, member = writer.engagement, writer.member
    if not writer.is_good:
        # Whoever only guesses addresses learns nothing: an answer goes to a member who did write, or to nobody.
        return _answer(read, writer, Outcome.EXPIRED, now) if _is_from(read, member) else Outcome.NOT_OURS
    if not _is_from(read, member):
        return _answer(read, _meant(read, writer), Outcome.WRONG_SENDER, now)
    if not (rules.takes_words(engagement) and rules_of(engagement).takes_replies):
        return _answer(read, writer, Outcome.CLOSED, now)
    topic = engagement.topics.exclude(question="").first() or engagement.topics.first()
    words = own_words(read.text, our_addresses=_ours(read))
    try:
        text = clean_statement(words)
    except Unusable:
        return _answer(read, writer, _why_unusable(words), now, n_characters=len(one_line(words)))
    return _say(read, writer, topic, text, now) if topic else _answer(read, writer, Outcome.CLOSED, now)


def _meant(read: Read, writer: Writer) -> Writer:
    """A colleague to whom the mail was forwarded is told so; else the one whose address it is, who may have two."""
    organisation = writer.engagement.organisation_id
    known = Member.objects.filter(organisation=organisation, is_active=True, email__iexact=read.sender).first()
    return Writer(writer.engagement, known or writer.member, is_good=False)


def _ours(read: Read) -> tuple[str, ...]:
    """What introduces our mail where it is quoted names one of these."""
    own = own_address()
    tokens = (f"r{engagement}.{member}.{proof}" for engagement, member, proof in addressees_in(read.addressed_to))
    return (own, *tokens)


def _why_unusable(words: str) -> Outcome:
    plain = one_line(words)
    if len(plain) > MAX_STATEMENT_CHARACTERS:
        return Outcome.TOO_LONG
    return Outcome.NO_WORDS if plain else Outcome.EMPTY


def _say(read: Read, writer: Writer, topic: Topic, text: str, now: datetime) -> Outcome:
    engagement, member = writer.engagement, writer.member
    try:
        with writing(engagement):
            actions.note_taken(mark=keyed_mark(f"taken mail {read.mark}"), now=now)
            statement = say_statement(participant=join(engagement=engagement, member=member), topic=topic, text=text)
            if not _want_receipt(read, writer, statement.pk, now):
                raise _TooMany
    except IntegrityError:
        return Outcome.AGAIN
    except Refused:
        return _answer(read, writer, Outcome.CLOSED, now)
    except _TooMany:
        return _answer(read, writer, Outcome.TOO_MANY, now)
    return Outcome.TAKEN


class _TooMany(Exception):
    """As many as are taken by mail in a day."""


def _want_receipt(read: Read, writer: Writer, statement_id: int, now: datetime) -> bool:
    """One for each mail taken; they are numbered by day, which counts them without a row about anybody."""
    day = timezone.localdate(now).isoformat()
    about = {"statement": statement_id, "attachments": read.has_attachments}
    return any(
        actions.want_mail(
            engagement=writer.engagement,
            member=writer.member,
            kind=MailKind.RECEIPT,
            occasion=f"receipt {day} {number}",
            now=now,
            **about,
        )
        for number in range(rules.TAKEN_A_DAY)
    )


def _answer(read: Read, writer: Writer, why: Outcome, now: datetime, n_characters: int = 0) -> Outcome:
    """At most one a day to one person, so that two machines never write to each other for long."""
    shown = 0 if len(read.text) >= MOST_CHARACTERS else n_characters
    actions.want_mail(
        engagement=writer.engagement,
        member=writer.member,
        kind=MailKind.ANSWER,
        occasion=f"answer {timezone.localdate(now).isoformat()}",
        now=now,
        why=why.value,
        n_characters=shown,
        attachments=read.has_attachments,
    )
    return why
