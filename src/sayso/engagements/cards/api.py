"""What a device of one's own sends and fetches: acts in their order, cards ahead. Members only; kiosks keep nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from sayso.engagements import queries
from sayso.engagements.actions import join
from sayso.engagements.api import Wrong
from sayso.engagements.cards.acts import take_acts
from sayso.engagements.cards.ahead import MOST_AHEAD, as_told, draw_ahead
from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.models import Participant
from sayso.engagements.saying.names import signer_of

router = Router(tags=["having our say"])


class ActsIn(Schema):
    """Acts oldest first, each `{act, do, …}`; the cards that the device holds, and how many more it wants."""

    acts: list[dict[str, Any]] = Field(default_factory=list)
    have: list[int] = Field(default_factory=list)
    want: int = 0


class RefusedAct(Schema):
    act: str
    error: str


class CardOut(Schema):
    id: int
    text: str
    topic: str
    is_seed: bool
    is_from_table: bool
    name: str
    drawn: str


class ActsOut(Schema):
    taken: list[str]
    refused: list[RefusedAct]
    answered: int
    sitting: int
    left: int
    cards: list[CardOut]


@router.post("/e/{slug}/acts", response={200: ActsOut, 409: Wrong})
def send_acts(request: HttpRequest, slug: str, sent: ActsIn) -> dict[str, Any]:
    """Votes (`do` is vote), undone votes (undo) and statements (say), each with a number of 32 hexadecimal digits drawn
    for it (`act`). The same number sent again does nothing and counts as taken."""
    engagement = engagement_for(request, slug)
    participant = join(engagement=engagement, member=request.user)  # type: ignore[arg-type]
    signer = signer_of(request.user, engagement)
    outcomes = take_acts(participant=participant, acts=sent.acts, signer=signer)  # type: ignore[arg-type]
    hand = queries.hand_of(participant)
    progress = queries.progress_of(participant, hand=hand)
    return {
        "taken": [outcome.act for outcome in outcomes if not outcome.error],
        "refused": [{"act": outcome.act, "error": outcome.error} for outcome in outcomes if outcome.error],
        "answered": progress.answered,
        "sitting": progress.sitting,
        "left": progress.left,
        "cards": _cards(participant, sent, hand),
    }


def _cards(participant: Participant, sent: ActsIn, hand: queries.Hand) -> list[dict[str, Any]]:
    drawn = draw_ahead(participant, n=min(sent.want, MOST_AHEAD), without=sent.have[: 2 * MOST_AHEAD], hand=hand)
    return [as_told(participant, one) for one in drawn]
