"""Whose device a page is on. Only on one's own is anything kept; a kiosk, a guest and a trial keep nothing."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from sayso import __version__
from sayso.engagements.models import Engagement
from sayso.members.models import Member

Device = dict[str, str]


def device_of(request: HttpRequest, engagement: Engagement) -> Device:
    """What the device's scripts need to know; empty where they keep nothing."""
    if getattr(request, "kiosk", "") or not request.user.is_authenticated or not engagement.is_opened:
        return {}
    whose = whose_device(request.user)
    return nobodys_device(engagement) | {"whose": whose, "shell": _shell(engagement), "worker": reverse("worker")}


def whose_device(member: Member) -> str:
    """Tells apart who comes in on one device; leads to nobody without the server's own key."""
    return salted_hmac("sayso.device", str(member.pk)).hexdigest()[:32]


def nobodys_device(engagement: Engagement) -> Device:
    """The same for the page that shows cards without a net: about an engagement, and about no person."""
    acts = f"/api/e/{engagement.slug}/acts"
    return {"whose": "", "slug": engagement.slug, "acts": acts, "shell": "", "worker": ""}


def _shell(engagement: Engagement) -> str:
    """The address of that page, another one whenever it would look otherwise."""
    questions = list(engagement.topics.values_list("pk", "question"))
    looks = [
        __version__,
        static("web/components.css"),
        static("engagements/visit/flow.js"),
        engagement.title,
        questions,
        get_language(),
    ]
    limits = [engagement.cards_per_sitting, engagement.min_votes_to_place, engagement.identity_level]
    mark = sha256(repr([looks, limits]).encode()).hexdigest()[:12]
    return f"{reverse('offline', args=[engagement.slug])}?v={mark}"
