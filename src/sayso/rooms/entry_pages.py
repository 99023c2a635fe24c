"""Pages on which what came from a room is entered: tables, minutes, sheets, files of sheets.

What one sheet said is shown to nobody once it is in; only who types it in a second time sees where the two differ.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sayso.engagements.coming_in.doors import engagement_for
from sayso.publication.counts import least_for_scores
from sayso.rooms import entry_actions, queries, rules, sheet_actions, sheet_file
from sayso.rooms.answers import WORD_OF
from sayso.rooms.codes import plain
from sayso.rooms.entering import for_hosts, framed, sent_with
from sayso.rooms.forms import HandsForm, LinesForm, MinutesForm, PresentForm, SheetForm
from sayso.rooms.models import TO_BE_TYPED, WHOLE_ROOM, BatchKind, RoomSession, RoomTable, Sheet, SheetState
from sayso.rooms.rules import Refused
from sayso.web.uploads import is_too_large


@require_safe
@login_required
@never_cache
def by_code(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Where the code of a printed sheet leads: to the page on which it is typed in."""
    engagement = engagement_for(request, slug)
    table, sheet = queries.by_code(engagement, plain(code))
    found = table or sheet
    if found is None or not rules.may_host(request.user, found.session):
        raise Http404
    if table:
        return redirect("room_table", slug, table.session_id, table.number)
    return redirect("room_sheet", slug, found.session_id, found.code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def table(request: HttpRequest, session: RoomSession, table_number: int) -> HttpResponse:
    """Three small forms, sent one by one: how many sat there, what was said, how many raised their hands."""
    one = get_object_or_404(session.tables.select_related("session__engagement"), number=table_number)
    what = request.POST.get("what", "") if request.method == "POST" else ""
    lines = queries.lines_to_count(one)
    forms: dict[str, Any] = {
        "present": PresentForm(request.POST if what == "present" else None, initial={"n_present": one.n_present}),
        "words": LinesForm(request.POST if what == "words" else None),
        "hands": HandsForm(lines, request.POST if what == "hands" else None),
    }
    if what in forms and forms[what].is_valid() and _take_table(request, one, what, forms[what]):
        return redirect("room_table", session.engagement.slug, session.pk, one.number)
    least = least_for_scores(session.engagement.min_group_scores)
    context = framed(
        request,
        session.engagement,
        room=session,
        table=one,
        forms=forms,
        numbers_counted=queries.numbers_counted(one),
        least=least,
        is_enough=one.n_present is not None and one.n_present >= least,
        is_whole=one.number == WHOLE_ROOM,
        others=[other for other in session.tables.order_by("number") if other.pk != one.pk],
    )
    return render(request, "rooms/table.html", context, status=422 if what else 200)


def _take_table(request: HttpRequest, one: RoomTable, what: str, form: Any) -> bool:
    by: Any = request.user
    try:
        if what == "present":
            entry_actions.count_present(table=one, n_present=form.cleaned_data["n_present"], by=by)
            told = _("Kept.")
        elif what == "words":
            batch = entry_actions.say_at_table(table=one, lines=form.cleaned_data["lines"], by=by)
            told = _said(batch.n_things if batch else 0)
        else:
            batch = entry_actions.count_hands(table=one, counts=form.counts(), by=by)
            told = ngettext(
                "Hands on %(n)s statement are counted.", "Hands on %(n)s statements are counted.", batch.n_things
            ) % {"n": batch.n_things}
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, told)
    return True


def _said(number: int) -> str:
    if not number:
        return _("All of this was there already. Nothing was added.")
    return ngettext("%(n)s thing waits to be read.", "%(n)s things wait to be read.", number) % {"n": number}


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def minutes(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """First all lines, then each with a tick, then in."""
    where = _where(request, session)
    step = request.POST.get("step", "")
    lines = LinesForm(request.POST) if step == "look" else LinesForm()
    checked = MinutesForm(request.POST) if step == "take" else None
    if checked and checked.is_valid():
        try:
            batch = entry_actions.say_at_table(
                table=where,
                lines=checked.cleaned_data["lines"],
                by=request.user,  # type: ignore[arg-type]
                kind=BatchKind.MINUTES,
            )
        except Refused as refusal:
            checked.add_error(None, str(refusal))
        else:
            messages.success(request, _said(batch.n_things if batch else 0))
            return redirect("room", session.engagement.slug, session.pk)
    rows = checked.rows if checked else _rows(request, lines) if step == "look" else None
    context = framed(
        request,
        session.engagement,
        room=session,
        lines=lines,
        checked=checked,
        rows=rows,
        table=where,
        tables=list(session.tables.order_by("number")),
    )
    is_wrong = (checked is not None and bool(checked.errors)) or (rows is None and lines.is_bound)
    return render(request, "rooms/minutes.html", context, status=422 if is_wrong else 200)


def _where(request: HttpRequest, session: RoomSession) -> RoomTable:
    typed = request.POST.get("table", str(WHOLE_ROOM))
    number = int(typed) if typed.isdecimal() and len(typed) < 4 else WHOLE_ROOM
    tables = session.tables.select_related("session__engagement")
    return tables.filter(number=number).first() or tables.get(number=WHOLE_ROOM)


def _rows(request: HttpRequest, lines: LinesForm) -> list[dict[str, Any]] | None:
    """Every typed line, also those that need mending; None when there is nothing, or too much of it."""
    typed = [line for line in request.POST.get("lines", "").splitlines() if line.strip()]
    if not typed or len(typed) > 100 or (not lines.is_valid() and "lines" not in lines.errors):
        lines.is_valid()
        return None
    shown = [{"number": n, "text": line.strip()[:2_000], "kept": True, "wrong": ""} for n, line in enumerate(typed, 1)]
    for row in shown:
        one = LinesForm({"lines": row["text"]})
        row["wrong"] = "" if one.is_valid() else str(one.errors["lines"][0]).partition(": ")[2]
        row["text"] = one.cleaned_data["lines"][0] if one.is_valid() else row["text"]
    return shown


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def sheets(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """Which sheet next: by its code, or one drawn to be checked."""
    problem, typed = "", request.POST.get("code", "")
    if "draw" in request.POST:
        if drawn := queries.a_sheet_to_check(session):
            return redirect("room_check", session.engagement.slug, session.pk, drawn.code)
        problem = "There is no sheet left to check."
    elif request.method == "POST":
        if queries.sheet_by_code(session, plain(typed)):
            return redirect("room_sheet", session.engagement.slug, session.pk, plain(typed))
        problem = "No sheet of this room has this code. Look at the paper again: six signs, at the top."
    context = framed(
        request,
        session.engagement,
        room=session,
        came_in=queries.came_in(session),
        problem=problem,
        typed=typed[:40],
    )
    return render(request, "rooms/sheets.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def sheet(request: HttpRequest, session: RoomSession, code: str) -> HttpResponse:
    """One sheet, typed in: a key for each line. Once it is in, nothing of it is shown."""
    one = _sheet(session, code)
    if one.state not in TO_BE_TYPED:
        return _known_sheet(request, session, one)
    form = SheetForm(queries.lines_of(session), sent_with(request))
    if form.is_valid():
        try:
            entered = sheet_actions.enter_sheet(
                sheet=one,
                answers=form.answers(),
                words=form.cleaned_data["lines"],
                by=request.user,  # type: ignore[arg-type]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _entered(entered))
            return redirect("room_sheets", session.engagement.slug, session.pk)
    context = framed(request, session.engagement, room=session, sheet=one, form=form, rows=form.rows())
    return render(request, "rooms/sheet.html", context, status=422 if form.is_bound else 200)


def _entered(entered: sheet_actions.Entered) -> str:
    told = _("Sheet %(code)s is in. The next one?") % {"code": entered.sheet.code}
    if entered.no_longer_open:
        numbers = ", ".join(map(str, entered.no_longer_open))
        told += " " + _("Not counted, since no longer open for answers: number %(numbers)s.") % {"numbers": numbers}
    return told


def _sheet(session: RoomSession, code: str) -> Sheet:
    return get_object_or_404(session.sheets.select_related("session__engagement"), code=plain(code))


def _known_sheet(request: HttpRequest, session: RoomSession, one: Sheet) -> HttpResponse:
    why = sheet_actions.WHY_NOT[SheetState(one.state)]
    is_in = one.state == SheetState.ENTERED
    context = framed(request, session.engagement, room=session, sheet=one, why=why, is_in=is_in)
    return render(request, "rooms/known_sheet.html", context, status=409 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def check(request: HttpRequest, session: RoomSession, code: str) -> HttpResponse:
    """The same sheet typed in a second time; where the two differ, the paper decides."""
    one = _sheet(session, code)
    if one.state != SheetState.ENTERED:
        return redirect("room_sheet", session.engagement.slug, session.pk, one.code)
    form = SheetForm(queries.lines_of(session), sent_with(request))
    differ: dict[int, tuple[int | None, int | None]] = {}
    if form.is_valid():
        try:
            if "settle" in request.POST:
                sheet_actions.correct_sheet(sheet=one, answers=form.answers(), by=request.user)  # type: ignore[arg-type]
            else:
                differ = sheet_actions.check_sheet(sheet=one, answers=form.answers(), by=request.user)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if not differ:
                messages.success(request, _("Sheet %(code)s is checked.") % {"code": one.code})
                return redirect("room_sheets", session.engagement.slug, session.pk)
    rows = [{**row, "first": _word(differ, row["line"].number)} for row in form.rows()]
    context = framed(request, session.engagement, room=session, sheet=one, form=form, rows=rows, n_differ=len(differ))
    return render(request, "rooms/check.html", context, status=422 if form.is_bound else 200)


def _word(differ: dict[int, tuple[int | None, int | None]], number: int) -> str:
    if number not in differ:
        return ""
    first, _second = differ[number]
    return "nothing" if first is None else WORD_OF[first]


@require_POST
@for_hosts
def withdraw_sheet(request: HttpRequest, session: RoomSession, code: str) -> HttpResponse:
    one = _sheet(session, code)
    try:
        sheet_actions.withdraw_sheet(sheet=one, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Sheet %(code)s is taken out. It can be typed in anew.") % {"code": one.code})
    return redirect("room_sheets", session.engagement.slug, session.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_hosts
def bring_sheets(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """A file of sheets: first what it would do, then, in a second press, just that."""
    looked_at, problem = None, ""
    if request.method == "POST" and "sealed" in request.POST:
        problem = _carry_out(request, session)
        if not problem:
            return redirect("room", session.engagement.slug, session.pk)
    elif request.method == "POST":
        uploaded = request.FILES.get("file")
        if uploaded is None or is_too_large(request):
            problem = _("Choose a file: CSV or XLSX.") if uploaded is None else _("This file is too large.")
        else:
            looked_at = sheet_file.look(session, uploaded.name or "", uploaded.read())
    context = framed(
        request,
        session.engagement,
        room=session,
        looked_at=looked_at,
        wrong=looked_at.wrong[: sheet_file.MOST_WRONG] if looked_at else [],
        sealed=sheet_file.seal(session, looked_at) if looked_at and looked_at.typed else "",
        problem=problem,
        n_to_be_typed=session.sheets.filter(state__in=TO_BE_TYPED).count(),
    )
    return render(request, "rooms/bring_sheets.html", context, status=422 if problem else 200)


def _carry_out(request: HttpRequest, session: RoomSession) -> str:
    """Empty when it is done, else what is wrong."""
    typed = sheet_file.unseal(session, request.POST["sealed"])
    if not typed:
        return _("That was looked at more than an hour ago, or for another room. Choose the file again.")
    try:
        batch = sheet_actions.enter_file(session=session, sheets=typed, by=request.user)  # type: ignore[arg-type]
    except Refused as refusal:
        return _("Nothing was entered. %(refusal)s") % {"refusal": refusal}
    told = ngettext("%(n)s sheet is in.", "%(n)s sheets are in.", batch.n_things)
    messages.success(request, told % {"n": batch.n_things})
    return ""


@require_safe
@for_hosts
def example_file(request: HttpRequest, session: RoomSession) -> HttpResponse:
    """The file as it is to be filled in: the codes printed, a column for each number."""
    reply = HttpResponse("\ufeff" + sheet_file.example(session), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="sheets-{session.pk}.csv"'
    return reply
