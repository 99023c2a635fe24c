"""Many votes of one participant at once, filled in away from the screen: one transaction, rows and events."""

from __future__ import annotations

from collections.abc import Mapping

from sayso.engagements.events import EventKind, record_all
from sayso.engagements.locking import writing
from sayso.engagements.models import Participant, Statement, Vote
from sayso.engagements.rules import takes_answers


def cast_all(*, participant: Participant, stances: Mapping[int, int]) -> set[int]:
    """Cast a vote on each statement, by number; a vote that is there already is replaced. The statements voted on.

    Left out are statements that are not open, those of other engagements, and the participant's own; an answer to what
    was merged since is kept there, and carried. Who may cast when is the caller's to ask: paper arrives after the cards
    are closed.
    """
    with writing(participant.engagement, by=participant):
        # As in `cast_vote`: the locks keep a withdrawal from slipping in; in one order, lest two wait in a ring.
        asked = Statement.objects.select_for_update(of=("self",)).filter(pk__in=stances).order_by("pk")
        here = asked.filter(engagement=participant.engagement_id).select_related("counts_for")
        open_now = [one.pk for one in here if one.author_id != participant.pk and takes_answers(one)]
        known = dict(Vote.objects.filter(participant=participant).values_list("statement", "stance"))
        new = {pk: int(stances[pk]) for pk in open_now if known.get(pk) != stances[pk]}
        Vote.objects.bulk_create(
            [Vote(participant=participant, statement_id=pk, stance=stance) for pk, stance in new.items()],
            update_conflicts=True,
            unique_fields=["participant", "statement"],
            update_fields=["stance"],
        )
        record_all(
            engagement=participant.engagement,
            kind=EventKind.VOTE_CAST,
            payloads=(
                {"participant": participant.pk, "statement": pk, "stance": stance, "is_important": False}
                for pk, stance in new.items()
            ),
        )
    return set(open_now)
