"""What a member's pages would show before anybody has come in. Writes nothing; makes no participant."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.forms import StatementForm
from sayso.engagements.models import MAX_STATEMENT_CHARACTERS, Engagement
from sayso.engagements.queries import Progress

SCREENS = {"promise": lazily("First page"), "say": lazily("Own words"), "card": "A card"}


def screen_of(engagement: Engagement, screen: str) -> dict[str, Any]:
    """What the template of that page is given for somebody who has just come in."""
    shown: dict[str, Any] = {"engagement": engagement, "previews": True, "listening": True}
    if screen == "say":
        topics = engagement.topics.exclude(question="")
        shown |= {"form": StatementForm(engagement), "topics": topics, "most": MAX_STATEMENT_CHARACTERS}
    elif screen == "card":
        seeds = engagement.statements.filter(is_seed=True)
        progress = Progress(answered=0, in_sitting=0, sitting=engagement.cards_per_sitting, left=seeds.count())
        shown |= {"statement": seeds.select_related("topic").order_by("pk").first(), "progress": progress}
    return shown
