"""Addresses as leads type them, checked: pages that may show cards, channels that may be posted to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

MOST_PLACES = 20
MOST_TYPED = 4_000
LONGEST_ADDRESS = 2_000
HERE = frozenset({"localhost", "127.0.0.1"})
NAME = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Where Teams and Slack take messages; a name that begins with a dot stands for all that end in it.
CHANNEL_HOSTS = {
    "slack": ("hooks.slack.com", "hooks.slack-gov.com"),
    "teams": (".logic.azure.com", ".environment.api.powerplatform.com", ".webhook.office.com"),
}


class Unusable(ValueError):
    """What was typed cannot be used; the text says what is wrong and how to mend it."""


def origins_of(typed: str) -> list[str]:
    """The places typed, one a line, each as a browser writes an origin. Raises Unusable.

    >>> origins_of("https://Intranet.example.org/news/today\\n\\nhttps://intranet.example.org:443")
    ['https://intranet.example.org']
    """
    if len(typed) > MOST_TYPED:
        raise Unusable(
            _("That is %(n)s characters. Mend: one address a line, %(most_places)s at most.")
            % {"n": format(len(typed), ","), "most_places": MOST_PLACES}
        )
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    origins = list(dict.fromkeys(_origin_of(line) for line in lines))
    if len(origins) > MOST_PLACES:
        raise Unusable(
            _("These are %(n)s places. Mend: %(most_places)s at most.")
            % {"n": len(origins), "most_places": MOST_PLACES}
        )
    return origins


def _origin_of(line: str) -> str:
    shown = line if len(line) <= 60 else f"{line[:60]}…"
    if "*" in line:
        raise Unusable(_("“%(shown)s” stands for many places. Mend: write each one out.") % {"shown": shown})
    host, port, scheme = _parts(line, shown)
    if scheme != "https" and not (scheme == "http" and host in HERE):
        raise Unusable(
            _("“%(shown)s” does not begin with https://. Mend: copy the address from your browser.") % {"shown": shown}
        )
    usual = {"https": 443, "http": 80}[scheme]
    return f"{scheme}://{host}" + ("" if port in {None, usual} else f":{port}")


def _parts(line: str, shown: str) -> tuple[str, int | None, str]:
    wrong = Unusable(_("“%(shown)s” is no address. Mend: write it as https://intranet.example.org.") % {"shown": shown})
    try:
        parts = urlsplit(line)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:  # a port that is no number, a name that is none
        raise wrong from None
    if not NAME.fullmatch(host) or "@" in parts.netloc:
        raise wrong
    return host, port, parts.scheme


def channel_host(address: str, program: str, *, also: Iterable[str] = ()) -> str:
    """The host of an address that a program's channel may be posted to by. Raises Unusable.

    `also` are hosts that the operator allows besides, as `chat.example.org` or `chat.example.org:8443`. To post to any
    address a lead types would make this server reach into the network it stands in.

    >>> channel_host("https://hooks.slack.com/services/T0/B0/x", "slack")
    'hooks.slack.com'
    """
    wrong = Unusable(_("That is no address of a channel. Mend: copy the whole address that the program shows."))
    if len(address) > LONGEST_ADDRESS or not re.fullmatch(r"https://[!-~]+", address) or "\\" in address:
        raise wrong
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise wrong from None
    if not NAME.fullmatch(host) or "@" in parts.netloc or parts.fragment or len(parts.path) < 2:
        raise wrong
    named = host if port in {None, 443} else f"{host}:{port}"
    if named in set(also):
        return named
    if named != host or not any(_is_within(host, known) for known in CHANNEL_HOSTS[program]):
        raise Unusable(
            _("Nothing is posted to %(named)s. Mend: whoever runs Sayso can allow it (SAYSO_CHANNEL_HOSTS).")
            % {"named": named}
        )
    return host


def _is_within(host: str, known: str) -> bool:
    return host.endswith(known) if known.startswith(".") else host == known
