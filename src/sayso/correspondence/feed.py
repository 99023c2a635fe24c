"""What is new, as an Atom feed: each week's new statements, and whether we share more. One address for all members.

Feed readers cannot sign in, so the address itself is the key, and only where the lead allows it. It is the same for
everybody, so asking for it says nothing about who asks. It tells days, never moments, and no figure: results come after
one's own answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from sayso.correspondence.models import DigestRound
from sayso.correspondence.queries import rounds_of
from sayso.correspondence.tokens import engagement_of_feed, feed_token
from sayso.engagements.models import Engagement, Statement, StatementState

WEEKS, MOST = 6, 200


@dataclass(frozen=True)
class Entry:
    """One entry: somebody's words that were opened, or that we share more."""

    engagement: Engagement
    day: date
    name: str
    title: str
    told: str
    page: str
    language: str = ""


class _TitleIn:
    """Writes as `handler` does, with the language of the words on each title."""

    def __init__(self, handler: Any, language: str) -> None:
        self._handler, self._language = handler, language

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def addQuickElement(  # noqa: N802 - Django's name
        self, name: str, contents: str | None = None, attrs: dict[str, str] | None = None
    ) -> None:
        told = {"xml:lang": self._language} if name == "title" else {}
        self._handler.addQuickElement(name, contents, {**(attrs or {}), **told})


class AtomInLanguages(Atom1Feed):
    """On the title alone: the summary is a question of the organisers, which may be in another language."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        written: Any = _TitleIn(handler, item["language"]) if item["language"] else handler
        super().add_item_elements(written, item)


class WeeklyFeed(Feed):  # type: ignore[type-arg]
    feed_type = AtomInLanguages

    def get_object(self, request: HttpRequest, token: str) -> Engagement:
        engagement = engagement_of_feed(token)
        if engagement is None:
            raise Http404
        return engagement

    def title(self, engagement: Engagement) -> str:
        return engagement.title

    def subtitle(self, engagement: Engagement) -> str:
        return "What is new, once a week. To answer, sign in."

    def link(self, engagement: Engagement) -> str:
        return reverse("promise", args=[engagement.slug])

    def feed_url(self, engagement: Engagement) -> str:
        return reverse("feed", args=[feed_token(engagement)])

    def feed_guid(self, engagement: Engagement) -> str:
        return f"urn:sayso:{engagement.slug}"

    def items(self, engagement: Engagement) -> list[Entry]:
        return [news for this in rounds_of(engagement)[:WEEKS] for news in _news_of(engagement, this)][:MOST]

    def item_title(self, item: Entry) -> str:
        return item.title

    def item_description(self, item: Entry) -> str:
        return item.told

    def item_extra_kwargs(self, item: Entry) -> dict[str, Any]:
        return {"language": item.language}

    def item_link(self, item: Entry) -> str:
        return item.page

    def item_guid(self, item: Entry) -> str:
        return f"urn:sayso:{item.engagement.slug}:{item.name}"

    def item_updateddate(self, item: Entry) -> datetime:
        return datetime.combine(item.day, time(), tzinfo=UTC)

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        reply = super().__call__(request, *args, **kwargs)
        reply["Cache-Control"] = "private, max-age=3600"
        return reply


def _news_of(engagement: Engagement, this: DigestRound) -> list[Entry]:
    """By drawn numbers, so that the order says nothing."""
    opened = Statement.objects.filter(pk__in=this.opened, state=StatementState.PUBLISHED).order_by("pk")
    cards = reverse("cards", args=[engagement.slug])
    news = [
        Entry(
            engagement,
            this.made_on,
            f"statement:{row.pk}",
            row.text,
            topic,
            f"{cards}?again={row.pk}",
            row.language or "",
        )
        for row in opened.select_related("topic")
        for topic in [row.topic.question]
    ]
    if this.n_shared:
        things = "One more thing" if this.n_shared == 1 else f"{this.n_shared} more things"
        results = reverse("results", args=[engagement.slug])
        title = f"We share more: {things.lower()}"
        news.insert(0, Entry(engagement, this.made_on, f"shared:{this.week}", title, "See what we say.", results, "en"))
    return news
