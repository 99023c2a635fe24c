"""The published snapshot as JSON: the very figures of the results page, at the same moment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja import Router, Schema

from sayso.distillations import queries, rules
from sayso.engagements.coming_in.doors import engagement_for
from sayso.members.pseudonyms import KeyMissing
from sayso.publication.snapshots import without_memory

router = Router(tags=["results"])


class SnapshotOut(Schema):
    """`snapshot` is shaped as the snapshot schema; null stands for what is not told."""

    id: int
    counted_at: str
    snapshot: dict[str, Any]


class Wrong(Schema):
    error: str


@router.get("/e/{slug}/snapshot", response={200: SnapshotOut, 403: Wrong, 404: Wrong})
def snapshot(request: HttpRequest, slug: str) -> Any:
    """The newest figures, for whoever may see the results page."""
    engagement_for(request, slug)
    reader = queries.reader_of(request.user, slug)  # type: ignore[arg-type]
    if reader is None:
        return _wrong(404, "There is nothing here for you.")
    if not rules.may_see_results(reader.engagement, n_votes=reader.n_votes, roles=reader.roles):
        if reader.key_is_missing:
            raise KeyMissing
        n_missing = reader.engagement.min_votes_to_place - reader.n_votes
        return _wrong(403, f"Your own answers come first: {n_missing} more, and you see what all say.")
    published = queries.latest_published(reader.engagement)
    if published is None:
        return _wrong(404, "Nothing has been counted yet.")
    told = {
        "id": published.snapshot_id,
        "counted_at": published.created_at.isoformat(),
        "snapshot": without_memory(published.body),
    }
    return JsonResponse(told)


def _wrong(status: int, error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=status)
