"""For whoever takes part: making one's own sheet one's own; and what rooms said by raised hands, beside the results."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from sayso.distillations import queries as results
from sayso.distillations import rules as results_rules
from sayso.engagements.coming_in.doors import for_participants, guest_behind, members_or_guests
from sayso.engagements.models import Participant, Statement
from sayso.engagements.rules import MODERATING
from sayso.members.models import Member
from sayso.members.ways_in.tries import address_of, count_try, forget_try
from sayso.rooms import queries, sheet_actions
from sayso.rooms.codes import is_stub_code, sheet_code_in
from sayso.rooms.entering import sent_with
from sayso.rooms.forms import StubForm
from sayso.rooms.models import Sheet
from sayso.rooms.rules import Refused

DOES_NOT_FIT = gettext_lazy("This code does not fit. It is on the part you tore off your sheet: look at it again.")
TOO_MANY = gettext_lazy("That was tried too often. Nothing is lost. It opens again by itself within 15 minutes.")


@require_http_methods(["GET", "HEAD", "POST"])
@for_participants
def my_sheet(request: HttpRequest, participant: Participant) -> HttpResponse:
    """Take one's paper answers over, or have them left out. Online answers stand."""
    form = StubForm(sent_with(request), initial={"code": request.GET.get("code", "")[:60]})
    if form.is_valid():
        try:
            told = _take(request, participant, form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, told)
            return redirect("cards", participant.engagement.slug)
    context = {"engagement": participant.engagement, "form": form, "tab": "say"}
    return render(request, "rooms/my_sheet.html", context, status=422 if form.is_bound else 200)


def _take(request: HttpRequest, participant: Participant, typed: str) -> str:
    sheet = _sheet_of(request, participant, typed)
    if "leave_out" in request.POST:
        sheet_actions.leave_out(sheet=sheet, participant=participant)
        return gettext("Your sheet is left out. What you answer here counts.")
    number = sheet_actions.take_over(sheet=sheet, participant=participant)
    if not number:
        return gettext("Your sheet is yours now. You had answered all of it here, and that stands.")
    told = ngettext(
        "%(n)s answer from your sheet is yours now.", "%(n)s answers from your sheet are yours now.", number
    )
    return told % {"n": number}


def _sheet_of(request: HttpRequest, participant: Participant, typed: str) -> Sheet:
    """Raises Refused, in the same words whatever is wrong with the code."""
    code, address = f"sheet {sheet_code_in(typed)}", address_of(request)
    if not count_try(person=code, address=address):
        raise Refused(TOO_MANY)
    _, sheet = queries.by_code(participant.engagement, sheet_code_in(typed))
    if not is_stub_code(typed) or sheet is None:
        raise Refused(DOES_NOT_FIT)
    forget_try(person=code, address=address)
    return sheet


@require_safe
@members_or_guests
def raised_hands(request: HttpRequest, slug: str) -> HttpResponse:
    """What rooms said by raised hands, for whoever may see results; in sums over rooms that are finished."""
    if guest := guest_behind(request):
        reader = results.guest_as_reader(guest)
    else:
        found = results.reader_of(request.user, slug) if isinstance(request.user, Member) else None
        if found is None:
            raise Http404
        reader = found
    engagement = reader.engagement
    if not results_rules.may_see_results(engagement, n_votes=reader.n_votes, roles=reader.roles):
        return redirect("results", slug)
    hands = queries.hands_of(engagement)
    said = Statement.objects.in_bulk(hands)
    rows = sorted(((said[pk], told) for pk, told in hands.items()), key=lambda row: (-row[1].total, row[0].pk))
    context = {
        "engagement": engagement,
        "tabs": "engagements/lead_tabs.html" if reader.roles & set(MODERATING) else "engagements/tabs.html",
        "leads": "lead" in reader.roles,
        "tab": "results",
        "rows": rows,
    }
    reply = render(request, "rooms/raised_hands.html", context)
    patch_cache_control(reply, private=True, no_cache=True)
    return reply
