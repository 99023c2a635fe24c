"""The engagement's own words to avoid: added, changed, removed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from sayso.engagements.models import Engagement, WordToAvoid
from sayso.engagements.rules import Refused

MOST_WORDS = 300


def avoid_word(*, engagement: Engagement, word: str, say: str) -> WordToAvoid:
    """Put a word on the list, or say something else instead of one that is on it. Raises Refused when it is full."""
    with transaction.atomic():
        Engagement.objects.select_for_update(no_key=True).get(pk=engagement.pk)
        known = engagement.words_to_avoid.filter(word__iexact=word).first()
        if known is None and engagement.words_to_avoid.count() >= MOST_WORDS:
            raise Refused(
                _("The list holds %(most_words)s words, and it is full. Remove one first.") % {"most_words": MOST_WORDS}
            )
        row = known or WordToAvoid(engagement=engagement)
        row.word, row.say = word, say
        row.save()
    return row


def allow_word(*, word: WordToAvoid) -> None:
    """Take a word off the list."""
    word.delete()
