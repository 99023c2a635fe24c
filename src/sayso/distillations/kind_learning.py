"""What corrections of one engagement teach about its other statements: their kinds, and how they stand to the change.

Joins rows and the engine; learns of no other engagement and keeps no model. Heavy: imported by the worker only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sayso.engagements.correcting import Guess, keep_guesses
from sayso.engagements.kinds import RULE_RIGHT, guess_kind, guess_leaning
from sayso.engagements.models import About, Engagement, Kind, Leaning, Statement, StatementState
from sayso.engine.learning_kinds import learn
from sayso.engine.votes import FloatArray

LEAST_SURE = 0.5  # likelier right than wrong, or no guess
STEP = 0.05  # finer than this no sureness is kept: it would change with each correction, and tells nobody more
AT_ONCE = 2_000
# Taken back or sent back, words teach nothing; a part in two was never said so.
TEACH_NOT = (StatementState.WITHDRAWN, StatementState.RETURNED, StatementState.SPLIT)

RULES: dict[About, tuple[Sequence[str], Callable[[str], str]]] = {
    About.KIND: (Kind.values, guess_kind),
    About.LEANING: (Leaning.values, guess_leaning),
}


def learn_kinds(engagement: Engagement) -> int:
    """Learn from what was said of statements, and guess all others anew; how many guesses changed."""
    return sum(_learn(engagement, about) for about in About)


def _learn(engagement: Engagement, about: About) -> int:
    labels, _ = RULES[about]
    here = Statement.objects.filter(engagement=engagement).order_by("pk")
    said = here.filter(**{f"is_{about}_guessed": False}).exclude(**{about: ""}).exclude(state__in=TEACH_NOT)
    told = list(said.values_list("text", about))
    texts = [text for text, _ in told]
    label = np.array([labels.index(value) for _, value in told], dtype=np.int64)
    learnt = learn(texts, label, belief_in(texts, about))
    guesses: dict[int, Guess] = {}
    open_ones = list(here.filter(**{f"is_{about}_guessed": True}).values_list("pk", "text"))
    for at in range(0, len(open_ones), AT_ONCE):
        some = open_ones[at : at + AT_ONCE]
        words = [text for _, text in some]
        probability = learnt.probability(words, belief_in(words, about))
        guesses |= {pk: _guess(row, labels) for (pk, _), row in zip(some, probability, strict=True)}
    return keep_guesses(engagement=engagement, about=about, guesses=guesses)


def belief_in(texts: Sequence[str], about: About) -> FloatArray:
    """What the turns of phrase alone make of texts, float64 [n, n_labels]: all alike where they tell nothing.

    >>> belief_in(["I am against it.", "The bench"], About.LEANING).round(2).tolist()
    [[0.2, 0.2, 0.6], [0.33, 0.33, 0.33]]
    """
    labels, guess = RULES[about]
    belief = np.full((len(texts), len(labels)), 1 / len(labels))
    for row, text in enumerate(texts):
        if found := guess(text):
            belief[row] = (1 - RULE_RIGHT) / (len(labels) - 1)
            belief[row, labels.index(found)] = RULE_RIGHT
    return belief


def _guess(probability: FloatArray, labels: Sequence[str]) -> Guess:
    best = int(probability.argmax())
    sure = round(round(float(probability[best]) / STEP) * STEP, 2)
    return (labels[best], sure) if sure >= LEAST_SURE else ("", None)
