"""Coming in with a staff number and the code from a letter. Says no in one way, and as fast, whoever is meant."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sayso.members.models import Member
from sayso.members.rules import Refused
from sayso.members.ways_in.passes import NOBODY, is_letter_code
from sayso.members.ways_in.tries import MOST_OF_PERSON, address_of, count_try, forget_try
from sayso.web.typed import one_line

MOST_NAMESAKES = 5  # members of different organisations may have one staff number

DOES_NOT_FIT = _("Number and code do not fit together. Please look at your letter again.")
TOO_MANY = _(
    "That was tried too often (more than %(most)s times). Nothing is lost. It opens again by itself within 15 minutes."
)


def member_by_code(*, request: HttpRequest, staff_number: str, code: str) -> Member:
    """Whose staff number and code these are. Raises Refused, with words that tell nothing of who is on the roster."""
    number, address = one_line(staff_number)[:200], address_of(request)
    if not count_try(person=number.casefold(), address=address):
        raise Refused(TOO_MANY % {"most": MOST_OF_PERSON})
    found = _whose(number, code)
    if found is None:
        raise Refused(DOES_NOT_FIT)
    forget_try(person=number.casefold(), address=address)
    return found


def _whose(number: str, code: str) -> Member | None:
    spellings = {number, number.upper(), number.lower()}
    here = Member.objects.filter(staff_number__in=spellings, is_active=True).order_by("pk")[:MOST_NAMESAKES]
    # For a number nobody has, a code is compared all the same.
    fitting = [member for member in list(here) or [Member(pk=NOBODY)] if is_letter_code(member, code)]
    return fitting[0] if fitting and fitting[0].pk != NOBODY else None
