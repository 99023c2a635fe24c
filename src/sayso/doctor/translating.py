"""The translator that the operator named: whether it answers, over a safe line, and what it could not do so far.

Asks it to translate a word of ours; nobody's words are sent. Nothing depends on it, so nothing here fails.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sayso.doctor.finding import OK, WARN, Check, Finding, Found

OURS = "Good morning"


def _translator() -> Found:
    from django.conf import settings

    from sayso.outside.asking import NoAnswer

    named = settings.TRANSLATOR
    if named is None:
        return Finding("translator", OK, "No translator is named: no statement is sent anywhere.")
    found = []
    if not _is_safe(named.service.url):
        cause = f"Statements go to {named.name} over a line that others can read."
        found.append(Finding("translator", WARN, cause, "Give SAYSO_TRANSLATOR_URL an https address."))
    try:
        named.made().translate(OURS, source="en", target="de")
    except NoAnswer as reason:
        cause = f"{named.name} translates nothing. {reason}"
        mend = "Check SAYSO_TRANSLATOR_URL, its key and model. Until then people read the originals."
        found.append(Finding("translator", WARN, cause, mend))
    return found or Finding("translator", OK, f"{named.name} translates.")


def _is_safe(url: str) -> bool:
    """Encrypted, or no further than a machine or network of one's own."""
    parts: Any = urlsplit(url)
    if parts.scheme == "https" or parts.hostname == "localhost" or "." not in parts.hostname:
        return True
    try:
        return ip_address(parts.hostname).is_private
    except ValueError:
        return False


def _failed() -> Found:
    from django.conf import settings

    from sayso.engagements.languages.queries import translation_trouble

    told = translation_trouble()
    if settings.TRANSLATOR is None or not told.n_failed:
        return []
    cause = f"{told.n_failed} translations could not be made so far and are tried again. The last: {told.trouble}"
    mend = "See whether the translator knows these languages. Nothing is lost."
    return Finding("translator.failed", WARN, cause, mend)


CHECKS = (
    Check(
        "translator",
        _translator,
        "Does the translator, if one is named, answer, and over a line that nobody else can read?",
        "Check `SAYSO_TRANSLATOR_URL`, its key and its model. Until then people read the originals.",
    ),
    Check(
        "translator.failed",
        _failed,
        "Which translations could not be made so far?",
        "See whether the translator knows these languages. They are tried again, after longer and longer pauses.",
        needs="tables",
    ),
)
