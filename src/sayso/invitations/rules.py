"""When a wave may be sent, and to whom a reminder. Decides on what it is given; reads and writes nothing."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement
from sayso.engagements.rules import is_listening
from sayso.invitations.models import Wave, WaveKind, WaveState
from sayso.members.rules import Refused

REMINDERS_APART = timedelta(days=7)
SMALLEST_REMINDED = 10
FEWEST_SHOWN = 5
GRACE = timedelta(seconds=20)
MOST_TRIES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 20.0, 600.0
LETTERS_KEPT = timedelta(days=7)
LETTERS_KEPT_ONCE_FETCHED = timedelta(hours=1)


def check_may_send(wave: Wave, n_people: int) -> None:
    """Raises Refused."""
    if wave.state not in {WaveState.DRAFT, WaveState.STOPPED}:
        raise Refused(_("This wave is on its way already."))
    if n_people == 0:
        raise Refused(_("There is nobody to write to. Mend: choose other units."))
    if wave.kind == WaveKind.REMINDER:
        check_may_remind(wave.engagement, n_people)


def check_may_remind(engagement: Engagement, n_people: int) -> None:
    """A reminder to a few would soon say who of them has not taken part. Raises Refused."""
    least = max(SMALLEST_REMINDED, engagement.min_group_words)
    if n_people < least:
        raise Refused(
            _("Reminders go to %(least)s people or more, so that nobody is exposed. Mend: add units.")
            % {"least": least}
        )


def is_open(engagement: Engagement) -> bool:
    """Mails go out only while a link in them leads to something one can do."""
    return engagement.is_opened and is_listening(engagement)


def pause_s(tries: int) -> float:
    """How long to wait after trouble, longer each time."""
    return min(FIRST_PAUSE_S * 3.0 ** max(tries - 1, 0), LONGEST_PAUSE_S)


def is_small(n_people: int) -> bool:
    """A number of people too small to be shown beside what sets them apart."""
    return 0 < n_people < FEWEST_SHOWN
