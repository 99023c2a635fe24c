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
from sayso.distillations.queries import Reader
from sayso.distillations.readers import frame_of, may_read, not_yet, reader_behind, readers, said_to, told_of
from sayso.distillations.readers import fresh as _fresh
from sayso.distillations.shared_part import Part, shared_part
from sayso.distillations.sharing import shared_as
from sayso.engagements.coming_in.doors import members_or_guests
from sayso.engagements.languages.queries import SaidIn
from sayso.engagements.models import Engagement
from sayso.engagements.rules import admits_guests
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
    mark = queries.latest_mark(reader.engagement)
    said = said_to(reader)
    part = _part(request, reader, mark, said)
    context = {**frame_of(reader), "part": part.html, "query": _query(request), "etag": _etag(mark, reader, said)}
    if reader.is_anybody:
        context["shared"] = shared_as(request, part.opening)
    return _fresh(render(request, "distillations/results.html", context))


@require_safe
@members_or_guests
def results_live(request: HttpRequest, slug: str) -> HttpResponse:
    """The results fragment, or 304 while the reader has the newest. Asked every few seconds by open pages."""
    reader = reader_behind(request, slug)
    if not may_read(reader):
        raise Http404
    mark = queries.latest_mark(reader.engagement)
    said = said_to(reader)
    etag = _etag(mark, reader, said)
    reply = get_conditional_response(request, etag=etag)
    if reply is None:
        reply = _reply(request, _part(request, reader, mark, said))
    reply["ETag"] = f"W/{etag}" if "Content-Encoding" in reply else etag
    return _fresh(reply)


def _reply(request: HttpRequest, part: Part) -> HttpResponse:
    """Packed beforehand where the reader takes it: being the same for all, it holds no secret that its length tells."""
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(part.html)
    return HttpResponse(part.packed, headers={"Content-Encoding": "gzip", "Vary": "Accept-Encoding"})


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


def _part(request: HttpRequest, reader: Reader, mark: queries.Mark | None, said: SaidIn) -> Part:
    """What of the page all readers of one kind share: those in it, or anybody."""
    engagement, is_over = reader.engagement, rules.is_over(reader.engagement)
    sort, show_all = _asked(request)
    told = {
        **_guests(engagement),
        "reasons": reasons_told(engagement),
        "names": reader.names,
        "translations": said.mark,
        "is_participant": reader.n_votes >= engagement.min_votes_to_place,
        "is_anybody": reader.is_anybody,
        "is_public": reader.is_public,
        "is_over": is_over,
        "last_count_is_due": mark is None and is_over and queries.has_votes(engagement),
        "snapshot": mark,
        "age": _age(mark[1]) if mark else "",
        "query": _query(request),
    }
    return shared_part(engagement, told, lambda: {**_figures(mark, reader, sort, show_all), "said": said})


def _asked(request: HttpRequest) -> tuple[str, bool]:
    return request.GET.get("sort", ""), request.GET.get("all") == "1"


def _query(request: HttpRequest) -> str:
    return presentation.query_of(*_asked(request))


def _figures(mark: queries.Mark | None, reader: Reader, sort: str, show_all: bool) -> dict[str, Any]:
    published = queries.published_in(reader.engagement, mark[0]) if mark else None
    if published is None:
        return {"published": None}
    results = presentation.results_of(told_of(published.body, reader), sort=sort, show_all=show_all)
    return {
        "published": published,
        "results": results,
        "sorts": presentation.SORTS,
        "sort_words": presentation.SORTS[results.sort],
        "shared_percent": round(100 * published.body["settings"]["common_ground_overall"]),
    }


def _etag(mark: queries.Mark | None, reader: Reader, said: SaidIn) -> str:
    """The snapshot, and its age in words, since the page says it; in the language of the page. A name that was taken
    off goes from open pages too, a translation comes to them, and so does the end."""
    is_over = rules.is_over(reader.engagement)
    if mark is None:
        return quote_etag("none-over" if is_over else "none")
    snapshot_id, created_at = mark
    shown: list[Any] = [_age(created_at), is_over]
    if reader.names or said.mark:
        shown += [repr(sorted(reader.names.items())), said.mark]
    return quote_etag(f"{snapshot_id}-{sha256(repr(shown).encode()).hexdigest()[:12]}")


def _age(created_at: Any) -> str:
    return presentation.age_in_words(timezone.now() - created_at)
