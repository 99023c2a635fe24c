"""Addresses that mails carry: the reader's own link, and the address that takes their answer.

The address for answers holds a proof that only `keys/passes` can make, bound to one member and one engagement. It says
who writes, as the sender of a mail does anyway; what is said hangs on the participant, as everywhere.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from email.utils import parseaddr
from urllib.parse import quote, urlencode

from django.conf import settings

from sayso.engagements.models import Engagement
from sayso.mail.queries import rules_of
from sayso.members.models import Member
from sayso.members.ways_in.passes import keyed_mark, link_token

TOKEN = re.compile(r"(?<![a-z0-9.])r(\d{1,18})\.(\d{1,18})\.([0-9a-f]{20})(?![0-9a-f])", re.IGNORECASE)


def personal_link(site: str, member: Member, engagement: Engagement) -> str:
    """The member's own way in, straight to what they are asked."""
    return f"{site}/in/{quote(link_token(member))}/?{urlencode({'to': f'/e/{engagement.slug}/'}, safe='/')}"


def reply_address(member: Member, engagement: Engagement) -> str:
    """Where this member answers to; empty where replies are not taken."""
    if not settings.MAIL_REPLIES or not rules_of(engagement).takes_replies:
        return ""
    box, _, domain = settings.MAIL_REPLIES.partition("@")
    token = f"r{engagement.pk}.{member.pk}.{_proof(engagement.pk, member)}"
    return f"{token}@{domain}" if box == "*" else f"{box}+{token}@{domain}"


def addressees_in(text: str) -> list[tuple[int, int, str]]:
    """Engagement, member and proof of each address for answers that stands in a text, good or not."""
    found = [(int(engagement), int(member), proof.lower()) for engagement, member, proof in TOKEN.findall(text)]
    return list(dict.fromkeys(found))


def is_good_proof(engagement_id: int, member: Member, proof: str) -> bool:
    """False after earlier links of the member were made void."""
    return hmac.compare_digest(_proof(engagement_id, member), proof)


def own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()


def own_domain() -> str:
    return own_address().rpartition("@")[2] or "localhost"


def _proof(engagement_id: int, member: Member) -> str:
    """In small letters: mail servers do not keep capitals apart."""
    mark = keyed_mark(f"reply {engagement_id} {member.pk} {member.pass_number}")
    return hashlib.sha256(mark.encode()).hexdigest()[:20]
