"""The ballot record for everybody who takes part, and each one's own receipt. The record names nobody."""

from __future__ import annotations

import json
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sayso.custody import actions, queries, rules
from sayso.custody.ballots import receipt as receipts
from sayso.custody.ballots.proof import make_proof
from sayso.custody.ballots.record import NAMES, as_csv, as_json, votes_under
from sayso.engagements.coming_in.doors import engagement_for, for_participants
from sayso.engagements.models import Engagement, Participant
from sayso.engagements.queries import participant_of
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing, ballot_secrets


@require_safe
@login_required
@never_cache
def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement of the record; a script beside it finds one's own votes without sending the receipt anywhere."""
    engagement = engagement_for(request, slug)
    record = _published(engagement)
    words = queries.words_of(engagement, record) if record else {}
    secret = _own_secret(request.user, engagement)  # type: ignore[arg-type]
    own = {found.statement: found.stance for found in votes_under(record, secret)} if record and secret else {}
    context = {
        "engagement": engagement,
        "tab": "results",
        "record": record,
        "rows": [_row(told, words, own) for told in record["statements"]] if record else [],
        "n_found": sum(stance is not None for stance in own.values()),
        "is_known": secret is not None,
        "is_voting_over": rules.is_voting_over(engagement),
    }
    return render(request, "custody/ballots.html", context)


def _row(told: dict[str, Any], words: dict[str, str], own: dict[str, int | None]) -> dict[str, Any]:
    stance = own.get(told["statement"])
    return {**told, "passes": told["pass"], "words": words.get(told["statement"]), "own": stance,
            "own_name": NAMES[stance] if stance is not None else ""}  # fmt: skip


@require_safe
@login_required
@never_cache
def record_json(request: HttpRequest, slug: str) -> HttpResponse:
    reply = HttpResponse(as_json(_record(request, slug)), content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="ballots-{slug}.json"'
    return reply


@require_safe
@login_required
@never_cache
def record_csv(request: HttpRequest, slug: str) -> HttpResponse:
    reply = HttpResponse(as_csv(_record(request, slug)), content_type="text/csv")
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
    record = _published(participant.engagement)
    if record is None:
        raise Http404
    told = make_proof(record, _secret_of(participant))
    reply = HttpResponse(json.dumps(told, indent=1), content_type="application/json")
    reply["Content-Disposition"] = f'attachment; filename="my-votes-{record["engagement"]}.json"'
    return reply


def _record(request: HttpRequest, slug: str) -> dict[str, Any]:
    record = _published(engagement_for(request, slug))
    if record is None:
        raise Http404
    return record


def _published(engagement: Engagement) -> dict[str, Any] | None:
    """The record, made now when it is due: whoever comes first makes it, so that nobody can hold it back."""
    try:
        published = actions.publish_ballots(engagement=engagement)
    except KeyMissing:
        return None
    return json.loads(published.body) if published else None


def _own_secret(member: Member, engagement: Engagement) -> bytes | None:
    """None when the key is gone, or this member has not taken part."""
    try:
        participant = participant_of(member, engagement)
    except KeyMissing:
        return None
    return _secret_of(participant) if participant else None


def _secret_of(participant: Participant) -> bytes:
    (secret,) = ballot_secrets(engagement_slug=participant.engagement.slug, pseudonyms=[participant.pseudonym])
    return secret
