"""For roster keepers: somebody cannot come in, or somebody else had their letter. A new code; all earlier ones void."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as lazily
from django.views.decorators.http import require_http_methods

from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member
from sayso.members.queries import member_known_as
from sayso.members.rules import may_keep_roster
from sayso.members.ways_in.doors import for_members
from sayso.members.ways_in.entering import end_sessions, void_passes
from sayso.members.ways_in.passes import letter_code

NOT_FOUND = lazily("Nobody on the roster has this e-mail address or staff number. Look it up.")


class WhoForm(forms.Form):
    known_as = forms.CharField(
        max_length=254, error_messages={"required": lazily("Write an e-mail address or staff number.")}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_members
def help_in(request: HttpRequest, keeper: Member) -> HttpResponse:
    if not may_keep_roster(keeper):
        raise Http404
    form = WhoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if found := member_known_as(keeper.organisation, form.cleaned_data["known_as"]):
            return _renew(request, keeper, found)
        form.add_error("known_as", NOT_FOUND)
    return render(request, "members/help_in.html", {"form": form}, status=422 if form.is_bound else 200)


def _renew(request: HttpRequest, keeper: Member, member: Member) -> HttpResponse:
    """On the record first: whoever holds the new code could come in as this person."""
    told = f"A new code for {member.full_name}"
    record_access(organisation=keeper.organisation, by=keeper, kind=AccessKind.PASSES_PRINTED, detail=told)
    void_passes(member)
    if member != keeper:
        end_sessions(member)
    code = letter_code(member) if member.staff_number else ""
    return render(request, "members/help_in.html", {"form": WhoForm(), "found": member, "code": code})
