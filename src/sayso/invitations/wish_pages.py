"""The page behind the link "no reminders" in mails: one press, no sign-in, and back. Mail programs press it too."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from sayso.engagements.models import Engagement
from sayso.invitations import actions
from sayso.invitations.numbering import wish_of
from sayso.members.models import Member
from sayso.members.pseudonyms import KeyMissing


@csrf_exempt  # RFC 8058: the mail program sends it, with no form of ours before; the token in the address is the proof
@require_http_methods(["GET", "POST"])
@never_cache
def no_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, so that programs that open every link do no harm."""
    if (named := wish_of(token)) is None:
        raise Http404
    engagement = get_object_or_404(Engagement, pk=named[0])
    member = get_object_or_404(Member, pk=named[1], organisation=engagement.organisation_id, is_active=True)
    done = ""
    if request.method == "POST":
        wish = actions.take_back_wish if request.POST.get("wish") == "remind" else actions.wish_no_reminders
        try:
            wish(member=member, engagement=engagement)
            done = "remind" if wish is actions.take_back_wish else "none"
        except KeyMissing:
            done = "over"
    return render(request, "invitations/no_reminders.html", {"token": token, "done": done})
