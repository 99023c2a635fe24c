"""Pages on which rooms are planned, and their desk: what came in, what can be taken back, the kit, the live screen."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from sayso.engagements.coming_in.doors import engagement_for, for_leads
from sayso.engagements.models import Engagement
from sayso.engagements.rules import admits_guests, may_moderate
from sayso.rooms import kit, plan_actions, queries, rules, sheet_actions
from sayso.rooms.entering import for_hosts, framed, sent_with
from sayso.rooms.forms import KitForm, RoomForm, told_of
from sayso.rooms.models import RoomSession
from sayso.rooms.rules import Refused
from sayso.web.languages import NAMES
from sayso.web.site import site_of
from sayso.web.typesetting import CannotSet, set_pdf

TICKED_AT_FIRST = 20


@require_safe
@login_required
@never_cache
def rooms(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    mine = list(queries.rooms_of(engagement, request.user))  # type: ignore[arg-type]
    if not mine and not may_moderate(request.user, engagement):
        raise Http404
    return render(request, "rooms/rooms.html", framed(request, engagement, rooms=mine))


@require_http_methods(["GET", "HEAD", "POST"])
@for_leads
def new_room(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    first = {"n_tables": 4, "n_sheets": 20, "topic": engagement.topics.values_list("pk", flat=True).first()}
    form = RoomForm(engagement, None, sent_with(request), initial=first)
    if form.is_valid():
        try:
            made = plan_actions.plan_room(engagement=engagement, by=request.user, **form.plan())  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The room is planned. Next: its cards and sheets."))
            return redirect("room", engagement.slug, made.pk)
    return render(request, "rooms/plan.html", framed(request, engagement, form=form), status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def change_room(request: HttpRequest, session: RoomSession) -> HttpResponse:
    engagement = session.engagement
    if not rules.may_plan(request.user, engagement):
        raise Http404
    form = RoomForm(engagement, session, sent_with(request), initial=told_of(session))
    if form.is_valid():
        try:
            plan_actions.change_room(session=session, by=request.user, **form.plan())  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Changed."))
            return redirect("room", engagement.slug, session.pk)
    context = framed(request, engagement, form=form, room=session)
    return render(request, "rooms/plan.html", context, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200


@require_safe
@for_hosts
def room(request: HttpRequest, session: RoomSession) -> HttpResponse:
    context = framed(
        request,
        session.engagement,
        room=session,
        came_in=queries.came_in(session),
        batches=list(queries.batches_of(session)),
        enters=rules.is_entry_time(session.engagement) and not session.is_closed,
        language=kit.language_of_kit(session),
    )
    return render(request, "rooms/room.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def make_kit(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """Before: which statements stand on the sheets. After: the files."""
    if session.is_kit_made:
        return _files(request, session)
    offered = queries.for_the_kit(session)
    form = KitForm(offered, sent_with(request))
    if form.is_valid():
        try:
            plan_actions.make_kit(session=session, statements=form.in_order(), by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("statements", str(refusal))
        else:
            messages.success(request, _("The kit is made. Print it from here."))
            return redirect("room_kit", session.engagement.slug, session.pk)
    ticked = (
        set(request.POST.getlist("statements")) if form.is_bound else {str(s.pk) for s in offered[:TICKED_AT_FIRST]}
    )
    rows = [(statement, str(statement.pk) in ticked) for statement in offered]
    context = framed(request, session.engagement, room=session, form=form, rows=rows, most=TICKED_AT_FIRST)
    return render(request, "rooms/choose.html", context, status=_status(form))


def _files(request: HttpRequest, session: RoomSession) -> HttpResponse:
    first = session.engagement.languages
    languages = sorted(NAMES.items(), key=lambda one: (one[0] not in first, one[0]))
    piles = range(1, session.n_sheets + 1, kit.MOST_SHEETS_IN_A_FILE)
    context = framed(
        request,
        session.engagement,
        room=session,
        languages=languages,
        parts=[(part, name) for part, name in kit.PARTS.items() if part != "sheets" or session.n_sheets],
        piles=list(piles)[1:],
        lines=queries.lines_of(session),
    )
    return render(request, "rooms/kit.html", context)


@require_GET
@for_hosts
def kit_file(request: HttpRequest, session: RoomSession, part: str, language: str) -> HttpResponse:
    if part not in kit.PARTS or language not in NAMES or not session.is_kit_made:
        raise Http404
    typed = request.GET.get("from", "1")
    first = int(typed) if typed.isdecimal() and len(typed) < 5 else 1
    data = kit.part_of_kit(session, part, language, site=site_of(request), first=first)
    try:
        pdf = set_pdf(kit.template_of(part), data)
    except CannotSet:
        messages.error(request, _("The file could not be set. Tell whoever runs this server."))
        return redirect("room_kit", session.engagement.slug, session.pk)
    reply = HttpResponse(pdf, content_type="application/pdf")
    reply["Content-Disposition"] = f'attachment; filename="{part}-{session.pk}-{language}.pdf"'
    return reply


@require_safe
@for_hosts
def live(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """For the big screen: what came in, and the way to come in oneself. No words, no votes."""
    return render(request, "rooms/live.html", _live(request, session))


@require_safe
@for_hosts
def live_count(request: HttpRequest, session: RoomSession) -> HttpResponse:
    context = _live(request, session)
    reply = get_conditional_response(request, etag=context["etag"])
    if reply is None:
        reply = render(request, "rooms/fragments/live.html", context)
    reply["ETag"] = context["etag"]
    return reply


def _live(request: HttpRequest, session: RoomSession) -> dict[str, Any]:
    engagement = session.engagement
    page = "guest" if admits_guests(engagement) else "promise"
    link = site_of(request) + reverse(page, args=[engagement.slug])
    came_in = queries.came_in(session)
    return {
        "engagement": engagement,
        "room": session,
        "came_in": came_in,
        "link": link,
        "address": link.partition("://")[2].rstrip("/"),
        "qr": mark_safe(_drawn(link)),  # noqa: S308 - drawn by segno from our own address
        "etag": quote_etag(sha256(repr(came_in).encode()).hexdigest()[:16]),
    }


def _drawn(link: str) -> str:
    """As large as its place allows: a camera sees it from the back of the room."""
    return str(segno.make(link, error="m").svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None))


@require_POST
@for_hosts
def finish(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """Mark the room as finished, or open it again."""
    if "reopen" in request.POST:
        plan_actions.reopen_room(session=session, by=request.user)  # type: ignore[arg-type]
        messages.success(request, _("Open again. Its raised hands are not shown until it is finished."))
    else:
        plan_actions.close_room(session=session, by=request.user)  # type: ignore[arg-type]
        messages.success(
            request, _("Finished. Raised hands are now shown beside the results. Please shred the sheets.")
        )
    return redirect("room", session.engagement.slug, session.pk)


@require_POST
@for_hosts
def take_back(request: HttpRequest, session: RoomSession, entry_id: int) -> HttpResponse:
    batch = get_object_or_404(session.batches, pk=entry_id)
    try:
        stay = sheet_actions.take_back(batch=batch, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("Taken back.")
        if stay:
            kept = ngettext(
                "%(n)s of its statements is open for votes already and stays.",
                "%(n)s of its statements are open for votes already and stay.",
                stay,
            )
            told += " " + kept % {"n": stay}
        messages.success(request, told)
    return redirect("room", session.engagement.slug, session.pk)
