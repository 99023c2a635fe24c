"""Reads about languages: which one each statement is in, what is to be translated, how statements read in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sayso.engagements.models import Engagement, Statement, StatementState, Translation
from sayso.web.languages import NAMES


class SaidIn:
    """Of the statements that results of an engagement may show, by their numbers as results write them. Read once,
    and only where a page asks."""

    def __init__(self, engagement: Engagement, reads: str) -> None:
        """`reads` is the language of the page."""
        self._engagement, self._reads = engagement, reads

    @cached_property
    def languages(self) -> Mapping[str, str]:
        """Those whose language is known."""
        shown = Statement.objects.filter(engagement=self._engagement, state=StatementState.PUBLISHED)
        known = shown.exclude(language=None).exclude(language="")
        return {str(number): str(language) for number, language in known.values_list("pk", "language")}

    @cached_property
    def translations(self) -> Mapping[str, str]:
        """Those there are in the language of the page."""
        if not self._engagement.has_translations:
            return {}
        made = _readable(self._reads).filter(statement__engagement=self._engagement)
        return {str(number): text for number, text in made.values_list("statement", "text")}

    @cached_property
    def mark(self) -> str:
        """Another one whenever other translations are shown; empty where there are none."""
        return sha256(repr(sorted(self.translations.items())).encode()).hexdigest()[:12] if self.translations else ""


def translation_of(statement: Statement, engagement: Engagement, reads: str) -> str:
    """Its words in the language of the page, where a machine has put them so; empty where they are as they are."""
    if not engagement.has_translations or not statement.language or statement.language == reads:
        return ""
    return _readable(reads).filter(statement=statement).values_list("text", flat=True).first() or ""


def translations_of(statements: list[Statement], engagement: Engagement, reads: str) -> dict[int, str]:
    """The same of many at once, by their numbers."""
    if not engagement.has_translations:
        return {}
    return dict(_readable(reads).filter(statement__in=statements).values_list("statement", "text"))


def _readable(reads: str) -> QuerySet[Translation]:
    """Made of words as they stand, of statements that everybody may read."""
    made = Translation.objects.filter(language=reads, statement__state=StatementState.PUBLISHED).exclude(text="")
    return made.filter(of_text=F("statement__text")).exclude(statement__language=reads)


# What the worker asks


@dataclass(frozen=True)
class Due:
    """One statement to be put in one language."""

    engagement: Engagement
    statement: int
    text: str
    source: str
    target: str


def due_translation(now: datetime) -> Due | None:
    """The next one. Only of statements that somebody has read and opened, and where the mandate says so."""
    for engagement in Engagement.objects.filter(
        has_translations=True, opened_at__isnull=False, key_destroyed_on=None
    ).order_by("pk"):
        shown = Statement.objects.filter(engagement=engagement, state=StatementState.PUBLISHED)
        for target in (code for code in engagement.languages if code in NAMES):
            here = Translation.objects.filter(statement=OuterRef("pk"), language=target, of_text=OuterRef("text"))
            foreign = shown.exclude(language=None).exclude(language__in=["", target])
            here = here.filter(Q(not_before=None) | Q(not_before__gt=now))  # made, under way, or failed a while ago
            left = foreign.exclude(Exists(here))
            if row := left.order_by("pk").values_list("pk", "text", "language").first():
                number, text, source = row
                return Due(engagement, number, text, str(source), target)
    return None


@dataclass(frozen=True)
class Trouble:
    """Translations that could not be made so far: how many, and why the last one was not."""

    n_failed: int
    trouble: str


def translation_trouble() -> Trouble:
    failed = Translation.objects.filter(text="", n_failures__gt=0)
    newest = failed.order_by("-not_before").values_list("trouble", flat=True).first()
    return Trouble(failed.count(), newest or "")
