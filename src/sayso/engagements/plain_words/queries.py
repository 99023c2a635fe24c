"""Reads of an engagement's own words to avoid."""

from __future__ import annotations

from sayso.engagements.models import Engagement


def own_words(engagement: Engagement) -> dict[str, str]:
    """Word → what to say instead."""
    return dict(engagement.words_to_avoid.values_list("word", "say"))
