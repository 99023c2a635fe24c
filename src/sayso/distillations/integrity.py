"""What the data guardian is told of accounts that seem not to answer for themselves.

Joins a conversation and the engine's findings; stores nothing. Heavy: for the worker and `sayso integrity` only.
What comes out names accounts and belongs into no snapshot.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from django.utils.translation import gettext_noop

from sayso.engine.conversation import Conversation
from sayso.engine.groups import find_groups
from sayso.engine.integrity import Suspicion, look_for_suspicions
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.robust_figures import RobustFigures, compare_figures

MIN_VOTES_TO_PLACE = 7
STATEMENTS_SHOWN = 10
# As the engine words what it finds of one account; here so that catalogues know it and the page can translate it.
SAID_OF_LINES = (
    gettext_noop("Agrees with everything shown, which an opinion of its own would hardly do."),
    gettext_noop("Disagrees with everything shown, which an opinion of its own would hardly do."),
    gettext_noop("Agrees and disagrees in turn, whatever is shown."),
)
MIN_VOTES_FOR_FIGURES = 10  # below, a difference of two shares would tell single votes


def look(conversation: Conversation, *, seed: int) -> dict[str, Any]:
    """What the guardian is told: accounts by their pseudonym, kind, strength and reason; nobody's votes."""
    rng = np.random.default_rng(seed)
    votes = conversation.votes
    found = look_for_suspicions(votes, rng=rng, cast_at=conversation.cast_at)
    space = fit_opinion_space(votes, rng=rng, author=conversation.author, tier="fast")
    groups = find_groups(votes, space, rng=rng, min_votes=MIN_VOTES_TO_PLACE)
    figures = compare_figures(votes, found.weight, groups.membership)
    return {
        "title": conversation.title,
        "people": votes.n_participants,
        "named": int(found.named.sum()),
        "suspicions": [
            {
                "kind": suspicion.kind.value,
                "reason": suspicion.reason,
                "accounts": [
                    {"account": conversation.participant_ids[row], "probability": round(float(probability), 3)}
                    for row, probability in zip(suspicion.participants, suspicion.probability, strict=True)
                ],
                "statements": [conversation.statement_ids[j] for j in suspicion.statements.tolist()],
                "first_statements": _first_texts(conversation, suspicion),
            }
            for suspicion in found.suspicions
        ],
        "turned": [
            {
                "statement": conversation.statement_ids[j],
                "text": conversation.texts[j],
                "raw_share": round(float(figures.raw_share[j]), 4),
                "robust_share": round(float(figures.robust_share[j]), 4),
                "raw_common_ground": bool(figures.raw_common[j]),
            }
            for j in figures.turned.tolist()
            if not conversation.rejected[j]
        ],
        "figures": _figures(conversation, figures),
        "not_looked_for": list(found.not_looked_for),
    }


def _first_texts(conversation: Conversation, suspicion: Suspicion) -> list[str]:
    """Words that were turned down are shown to nobody, the guardian included."""
    shown = suspicion.statements[~conversation.rejected[suspicion.statements]]
    return [conversation.texts[j] for j in shown[:STATEMENTS_SHOWN].tolist()]


def _figures(conversation: Conversation, figures: RobustFigures) -> list[dict[str, Any]]:
    """Raw beside robust, easiest to turn first; in whole per cent, so that they hardly tell a single vote."""
    enough = np.flatnonzero((conversation.votes.seen() >= MIN_VOTES_FOR_FIGURES) & ~conversation.rejected)
    ordered = enough[np.argsort(figures.votes_to_turn[enough], kind="stable")]
    return [
        {
            "statement": conversation.statement_ids[j],
            "text": conversation.texts[j],
            "raw_percent": round(100 * float(figures.raw_share[j])),
            "robust_percent": None
            if np.isnan(figures.robust_share[j])
            else round(100 * float(figures.robust_share[j])),
            "votes_to_turn": int(figures.votes_to_turn[j]),
        }
        for j in ordered.tolist()
    ]
