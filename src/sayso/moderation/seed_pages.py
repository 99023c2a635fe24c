"""The organisers' own statements: many at once, changed or taken away until the first answer."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sayso.engagements import rules as engagement_rules
from sayso.engagements.coming_in.doors import for_moderators
from sayso.engagements.models import Engagement
from sayso.engagements.wording import Unusable
from sayso.moderation import queries, seeding
from sayso.moderation.forms import SeedsForm
from sayso.moderation.rules import Refused


@require_http_methods(["GET", "POST"])
@for_moderators
def seeds(request: HttpRequest, engagement: Engagement) -> HttpResponse:
    form = SeedsForm(engagement, request.POST or None, request.FILES or None)
    if form.is_bound and form.is_valid() and _add(request, engagement, form):
        return redirect("seeds", engagement.slug)
    return _page(request, engagement, form)


def _page(request: HttpRequest, engagement: Engagement, form: SeedsForm) -> HttpResponse:
    context = {
        "engagement": engagement,
        "form": form,
        "topics": engagement.topics.all(),
        "rows": queries.seeds_of(engagement),
        "leads": partial(engagement_rules.may_grant_roles, request.user, engagement),
        "tab": "seeds",
    }
    return render(request, "moderation/seeds.html", context, status=422 if form.is_bound else 200)


def _add(request: HttpRequest, engagement: Engagement, form: SeedsForm) -> bool:
    asked = form.cleaned_data
    try:
        lines = seeding.read_lines(engagement, asked["topic"], asked["lines"])
        n_new, n_known = seeding.add_seeds(engagement=engagement, lines=lines)
    except Unusable as problem:
        form.add_error("lines", str(problem))
        return False
    told = ngettext("%(n)s added, marked as yours.", "%(n)s added, marked as yours.", n_new) % {"n": n_new}
    messages.success(
        request,
        told
        + (
            " " + ngettext("%(n)s stood there already.", "%(n)s stood there already.", n_known) % {"n": n_known}
            if n_known
            else ""
        ),
    )
    return True


@require_POST
@for_moderators
def change_seed(request: HttpRequest, engagement: Engagement, statement_id: int) -> HttpResponse:
    seed = get_object_or_404(engagement.statements, pk=statement_id)
    typed = request.POST.get("text", "")
    try:
        if "remove" in request.POST:
            seeding.remove_seed(seed=seed)
            messages.success(request, _("Taken away: “%(text)s”") % {"text": seed.text})
        else:
            seeding.change_seed(seed=seed, typed=typed)
            messages.success(request, _("Changed."))
    except (Refused, Unusable) as problem:
        words = " " + _("You had written: “%(typed)s”") % {"typed": typed} if typed and typed != seed.text else ""
        messages.error(request, f"{problem}{words}")
    return redirect("seeds", engagement.slug)
