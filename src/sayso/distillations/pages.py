"""Results and the place where one stands, as HTML and CSV. Shows what is published, never what it was made from."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sayso.distillations import presentation, queries, rules, table_file
from sayso.distillations.queries import Published, Reader
from sayso.distillations.readers import frame_of, may_read, not_yet, reader_behind, readers
from sayso.distillations.readers import fresh as _fresh
from sayso.distillations.sharing import shared_as
from sayso.engagements.coming_in.doors import members_or_guests
from sayso.engagements.models import Engagement
from sayso.engagements.rules import admits_guests
from sayso.engagements.saying.names import names_shown
from sayso.engagements.saying.silence import reasons_told
from sayso.members.access import record_access
from sayso.members.models import AccessKind


@require_safe
@readers
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """What we all say. Before enough own votes: how many are missing."""
    reader = reader_behind(request, slug)
    if not may_read(reader):
        return not_yet(request, reader)
    context = _results_context(request, reader)
    if reader.is_anybody:
        context["shared"] = shared_as(request, context["results"].opening if context["results"] else "")
    return _fresh(render(request, "distillations/results.html", context))


@require_safe
@members_or_guests
def results_live(request: HttpRequest, slug: str) -> HttpResponse:
    """The results fragment, or 304 while the reader has the newest. Asked every few seconds by open pages."""
    reader = reader_behind(request, slug)
    if not may_read(reader):
        raise Http404
    etag = _etag(reader.engagement)
    if names := names_shown(reader.engagement):  # one that was taken off goes from open pages too
        etag = quote_etag(f"{etag.strip(chr(34))}-{sha256(repr(sorted(names.items())).encode()).hexdigest()[:12]}")
    reply = get_conditional_response(request, etag=etag)
    if reply is None:
        context = _results_context(request, reader)
        reply = render(request, "distillations/fragments/results.html", context)
    reply["ETag"] = etag
    return _fresh(reply)


@require_safe
@members_or_guests
def results_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement with its published figures, as a table file."""
    reader = reader_behind(request, slug)
    if not may_read(reader):
        raise Http404
    published = queries.latest_published(reader.engagement)
    reply = HttpResponse(table_file.rows_as_csv(published.body if published else None), content_type="text/csv")
    reply["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return _fresh(reply)


@never_cache
@require_safe
@members_or_guests
def where(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the one who looks stands. Nobody else's place is ever read."""
    reader = reader_behind(request, slug)
    if reader.participant is None or reader.n_votes < reader.engagement.min_votes_to_place:
        return not_yet(request, reader)
    published = queries.latest_published(reader.engagement)
    place = queries.place_of(reader.participant)
    body = presentation.with_told_groups(published.body if published else presentation.NOTHING_YET)
    stances = queries.stances_of(reader.participant)
    context = {
        **frame_of(reader),
        "published": published,
        "body": body,
        "standing": presentation.standing_of(body, place, stances),
    }
    return render(request, "distillations/where.html", context)


@never_cache
@require_safe
@login_required
def accounts(request: HttpRequest, slug: str) -> HttpResponse:
    """For the data guardian: accounts that seem not to answer for themselves. To anybody else it is not there."""
    reader = reader_behind(request, slug)
    if not rules.may_see_accounts(reader.roles):
        raise Http404
    record_access(
        organisation=reader.engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=AccessKind.SUSPICIONS_SEEN,
        engagement_slug=slug,
    )
    check = queries.integrity_check(reader.engagement)
    context = {**frame_of(reader), "check": check, "age": _age(check.checked_at) if check else ""}
    return render(request, "distillations/accounts.html", context)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For a load balancer: the database answers. No details; `sayso doctor` has them."""
    queries.newest_heartbeat()
    return HttpResponse("ok\n", content_type="text/plain")


def _guests(engagement: Engagement) -> dict[str, Any]:
    if not admits_guests(engagement):
        return {}
    return {"admits_guests": True, "tenths_of_guests": queries.tenths_of_guests(engagement)}


def _results_context(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    sort, show_all = request.GET.get("sort", "shared"), request.GET.get("all") == "1"
    published: Published | None = queries.latest_published(reader.engagement)
    results = _results(published, reader, sort, show_all) if published else None
    return {
        **frame_of(reader),
        **_guests(reader.engagement),
        "reasons": reasons_told(reader.engagement),
        "is_participant": reader.n_votes >= reader.engagement.min_votes_to_place,
        "published": published,
        "age": _age(published.created_at) if published else "",
        "results": results,
        "sorts": presentation.SORTS,
        "sort_words": presentation.SORTS[results.sort] if results else "",
        "shared_percent": round(100 * published.body["settings"]["common_ground_overall"]) if published else None,
        "query": presentation.query_of(request.GET.get("sort", ""), show_all),
        "etag": _etag_of(published.snapshot_id, published.created_at) if published else NO_SNAPSHOT,
    }


def _results(published: Published, reader: Reader, sort: str, show_all: bool) -> presentation.Results:
    body = presentation.without_unknown(published.body) if reader.is_anybody else published.body
    return presentation.results_of(body, sort=sort, show_all=show_all)


NO_SNAPSHOT = quote_etag("none")


def _etag(engagement: Engagement) -> str:
    mark = queries.latest_mark(engagement)
    return _etag_of(*mark) if mark else NO_SNAPSHOT


def _etag_of(snapshot_id: int, created_at: Any) -> str:
    """The snapshot, and its age in words, since the page says it."""
    return quote_etag(f"{snapshot_id}-{_age(created_at).replace(' ', '-')}")


def _age(created_at: Any) -> str:
    return presentation.age_in_words(timezone.now() - created_at)
