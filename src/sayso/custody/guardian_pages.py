"""Pages of the data guardian, and of nobody else: the key, who looked at what, who wishes to be erased."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sayso.custody import actions, queries, rules
from sayso.custody.access_table import accesses_as_csv
from sayso.custody.jobs import want_again
from sayso.custody.models import CustodyJob, JobKind, JobState
from sayso.engagements.coming_in.doors import for_guardians, key_missing
from sayso.engagements.models import Engagement
from sayso.engagements.rules import Refused
from sayso.members.access import record_access
from sayso.members.leases import OPEN
from sayso.members.models import AccessKind
from sayso.members.pseudonyms import KeyMissing

PER_PAGE = 50


@require_safe
@for_guardians
def custody(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """Where the key is, who could reach it, and how it ends. Open pages ask again how far the worker is."""
    if request.htmx:  # type: ignore[attr-defined]
        return _how_far(request, engagement)
    _log(request, engagement, AccessKind.CUSTODY_SEEN)
    return render(request, "custody/custody.html", _custody(engagement))


def _how_far(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    job = queries.newest_job(engagement, JobKind.SEAL)
    if job is None or job.state not in OPEN:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "custody/seal_now.html", {"engagement": engagement, **_of(job)})


def _of(job: CustodyJob | None) -> dict[str, Any]:
    if job is None:
        return {"job": None}
    return {
        "job": job,
        "is_open": job.state in OPEN,
        "is_left_alone": queries.is_left_alone(job, timezone.now()),
        "is_swept_again": job.is_sealed and job.state == JobState.WAITING,
    }


def _custody(engagement: Engagement, typed: str = "", problem: str = "") -> dict[str, Any]:
    return {
        "engagement": engagement,
        "tab": "custody",
        "key": queries.key_as_it_lies(engagement),
        "is_closed": engagement.is_closed,
        "why_not": rules.why_not_destroy(engagement),
        "typed": typed,
        "problem": problem,
        **_of(queries.newest_job(engagement, JobKind.SEAL)),
    }


@require_POST
@for_guardians
def destroy(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    typed = request.POST.get("title", "")
    try:
        actions.destroy_engagement_key(engagement=engagement, by=request.user, typed_title=typed)  # type: ignore[arg-type]
    except Refused as refusal:
        return render(request, "custody/custody.html", _custody(engagement, typed, str(refusal)), status=422)
    messages.success(request, _("The key is destroyed. Nobody can tie people to their answers by it any more."))
    return redirect("custody", engagement.slug)


@require_POST
@for_guardians
def try_again(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """What could not be done after the key was destroyed goes on where it was."""
    job = queries.newest_job(engagement, JobKind.SEAL)
    if job is not None:
        want_again(job=job)
    return redirect("custody", engagement.slug)


@require_safe
@for_guardians
def access_log(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """Who in office looked at what is confidential. This look is written down too, before it is shown."""
    _log(request, engagement, AccessKind.LOG_SEEN)
    chosen = queries.Chosen.from_query(request.GET)
    accesses = Paginator(queries.accesses(engagement, chosen), PER_PAGE)
    context = {
        "engagement": engagement,
        "tab": "access_log",
        "page": accesses.get_page(request.GET.get("page")),
        "kinds": AccessKind.choices,
        "people": queries.people_in(engagement),
        "chosen": chosen,
    }
    return render(request, "custody/access_log.html", context)


@require_safe
@for_guardians
def access_log_csv(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    _log(request, engagement, AccessKind.LOG_SEEN, "as a file")
    found = queries.accesses(engagement, queries.Chosen.from_query(request.GET))
    reply = HttpResponse(accesses_as_csv(found), content_type="text/csv")
    reply["Content-Disposition"] = f'attachment; filename="accesses-{engagement.slug}.csv"'
    return reply


@require_safe
@for_guardians
def erasures(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """Who wishes that nothing leads to them any more."""
    _log(request, engagement, AccessKind.ERASURE_SEEN)
    wishes = list(queries.wishes(engagement))
    context = {
        "engagement": engagement,
        "tab": "erasures",
        "waiting": [wish for wish in wishes if wish.closed_on is None],
        "done": [wish for wish in wishes if wish.closed_on],
    }
    return render(request, "custody/erasures.html", context)


@require_POST
@for_guardians
def erase(request: HttpRequest, engagement: Engagement, wish_id: int) -> HttpResponse:
    wish = get_object_or_404(engagement.erasure_wishes, pk=wish_id)
    try:
        done = actions.carry_out_wish(wish=wish, by=request.user)  # type: ignore[arg-type]
    except KeyMissing:
        return key_missing(request, engagement)
    told = (
        _("Done. Nothing here leads to them any more.") if done else _("This one is done already, or was taken back.")
    )
    messages.success(request, told)
    return redirect("erasures", engagement.slug)


def _log(request: HttpRequest, engagement: Engagement, kind: AccessKind, detail: str = "") -> None:
    record_access(
        organisation=engagement.organisation,
        by=request.user,  # type: ignore[arg-type]
        kind=kind,
        engagement_slug=engagement.slug,
        detail=detail,
    )
