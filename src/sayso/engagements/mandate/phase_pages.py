"""Pages after the opening: which phase it is, what changes and why, closing. And the mandate itself, for everybody."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.mandate import opening, phase_actions
from sayso.engagements.mandate.fields import LANGUAGES, LEVELS
from sayso.engagements.mandate.forms import ChangeForm, CloseForm, PhaseForm
from sayso.engagements.mandate.queries import changes_shown, phases_shown
from sayso.engagements.models import Engagement
from sayso.engagements.phases import HAPPENS, Phase, after
from sayso.engagements.wording import Unusable


@require_safe
@never_cache
def mandate(request: HttpRequest, slug: str) -> HttpResponse:
    """Once opened, for anybody: a promise is worth what can be read of it. Before, for its lead only."""
    engagement = Engagement.objects.filter(slug=slug).select_related("organisation").first()
    leads = bool(engagement) and rules.may_grant_roles(request.user, engagement)  # type: ignore[arg-type]
    if engagement is None or not (engagement.is_opened or leads):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    context = {
        "engagement": engagement,
        "organisation": engagement.organisation.name,
        "phases": phases_shown(engagement),
        "open_lines": engagement.what_is_open.splitlines(),
        "fixed_lines": engagement.what_is_fixed.splitlines(),
        "level": LEVELS[engagement.identity_level],
        "languages": [LANGUAGES[code] for code in engagement.languages if code in LANGUAGES],
        "changes": changes_shown(engagement),
        "may_say": rules.may_take_part(request.user, engagement),
        "leads": leads,
        "tab": "mandate",
    }
    return render(request, "engagements/mandate.html", context)


def only_opened(engagement: Engagement) -> None:
    if not engagement.is_opened:
        raise Http404


@require_http_methods(["GET", "POST"])
@for_leads
def phases(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    only_opened(engagement)
    form = PhaseForm(engagement, request.POST or None)
    if request.method == "POST" and form.is_valid() and _moved(request, form):
        return redirect("phases", engagement.slug)
    return render(request, "engagements/phases.html", _phases(engagement, form), status=422 if form.is_bound else 200)


def _phases(engagement: Engagement, form: PhaseForm) -> dict[str, Any]:
    following = None if engagement.is_closed else after(engagement.phase)
    errors = [str(error) for errors in form.errors.values() for error in errors]
    goes_on = form.data.get("to") == following
    return {
        "engagement": engagement,
        "form": form,
        "phases": phases_shown(engagement),
        "happens": HAPPENS[Phase(engagement.phase)],
        "following": following,
        "following_happens": HAPPENS[following] if following else "",
        "next_errors": errors if goes_on else [],
        "other_errors": [] if goes_on else errors,
        "next_reason": form.data.get("reason", "") if goes_on else "",
        "other_reason": "" if goes_on else form.data.get("reason", ""),
        "asks_why": following is not None and phase_actions.needs_reason(engagement, following),
        "others": [phase for phase in phase_actions.phases_to_go_to(engagement) if phase != following],
        "changes": changes_shown(engagement),
        "leads": True,
        "tab": "phases",
    }


def _moved(request: HttpRequest, form: PhaseForm) -> bool:
    try:
        phase_actions.move_phase(engagement=form.engagement, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except rules.Refused as refusal:
        form.add_error("reason", str(refusal))
        return False
    messages.success(request, _("Now: %(label)s.") % {"label": form.cleaned_data["to"].label})
    return True


@require_http_methods(["GET", "POST"])
@for_leads
def change(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """One thing of the opened mandate, with the reason that everybody reads."""
    only_opened(engagement)
    form = ChangeForm(engagement, request.POST or None)
    if request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect("change", engagement.slug)
    context = {
        "engagement": engagement,
        "form": form,
        "groups": form.groups(),
        "leads": True,
        "tab": "phases",
    }
    return render(request, "engagements/change.html", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, form: ChangeForm) -> bool:
    try:
        phase_actions.change_mandate(engagement=form.engagement, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except Unusable as problem:
        form.add_error("typed", str(problem))
    except rules.Refused as refusal:
        form.add_error("reason" if not form.cleaned_data["reason"] else "typed", str(refusal))
    else:
        messages.success(request, _("Changed. The mandate says so, with your reason."))
    return form.is_valid()


@require_http_methods(["GET", "POST"])
@for_leads
def close(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    """What closing does; and the one button that does it. It cannot be taken back, so its reason is asked for."""
    only_opened(engagement)
    if engagement.is_closed:
        return redirect("phases", engagement.slug)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opening.close_engagement(engagement=engagement, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("Closed. Thank you for seeing it through."))
        return redirect("phases", engagement.slug)
    context = {"engagement": engagement, "form": form, "leads": True, "tab": "phases"}
    return render(request, "engagements/close.html", context, status=422 if form.is_bound else 200)
