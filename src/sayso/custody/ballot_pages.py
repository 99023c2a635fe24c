"""The ballot record for everybody who takes part, and each one's own receipt. The record names nobody."""

from __future__ import annotations

import json
from typing import Any

import segno
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sayso.custody import actions, ballot_store, queries, rules
from sayso.custody.ballots import receipt as receipts
from sayso.custody.ballots.record import NAMES
from sayso.custody.ballots.sheet import counts_in
from sayso.custody.models import BallotRecord, BallotSheet, CustodyJob
from sayso.engagements.coming_in.doors import engagement_for, for_participants, guest_behind, members_or_guests
from sayso.engagements.models import Engagement, Participant
from sayso.engagements.queries import participant_of
from sayso.members.pseudonyms import KeyMissing, ballot_secrets

PER_PAGE = 100


@require_safe
@members_or_guests
@never_cache
def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement of the record; a script beside it finds one's own votes without sending the receipt anywhere.

    Until it is there, open pages ask again how far the worker is with it.
    """
    engagement = _engagement(request, slug)
    is_asked_again = bool(request.htmx)  # type: ignore[attr-defined]
    if record := queries.ballot_record(engagement):
        return HttpResponse(headers={"HX-Refresh": "true"}) if is_asked_again else _shown(request, record)
    job = actions.ask_for_ballots(engagement=engagement)
    context = {
        "engagement": engagement,
        "tab": "results",
        "is_voting_over": rules.is_voting_over(engagement),
        **_of(job),
    }
    return render(request, "custody/ballots_now.html" if is_asked_again else "custody/ballots_to_come.html", context)


def _of(job: CustodyJob | None) -> dict[str, Any]:
    return {"job": job, "is_left_alone": job is not None and queries.is_left_alone(job, timezone.now())}


def _shown(request: HttpRequest, record: BallotRecord) -> HttpResponse:
    page = Paginator(ballot_store.sheets_of(record), PER_PAGE).get_page(request.GET.get("page"))
    sheets = list(page.object_list)
    said = queries.words_of(record.engagement, [sheet.statement for sheet in sheets])
    secret = _own_secret(request, record.engagement)
    own = ballot_store.own_votes(record, secret) if secret else {}
    context = {
        "engagement": record.engagement,
        "tab": "results",
        "record": record,
        "page": page,
        "rows": [_row(sheet, said, own) for sheet in sheets],
        "n_found": len(own),
        "is_known": secret is not None,
    }
    return render(request, "custody/ballots.html", context)


def _row(sheet: BallotSheet, said: dict[int, tuple[str, str]], own: dict[int, int]) -> dict[str, Any]:
    counts, stance = counts_in(bytes(sheet.ballots)), own.get(sheet.statement)
    words, language = said.get(sheet.statement, (None, ""))
    return {"statement": sheet.statement, "agree": counts["agree"], "passes": counts["pass"],
            "disagree": counts["disagree"], "words": words, "language": language, "own": stance,
            "own_name": NAMES[stance] if stance is not None else ""}  # fmt: skip


@require_safe
@members_or_guests  # type: ignore[arg-type]  # a stream is no HttpResponse
@never_cache
def record_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    reply = StreamingHttpResponse(ballot_store.json_parts(_record(request, slug)), content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="ballots-{slug}.json"'
    return reply


@require_safe
@members_or_guests  # type: ignore[arg-type]  # a stream is no HttpResponse
@never_cache
def record_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    reply = StreamingHttpResponse(ballot_store.csv_parts(_record(request, slug)), content_type="text/csv")
    reply["Content-Disposition"] = f'attachment; filename="ballots-{slug}.csv"'
    return reply


@require_safe
@for_participants
def receipt(request: HttpRequest, participant: Participant) -> HttpResponse:
    """The member's own receipt, to print or copy. It is made anew at each look, and kept nowhere."""
    engagement = participant.engagement
    written = receipts.written(_secret_of(participant))
    picture = segno.make(written, error="m").svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    context = {
        "engagement": engagement,
        "tab": "results",
        "written": written,
        "groups": written.split("-"),
        "picture": mark_safe(picture),  # noqa: S308 - drawn by segno from letters and digits
    }
    return render(request, "custody/receipt.html", context)


@require_safe
@for_participants
def proof(request: HttpRequest, participant: Participant) -> HttpResponse:
    """One's own votes with the short way from each to the root: to be checked without the whole record."""
    record = queries.ballot_record(participant.engagement)
    if record is None:
        raise Http404
    told = ballot_store.proof_of(record, _secret_of(participant))
    reply = HttpResponse(json.dumps(told, indent=1), content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="my-votes-{participant.engagement.slug}.json"'
    return reply


def _record(request: HttpRequest, slug: str) -> BallotRecord:
    record = queries.ballot_record(_engagement(request, slug))
    if record is None:
        raise Http404
    return record


def _engagement(request: HttpRequest, slug: str) -> Engagement:
    guest = guest_behind(request)
    return guest.engagement if guest else engagement_for(request, slug)


def _own_secret(request: HttpRequest, engagement: Engagement) -> bytes | None:
    """None when the key is gone, or whoever looks has not taken part."""
    try:
        participant = guest_behind(request) or participant_of(request.user, engagement)  # type: ignore[arg-type]
        return _secret_of(participant) if participant else None
    except KeyMissing:
        return None


def _secret_of(participant: Participant) -> bytes:
    (secret,) = ballot_secrets(engagement_slug=participant.engagement.slug, pseudonyms=[participant.pseudonym])
    return secret
