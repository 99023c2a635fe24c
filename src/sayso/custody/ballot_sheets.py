"""Makes the sheets of a ballot record, batch by batch. Knows participants and the key; keeps neither."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from sayso.custody.ballots.receipt import tag
from sayso.custody.ballots.record import FORMAT, first_line, lines_on, told_of
from sayso.custody.ballots.sheet import packed
from sayso.custody.ballots.tree import GrowingTree
from sayso.custody.counted import counted_ballots
from sayso.custody.models import BallotSheet
from sayso.engagements.models import Engagement
from sayso.members.pseudonyms import ballot_secrets

Teller = Callable[[int, int], None]
SHEETS_AT_ONCE = 100


def tell_nobody(n_done: int, n_all: int) -> None:
    """Nobody waits for it."""


def make_sheets(engagement: Engagement, published: dict[str, Any], tell: Teller) -> tuple[str, GrowingTree]:
    """The number under which they are kept, and the tree over their lines. Raises KeyMissing.

    Sheets of a making that nobody published go first: those of a worker that was killed.
    """
    own = _secrets(engagement)
    BallotSheet.objects.filter(engagement=engagement).delete()
    making, tree = secrets.token_hex(16), GrowingTree()
    tree.add(first_line({"format": FORMAT, "engagement": engagement.slug, "counted_to": published["last_event"]}))
    n_all = sum(row["seen"] is not None for row in published["statements"])
    tell(0, n_all)
    waiting: list[BallotSheet] = []
    for number, (statement, votes) in enumerate(counted_ballots(engagement, published), start=1):
        ballots = sorted((tag(own[participant], str(statement)), stance) for participant, stance in votes.items())
        begins = tree.n_lines
        for line in lines_on(told_of(statement, ballots)):
            tree.add(line)
        sheet = BallotSheet(engagement=engagement, making=making, statement=statement, ballots=packed(ballots))
        sheet.first_line, sheet.end_line = begins, tree.n_lines
        waiting.append(sheet)
        if len(waiting) == SHEETS_AT_ONCE:
            BallotSheet.objects.bulk_create(waiting)
            waiting = []
            tell(number, n_all)
    BallotSheet.objects.bulk_create(waiting)
    return making, tree


def _secrets(engagement: Engagement) -> dict[int, bytes]:
    names = dict(engagement.participants.values_list("pk", "pseudonym"))
    return dict(zip(names, ballot_secrets(engagement_slug=engagement.slug, pseudonyms=names.values()), strict=True))
