"""Results and the place where one stands, as HTML and CSV. Shows what is published, never what it was made from."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sayso.distillations import presentation, queries, rules, table_file
from sayso.distillations.queries import Reader
from sayso.distillations.shared_part import shared_part
from sayso.engagements.coming_in.doors import guest_behind, key_missing, members_or_guests
from sayso.engagements.models import Engagement, RoleName
from sayso.engagements.rules import MODERATING, admits_guests
from sayso.engagements.saying.names import names_shown
from sayso.engagements.saying.silence import reasons_told
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member


@require_safe
@members_or_guests
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """What we all say. Before enough own votes: how many are missing."""
    reader = _reader(request, slug)
    if not _may_read(reader):
        return _later(request, reader)
    context = _results_context(request, reader, queries.latest_mark(reader.engagement))
    return _fresh(render(request, "distillations/results.html", context))


@require_safe
@members_or_guests
def results_live(request: HttpRequest, slug: str) -> HttpResponse:
    """The results fragment, or 304 while the reader has the newest. Asked every few seconds by open pages."""
    reader = _reader(request, slug)
    if not _may_read(reader):
        raise Http404
    mark = queries.latest_mark(reader.engagement)
    etag = _etag(mark)
    if names := names_shown(reader.engagement):  # one that was taken off goes from open pages too
        etag = quote_etag(f"{etag.strip(chr(34))}-{sha256(repr(sorted(names.items())).encode()).hexdigest()[:12]}")
    reply = get_conditional_response(request, etag=etag)
    if reply is None:
        reply = HttpResponse(_results_context(request, reader, mark)["shared"])
    reply["ETag"] = etag
    return _fresh(reply)


@require_safe
@members_or_guests
def results_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Every statement with its published figures, as a table file."""
    reader = _reader(request, slug)
    if not _may_read(reader):
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
    reader = _reader(request, slug)
    if reader.participant is None or reader.n_votes < reader.engagement.min_votes_to_place:
        return _later(request, reader)
    published = queries.latest_published(reader.engagement)
    place = queries.place_of(reader.participant)
    body = presentation.with_told_groups(published.body if published else presentation.NOTHING_YET)
    stances = queries.stances_of(reader.participant)
    context = {
        **_frame(reader),
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
    reader = _reader(request, slug)
    if not rules.may_see_accounts(reader.roles):
        raise Http404
    record_access(
        organisation=reader.engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=AccessKind.SUSPICIONS_SEEN,
        engagement_slug=slug,
    )
    check = queries.integrity_check(reader.engagement)
    context = {**_frame(reader), "check": check, "age": _age(check.checked_at) if check else ""}
    return render(request, "distillations/accounts.html", context)


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """For a load balancer: the database answers. No details; `sayso doctor` has them."""
    queries.newest_heartbeat()
    return HttpResponse("ok\n", content_type="text/plain")


def _reader(request: HttpRequest, slug: str) -> Reader:
    if guest := guest_behind(request):
        return queries.guest_as_reader(guest)
    if not isinstance(request.user, Member):
        raise Http404
    reader = queries.reader_of(request.user, slug)
    if reader is None:
        raise Http404
    return reader


def _may_read(reader: Reader) -> bool:
    by_own_voice = rules.may_see_results(reader.engagement, n_votes=reader.n_votes, roles=frozenset())
    return by_own_voice or rules.may_see_results(reader.engagement, n_votes=reader.n_votes, roles=reader.roles)


def _frame(reader: Reader) -> dict[str, Any]:
    """What every page around results needs: whose tabs stand above it, and what else only they may open."""
    tabs = "engagements/lead_tabs.html" if reader.roles & set(MODERATING) else "engagements/tabs.html"
    sees_accounts = rules.may_see_accounts(reader.roles)
    return {
        "engagement": reader.engagement,
        "tabs": tabs,
        "tab": "results",
        "leads": RoleName.LEAD in reader.roles,
        "sees_accounts": sees_accounts,
        "names": names_shown(reader.engagement),
    }


def _later(request: HttpRequest, reader: Reader) -> HttpResponse:
    if reader.key_is_missing:
        return key_missing(request, reader.engagement)
    needed = reader.engagement.min_votes_to_place
    context = {
        **_frame(reader),
        "n_votes": reader.n_votes,
        "n_needed": needed,
        "n_missing": max(needed - reader.n_votes, 0),
    }
    return _fresh(render(request, "distillations/results_later.html", context))


def _guests(engagement: Engagement) -> dict[str, Any]:
    if not admits_guests(engagement):
        return {}
    return {"admits_guests": True, "tenths_of_guests": queries.tenths_of_guests(engagement)}


def _results_context(request: HttpRequest, reader: Reader, mark: queries.Mark | None) -> dict[str, Any]:
    """The frame, and in it the part that all who may read it share."""
    engagement, names = reader.engagement, names_shown(reader.engagement)
    sort, show_all = request.GET.get("sort", "shared"), request.GET.get("all") == "1"
    query = presentation.query_of(sort, show_all)
    told = {
        **_guests(engagement),
        "reasons": reasons_told(engagement),
        "names": names,
        "is_participant": reader.n_votes >= engagement.min_votes_to_place,
        "snapshot": mark,
        "age": _age(mark[1]) if mark else "",
        "query": query,
    }
    part = shared_part(engagement, told, lambda: _figures(mark, engagement, sort, show_all))
    return {**_frame(reader), "shared": part, "query": query, "etag": _etag(mark)}


def _figures(mark: queries.Mark | None, engagement: Engagement, sort: str, show_all: bool) -> dict[str, Any]:
    published = queries.published_in(engagement, mark[0]) if mark else None
    if published is None:
        return {"published": None}
    results = presentation.results_of(published.body, sort=sort, show_all=show_all)
    return {
        "published": published,
        "results": results,
        "sorts": presentation.SORTS,
        "sort_words": presentation.SORTS[results.sort],
        "shared_percent": round(100 * published.body["settings"]["common_ground_overall"]),
    }


NO_SNAPSHOT = quote_etag("none")


def _etag(mark: queries.Mark | None) -> str:
    return _etag_of(*mark) if mark else NO_SNAPSHOT


def _etag_of(snapshot_id: int, created_at: Any) -> str:
    """The snapshot, and its age in words, since the page says it."""
    return quote_etag(f"{snapshot_id}-{_age(created_at).replace(' ', '-')}")


def _age(created_at: Any) -> str:
    return presentation.age_in_words(timezone.now() - created_at)


def _fresh(reply: HttpResponse) -> HttpResponse:
    patch_cache_control(reply, private=True, no_cache=True)
    return reply
