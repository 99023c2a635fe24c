"""The page where a lead chooses what results may tell apart, and sees what is lost so that nobody is alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_http_methods

from sayso.engagements import rules
from sayso.engagements.coming_in.doors import for_leads
from sayso.engagements.models import Engagement
from sayso.engagements.roster_at_opening import copying
from sayso.web.templatetags.speaking import amid

KINDS = (
    ("unit", lazily("Unit")),
    ("role", lazily("Kind of work")),
    ("site", lazily("Site")),
    ("language", lazily("Language")),
)


class KeptForm(forms.Form):
    names = forms.MultipleChoiceField(choices=KINDS, required=False)


@require_http_methods(["GET", "POST"])
@for_leads
def kept(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = KeptForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _choose(request, engagement, form.cleaned_data["names"])
        return redirect("kept", engagement.slug)
    return render(request, "engagements/kept.html", _frame(engagement))


def _frame(engagement: Engagement) -> dict[str, Any]:
    can_choose = copying.may_still_choose(engagement)
    is_copied = engagement.roster_cells.exists()
    lost = None if is_copied or not can_choose else copying.what_is_lost_of(engagement)
    return {
        "engagement": engagement,
        "kinds": [(value, label, value in engagement.attributes_kept) for value, label in KINDS],
        "can_choose": can_choose,
        "copied": copying.what_was_copied(engagement) if is_copied else None,
        "lost": lost,
        "without": [(lost.people_without[name], amid(label)) for name, label in KINDS if name != "unit"]
        if lost
        else [],
        "leads": True,
        "tab": "kept",
    }


def _choose(request: HttpRequest, engagement: Engagement, names: list[str]) -> None:
    try:
        copying.keep_attributes(engagement=engagement, names=names)
    except rules.Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Kept. You may change it until the opening."))
