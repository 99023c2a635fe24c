"""What is allowed by mail in one engagement: for its lead, and for its data guardian, who may end it too."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.engagements.coming_in.doors import engagement_for
from sayso.engagements.rules import may_grant_roles, may_guard
from sayso.mail.actions import change_rules
from sayso.mail.queries import rules_of


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def mail_rules(request: HttpRequest, slug: str) -> HttpResponse:
    engagement = engagement_for(request, slug)
    leads, guards = may_grant_roles(request.user, engagement), may_guard(request.user, engagement)
    if not (leads or guards):
        raise Http404
    known = rules_of(engagement)
    if request.method == "POST":
        wanted = {name: request.POST.get(name) == "yes" for name in ("takes_replies", "has_feed")}
        if guards and not leads:  # who guards may end what leads to outside, never begin it
            wanted = {name: told and getattr(known, name) for name, told in wanted.items()}
        change_rules(engagement=engagement, by=request.user, **wanted)  # type: ignore[arg-type]
        messages.success(request, _("Kept, and on record."))
        return redirect("mail_rules", slug)
    context = {
        "engagement": engagement,
        "rules": known,
        "leads": leads,
        "has_mailbox": bool(settings.MAIL_REPLIES),
        "tab": "invitations" if leads else "mail",
    }
    return render(request, "correspondence/mail_rules.html", context)
