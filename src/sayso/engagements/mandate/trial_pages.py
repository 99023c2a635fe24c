"""Pages of the trial: whom the lead asks to try it, what they remark, and where they write it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import engagement_for, for_leads
from sayso.engagements.forms import SeatForm
from sayso.engagements.mandate import trial_actions
from sayso.engagements.mandate.forms import RemarkForm
from sayso.engagements.mandate.pages import while_prepared
from sayso.engagements.models import Engagement


@require_http_methods(["GET", "POST"])
@for_leads
@while_prepared
def trial(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = SeatForm(engagement, request.POST or None)
    if request.method == "POST" and form.is_valid() and _asked(request, form):
        return redirect("trial", engagement.slug)
    seats = engagement.trial_seats.select_related("member").order_by("member__full_name")
    context = {
        "engagement": engagement,
        "form": form,
        "seats": seats,
        "n_left": trial_actions.MOST_SEATS - len(seats),
        "most": trial_actions.MOST_SEATS,
        # By their words: in the order they came in, who sits beside whom could tell who wrote which.
        "remarks": engagement.trial_remarks.order_by("text"),
        "leads": True,
        "tab": "trial",
    }
    return render(request, "engagements/trial.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest, form: SeatForm) -> bool:
    member = form.cleaned_data["known_as"]
    try:
        trial_actions.give_trial_seat(engagement=form.engagement, member=member)
    except rules.Refused as refusal:
        form.add_error("known_as", str(refusal))
        return False
    messages.success(
        request,
        _("%(full_name)s can try it now. Tell them to sign in: it stands on their first page.")
        % {"full_name": member.full_name},
    )
    return True


@require_POST
@for_leads
@while_prepared
def end_trial_seat(request: HttpRequest, engagement: Engagement, seat_id: int) -> HttpResponse:
    seat = get_object_or_404(engagement.trial_seats.select_related("member"), pk=seat_id)
    trial_actions.end_trial_seat(seat=seat)
    messages.success(
        request, _("%(full_name)s no longer tries it. You can ask again.") % {"full_name": seat.member.full_name}
    )
    return redirect("trial", engagement.slug)


@require_POST
@for_leads
@while_prepared
def end_trial(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    trial_actions.end_trial(engagement=engagement)
    messages.success(request, _("The trial is over. All that was tried is wiped."))
    return redirect("trial", engagement.slug)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def remark(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who try it. Once it is open there is no such page; what was being written is given back."""
    engagement = engagement_for(request, slug)
    form = RemarkForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _remarked(request, engagement, form):
        return redirect("promise", slug)
    if not form.is_bound and (engagement.is_opened or not rules.may_take_part(request.user, engagement)):
        raise Http404
    return render(
        request,
        "engagements/remark.html",
        {"engagement": engagement, "form": form, "most": trial_actions.LONGEST_REMARK},
        status=422 if form.is_bound else 200,
    )


def _remarked(request: HttpRequest, engagement: Engagement, form: RemarkForm) -> bool:
    try:
        trial_actions.leave_remark(engagement=engagement, member=request.user, text=form.cleaned_data["text"])  # type: ignore[arg-type]
    except rules.Refused as refusal:
        form.add_error("text", str(refusal))
        return False
    messages.success(request, _("Thank you. The lead reads it, without your name."))
    return True
