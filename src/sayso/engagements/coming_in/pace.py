"""How much guests may say in a minute. Members are known one by one; a guest may come again and again.

Counted by guest and by address, under keyed marks in the table of wrong tries, which are gone after a quarter of an
hour: nothing of it stands beside what was said.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _

from sayso.engagements.models import Participant
from sayso.engagements.rules import Refused
from sayso.members.ways_in.tries import address_of, count_in_minute

MOST_OF_GUEST = 6
MOST_OF_ADDRESS = 24  # a room full of guests may stand behind one address


def check_pace(request: HttpRequest, participant: Participant) -> None:
    """Count what a guest is about to say. Raises Refused when it is one too many; never for a member."""
    if not participant.is_guest:
        return
    if count_in_minute(f"guest {participant.pk}") > MOST_OF_GUEST:
        raise Refused(_("You have sent many things in one minute. Nothing is lost: send this again in a minute."))
    if count_in_minute(f"guests at {address_of(request)}") > MOST_OF_ADDRESS:
        raise Refused(
            _("Many things came from where you are in one minute. Nothing is lost: send this again in a minute.")
        )
