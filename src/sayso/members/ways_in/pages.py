"""Coming in by the code from a letter, and a member's page of how they come in. Knows nothing of what is asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sayso.members.models import Member
from sayso.members.rules import Refused, may_keep_roster
from sayso.members.ways_in.code_entry import member_by_code
from sayso.members.ways_in.doors import for_members
from sayso.members.ways_in.entering import end_other_sessions, let_in, void_passes, where_to
from sayso.members.ways_in.forms import CodeForm
from sayso.members.ways_in.passes import letter_code


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
@never_cache
def enter_code(request: HttpRequest) -> HttpResponse:
    """Staff number and code. A letter's QR code may fill the number in: /code/?s=NUMBER."""
    form = CodeForm(request.POST or None, initial={"staff_number": request.GET.get("s", "")[:200]})
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST" and form.is_valid():
        try:
            let_in(request, member_by_code(request=request, **form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(where_to(request, wanted))
    context = {"form": form, "next": wanted}
    return render(request, "members/enter_code.html", context, status=422 if form.is_bound else 200)


@require_safe
@for_members
def ways_in(request: HttpRequest, member: Member) -> HttpResponse:
    context = {"member": member, "passkeys": member.passkeys.order_by("pk"), "keeps": may_keep_roster(member)}
    return render(request, "members/ways_in.html", context)


@require_POST
@for_members
def end_sessions(request: HttpRequest, member: Member) -> HttpResponse:
    end_other_sessions(request, member)
    messages.success(request, _("You are signed out everywhere else."))
    return redirect("ways_in")


@require_POST
@for_members
def renew_passes(request: HttpRequest, member: Member) -> HttpResponse:
    """Earlier links and codes become void. Shown at once: who has no e-mail address would else be locked out."""
    void_passes(member)
    context = {"member": member, "passkeys": member.passkeys.order_by("pk"), "is_new": True}
    context["code"] = letter_code(member) if member.staff_number else ""
    return render(request, "members/ways_in.html", context)
