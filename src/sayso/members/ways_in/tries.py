"""How often a code may be tried, by person and by address, however many processes serve; and other counts like it.

Counts stand in the database under keyed marks, for a quarter of an hour: no name, no address, no moment. Fixed
quarters, so that a lockout ends by itself and nothing has to be told apart by the second.
"""

from __future__ import annotations

import ipaddress
import time

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from sayso.members.models import WrongTry
from sayso.members.ways_in.passes import keyed_mark

WINDOW_S = 15 * 60
MOST_OF_PERSON = 8
MOST_OF_ADDRESS = 120  # a whole site may stand behind one address


def count_try(*, person: str, address: str) -> bool:
    """Count a try before it is looked at, so that tries at once cannot slip through. False: it is one too many."""
    by_person = _count(f"person {person}")
    by_address = _count(f"address {address}")
    return by_person <= MOST_OF_PERSON and by_address <= MOST_OF_ADDRESS


def forget_try(*, person: str, address: str) -> None:
    """It was right: the person's count is dropped, and the address had one wrong try less."""
    WrongTry.objects.filter(mark=_mark(f"person {person}")).delete()
    WrongTry.objects.filter(mark=_mark(f"address {address}"), n_tries__gt=0).update(n_tries=F("n_tries") - 1)


def count_in_minute(whose: str) -> int:
    """How often this was counted in this minute, now included; the mark goes with its quarter of an hour."""
    return _count(f"in minute {int(time.time() // 60)} {whose}")


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, past our own proxies; IPv6 by network, since one machine has many addresses."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    hop = hops[-settings.PROXIES] if 0 < settings.PROXIES <= len(hops) else ""
    try:
        address = ipaddress.ip_address(hop.strip() or request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _count(whose: str) -> int:
    window = _window()
    WrongTry.objects.filter(window__lt=window).delete()
    mark = _mark(whose)
    with transaction.atomic():
        WrongTry.objects.bulk_create([WrongTry(mark=mark, window=window)], ignore_conflicts=True)
        WrongTry.objects.filter(mark=mark).update(n_tries=F("n_tries") + 1)
        return WrongTry.objects.values_list("n_tries", flat=True).get(mark=mark)


def _mark(whose: str) -> str:
    return keyed_mark(f"try {_window()} {whose}")


def _window() -> int:
    return int(time.time() // WINDOW_S)
