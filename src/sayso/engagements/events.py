"""The event log: what happened, in order, never changed. The worker and every replay read it.

Payloads hold ids of participants and statements, never a member; a moderator is named, being on duty.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

from sayso.engagements.locking import hold_log, put
from sayso.engagements.models import Engagement, Event


class EventKind(models.TextChoices):
    MANDATE_BEGUN = "mandate_begun", "A mandate was begun"
    ENGAGEMENT_OPENED = "engagement_opened", "It was opened for everybody"
    PHASE_MOVED = "phase_moved", "Another phase began"
    MANDATE_CHANGED = "mandate_changed", "The mandate was changed after the opening"
    ENGAGEMENT_CLOSED = "engagement_closed", "It was closed"
    PARTICIPANT_JOINED = "participant_joined", "Somebody came in"
    STATEMENT_SAID = "statement_said", "Somebody said something"
    STATEMENT_SEEDED = "statement_seeded", "The organisers put a statement in"
    STATEMENT_PUBLISHED = "statement_published", "A statement was opened for votes"
    STATEMENT_RETURNED = "statement_returned", "A statement was returned to its author"
    DECISION_UNDONE = "decision_undone", "A moderator took a decision back"
    STATEMENT_MERGED = "statement_merged", "A statement was merged into another"
    MERGE_UNDONE = "merge_undone", "A merged statement stands for itself again"
    STATEMENT_SPLIT = "statement_split", "A statement was split in two"
    SPLIT_UNDONE = "split_undone", "The two parts are one statement again"
    STATEMENT_HIDDEN = "statement_hidden", "A statement was hidden"
    VOTE_CAST = "vote_cast", "Somebody voted"
    VOTE_WITHDRAWN = "vote_withdrawn", "Somebody took a vote back"
    VOTES_WITHDRAWN = "votes_withdrawn", "Somebody took all their votes back"
    STATEMENT_WITHDRAWN = "statement_withdrawn", "Somebody took a statement back"
    STATEMENT_SIGNED = "statement_signed", "An author put their name to a statement"
    NAME_TAKEN_OFF = "name_taken_off", "An author took their name off a statement"
    KIND_CORRECTED = "kind_corrected", "Somebody said what a statement is"
    KIND_CORRECTION_UNDONE = "kind_correction_undone", "They took that back"
    REASON_TOLD = "reason_told", "Somebody told why they take no part"
    REASON_TAKEN_BACK = "reason_taken_back", "Somebody took that back"
    PARTICIPANT_LEFT = "participant_left", "Somebody left"
    PARTICIPANT_CUT_OFF = "participant_cut_off", "The way from a member to a participant was cut"
    REPLY_SAID = "reply_said", "Somebody replied under a statement"
    REPLY_PUBLISHED = "reply_published", "A reply was shown"
    REPLY_HIDDEN = "reply_hidden", "A reply was hidden, with a reason"
    REPLY_DECISION_UNDONE = "reply_decision_undone", "A moderator took a decision on a reply back"
    REPLY_WITHDRAWN = "reply_withdrawn", "Somebody took a reply back"
    REPLY_UNMARKED = "reply_unmarked", "An author took the mark off a reply"
    AUTHOR_ASKED = "author_asked", "Those in charge asked an author something"
    QUESTION_CALLED_BACK = "question_called_back", "They called the question back"
    QUESTION_ANSWERED = "question_answered", "The author answered"
    QUESTION_DECLINED = "question_declined", "The author would rather not answer"
    ANSWER_TAKEN_BACK = "answer_taken_back", "The author took that back"
    QUESTIONS_REFUSED = "questions_refused", "Somebody wants no questions"
    QUESTIONS_ALLOWED = "questions_allowed", "Somebody takes questions again"
    STATEMENT_ACKNOWLEDGED = "statement_acknowledged", "Those in charge acknowledged a statement"
    ACKNOWLEDGEMENT_UNDONE = "acknowledgement_undone", "They took that back"
    ROOM_PLANNED = "room_planned", "A meeting in a room was planned"
    ROOM_CHANGED = "room_changed", "What was planned for a room was changed"
    KIT_MADE = "kit_made", "Cards and sheets for a room were made"
    ROOM_CLOSED = "room_closed", "All of a room was entered"
    ROOM_REOPENED = "room_reopened", "A room was opened again for entering"
    TABLE_COUNTED = "table_counted", "The people at a table were counted"
    HANDS_COUNTED = "hands_counted", "Raised hands were counted at a table"
    SHEET_ENTERED = "sheet_entered", "A sheet of paper was typed in"
    SHEET_CORRECTED = "sheet_corrected", "A sheet was typed in a second time, and put right"
    SHEET_WITHDRAWN = "sheet_withdrawn", "A sheet was taken out again"
    SHEET_TAKEN_OVER = "sheet_taken_over", "Whoever filled a sheet in took it over, or had it left out"
    BATCH_ENTERED = "batch_entered", "Something was entered for a room"
    BATCH_TAKEN_BACK = "batch_taken_back", "Something entered for a room was taken back"
    BALLOTS_PUBLISHED = "ballots_published", "The record of ballots was published"
    MAIL_RULES_CHANGED = "mail_rules_changed", "What is allowed by mail was changed"
    EMBEDDING_CHANGED = "embedding_changed", "Where the cards may be shown was changed"
    CHANNEL_CHANGED = "channel_changed", "The address of a channel was kept or forgotten"
    LINK_POSTED = "link_posted", "The link was to be posted to a channel"
    RESULTS_MADE_PUBLIC = "results_made_public", "Who may read the results was changed"
    KEY_POINT_WISHED = "key_point_wished", "A lead changed how a key point is listed"
    KEY_POINT_WISH_ENDED = "key_point_wish_ended", "A lead took that back"
    KEY_DESTROYED = "key_destroyed", "The data guardian destroyed the key"


# What the votes of a distillation are read from.
INPUT_KINDS = (
    EventKind.STATEMENT_SEEDED,
    EventKind.STATEMENT_PUBLISHED,
    EventKind.STATEMENT_RETURNED,
    EventKind.DECISION_UNDONE,
    EventKind.STATEMENT_MERGED,
    EventKind.MERGE_UNDONE,
    EventKind.STATEMENT_SPLIT,
    EventKind.SPLIT_UNDONE,
    EventKind.STATEMENT_HIDDEN,
    EventKind.VOTE_CAST,
    EventKind.VOTE_WITHDRAWN,
    EventKind.VOTES_WITHDRAWN,
    EventKind.STATEMENT_WITHDRAWN,
)

# What makes one due: beside that, how leads want key points listed, whose rows are read with the snapshot's making; and
# what statements were said to be, which is learnt from after it.
DUE_KINDS = (
    *INPUT_KINDS,
    EventKind.KEY_POINT_WISHED,
    EventKind.KEY_POINT_WISH_ENDED,
    EventKind.KIND_CORRECTED,
    EventKind.KIND_CORRECTION_UNDONE,
)


def record(*, engagement: Engagement, kind: EventKind, **payload: Any) -> Event:
    """Append one event, inside the transaction that writes its row.

    PostgreSQL hands out ids before they can be seen: 7 may appear after 8. The shared lock lets a reader wait until
    all of them have appeared (`settled_events`). It is held from the beginning of the write on (`locking.writing`).
    """
    hold_log(engagement.pk)
    event = Event(engagement=engagement, kind=kind, payload=payload)
    put(event)
    return event


def record_all(*, engagement: Engagement, kind: EventKind, payloads: Iterable[dict[str, Any]]) -> None:
    """Append many events of one kind at once, in their order, inside the transaction that writes their rows."""
    hold_log(engagement.pk)
    Event.objects.bulk_create(
        (Event(engagement=engagement, kind=kind, payload=payload) for payload in payloads), batch_size=500
    )


@contextmanager
def settled_events(engagement: Engagement) -> Iterator[None]:
    """Within it, every event up to the highest id can be read: writers under way have finished, new ones wait."""
    with transaction.atomic():
        hold_log(engagement.pk, alone=True)
        yield
