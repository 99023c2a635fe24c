"""What a device of one's own sends and fetches: acts in their order, cards ahead. Members only; kiosks keep nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from ninja import Field, Router, Schema, Status

from sayso.engagements import queries
from sayso.engagements.actions import join
from sayso.engagements.api import Wrong
from sayso.engagements.cards.acts import take_acts
from sayso.engagements.cards.ahead import MOST_AHEAD, as_told, draw_ahead, no_longer_shown
from sayso.engagements.cards.device import whose_device
from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.languages.queries import translations_of
from sayso.engagements.models import Participant
from sayso.engagements.saying.names import signer_of

router = Router(tags=["having our say"])
SOMEBODY_ELSE = "Somebody else is signed in now. What was given here waits until its owner comes in again."


class ActsIn(Schema):
    """Acts oldest first, each `{act, do, …}`; the cards that the device holds, and how many more it wants.

    `whose` is what the page said whose device this is: acts of one never count for who came in after them.
    """

    acts: list[dict[str, Any]] = Field(default_factory=list)
    have: list[int] = Field(default_factory=list)
    want: int = 0
    whose: str = ""


class RefusedAct(Schema):
    act: str
    error: str


class CardOut(Schema):
    """`text` is what was said, in `language`, empty where that is not sure; `direction` is as `dir` takes it.
    Where a machine put it in `reads`, the language of whoever asks, `translation` holds that, and `told` the sentence
    that says so."""

    id: int
    text: str
    topic: str
    is_seed: bool
    is_from_table: bool
    name: str
    drawn: str
    language: str
    direction: str
    translation: str
    reads: str
    told: str


class HandOut(Schema):
    """Where its owner stands, the cards asked for, and those the device holds that are no longer shown: merged, split,
    hidden or withdrawn."""

    answered: int
    sitting: int
    left: int
    cards: list[CardOut]
    gone: list[int]


class ActsOut(Schema):
    """`hand` is null where no cards were asked for: the device counts on by itself until it wants some."""

    taken: list[str]
    refused: list[RefusedAct]
    hand: HandOut | None


@router.post("/e/{slug}/acts", response={200: ActsOut, 403: Wrong, 409: Wrong})
def send_acts(request: HttpRequest, slug: str, sent: ActsIn) -> Any:
    """Votes (`do` is vote), undone votes (undo) and statements (say), each with a number of 32 hexadecimal digits drawn
    for it (`act`). The same number sent again does nothing and counts as taken."""
    known = queries.place_called(slug, request.user)
    engagement = engagement_for(request, slug, known=known)
    if sent.whose and sent.whose != whose_device(request.user):  # type: ignore[arg-type]
        return Status(403, {"error": SOMEBODY_ELSE})
    participant = join(engagement=engagement, member=request.user, known=known)  # type: ignore[arg-type]
    signer = signer_of(request.user, engagement)
    outcomes = take_acts(participant=participant, acts=sent.acts, signer=signer)  # type: ignore[arg-type]
    return {
        "taken": [outcome.act for outcome in outcomes if not outcome.error],
        "refused": [{"act": outcome.act, "error": outcome.error} for outcome in outcomes if outcome.error],
        "hand": _hand(participant, sent) if sent.want > 0 else None,
    }


def _hand(participant: Participant, sent: ActsIn) -> dict[str, Any]:
    hand = queries.hand_of(participant)
    progress = queries.progress_of(participant, hand=hand)
    return {
        "answered": progress.answered,
        "sitting": progress.sitting,
        "left": progress.left,
        "cards": _cards(participant, sent, hand),
        "gone": no_longer_shown(hand, sent.have[: 2 * MOST_AHEAD]),
    }


def _cards(participant: Participant, sent: ActsIn, hand: queries.Hand) -> list[dict[str, Any]]:
    drawn = draw_ahead(participant, n=min(sent.want, MOST_AHEAD), without=sent.have[: 2 * MOST_AHEAD], hand=hand)
    reads = get_language() or ""
    translations = translations_of([one.statement for one in drawn], participant.engagement, reads)
    return [as_told(participant, one, translations, reads) for one in drawn]
