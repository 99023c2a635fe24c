"""What letters and posters say, as data for the setter. A letter opens its reader's page; a poster names nobody.

Knows members and engagements; knows nothing of how a page is set, nor of who has taken part.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from sayso.engagements.models import Engagement
from sayso.invitations.message import write
from sayso.invitations.paper_texts import LETTER_WORDS, LETTERS, POSTERS
from sayso.invitations.wording import fill, values_for
from sayso.mail.addresses import personal_link
from sayso.members.models import Member
from sayso.members.ways_in.passes import letter_code, link_token
from sayso.web.languages import FALLBACK, RIGHT_TO_LEFT, language_of

PAPERS = ("a4", "a3")
TEMPLATES = Path(__file__).with_name("typst")
LETTER, POSTER = TEMPLATES / "letter.typ", TEMPLATES / "poster.typ"


def letter(member: Member, engagement: Engagement, *, site: str, unit_path: str) -> dict[str, Any]:
    """One page for one person, in their language where we have it."""
    language = language_of(member.language) or FALLBACK
    link = personal_link(site, member, engagement)
    written = write(LETTERS[language], engagement, full_name=member.full_name, link=link)
    return {
        "language": language,
        "rtl": language in RIGHT_TO_LEFT,
        "sender": engagement.organisation.name,
        "name": member.full_name,
        "unit": unit_path,
        "site": member.site,
        "subject": written.subject,
        "paragraphs": written.paragraphs,
        "link": link,
        "short_link": f"{site}/in/{quote(link_token(member))}/",
        "code_page": f"{site}/code/",
        "staff_number": member.staff_number or "",
        "code": letter_code(member) if member.staff_number else "",
        "words": LETTER_WORDS[language],
    }


def poster(engagement: Engagement, *, site: str, language: str, paper: str) -> dict[str, Any]:
    """For a wall: the way to what everybody is asked, for whoever then says who they are."""
    head, scan, promise, by = POSTERS[language]
    link = f"{site}/e/{engagement.slug}/"
    values = values_for(
        full_name="",
        link=link,
        answers_due=engagement.answers_due,
        title=engagement.title,
        organisation=engagement.organisation.name,
        language=language,
    )
    return {
        "paper": paper,
        "language": language,
        "rtl": language in RIGHT_TO_LEFT,
        "organisation": engagement.organisation.name,
        "head": head,
        "objective": engagement.title,
        "link": link,
        "address": link.partition("://")[2].rstrip("/"),
        "lines": [scan, promise, fill(by, values)],
    }
