"""Coming in without signing in: who is behind each door of the start page. Exists in the demo only.

Knows seats and roles; the pages know requests.
"""

from __future__ import annotations

import secrets

from django.db import transaction

from sayso.demo.sayings import read_sayings
from sayso.demo.world import SLUG, guests
from sayso.engagements.actions import join
from sayso.engagements.models import Engagement, Participant, RoleName, StatementState
from sayso.engine.planting import Kind
from sayso.members.models import Member
from sayso.members.pseudonyms import pseudonym_of

QUOTE_CHARACTERS = 80


def the_engagement() -> Engagement | None:
    """The demo's engagement; None when there is no world yet."""
    return Engagement.objects.filter(slug=SLUG).select_related("organisation").first()


def next_seat(engagement: Engagement) -> Member | None:
    """The first guest seat nobody has taken; None when all are."""
    seats = {pseudonym_of(member=seat, engagement_slug=engagement.slug): seat for seat in guests(engagement)}
    taken = Participant.objects.filter(engagement=engagement, pseudonym__in=seats).values_list("pseudonym", flat=True)
    free = seats.keys() - set(taken)
    return next((seat for pseudonym, seat in seats.items() if pseudonym in free), None)


def take_seat(engagement: Engagement) -> Member:
    """The next free seat, taken at once by joining, so that two browsers are two members. The last one is shared."""
    with transaction.atomic():
        # The row lock makes two visitors at once queue; on SQLite the transaction alone does.
        Engagement.objects.select_for_update().get(pk=engagement.pk)
        seat = next_seat(engagement) or guests(engagement)[-1]
        join(engagement=engagement, member=seat)
    return seat


def seat_taken_before(engagement: Engagement, member_id: str) -> Member | None:
    """The seat a browser remembers, while it is one of this world."""
    return next((seat for seat in guests(engagement) if str(seat.pk) == member_id), None)


def the_lead(engagement: Engagement) -> Member:
    return engagement.roles.select_related("member").get(name=RoleName.LEAD).member


def something_said(engagement: Engagement) -> str:
    """Words for the start page: short, and such as nearly all agree with. Empty when none of them is open."""
    shared = [saying.text for saying in read_sayings("statements") if saying.profile == Kind.COMMON]
    short = [text for text in shared if len(text) < QUOTE_CHARACTERS]
    are_open = engagement.statements.filter(state=StatementState.PUBLISHED, text__in=short)
    said = list(are_open.values_list("text", flat=True))
    return secrets.choice(said) if said else ""
