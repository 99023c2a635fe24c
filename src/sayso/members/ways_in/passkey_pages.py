"""Passkeys in the browser: making, removing, coming in. Scripts ask for a question; plain forms bring the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sayso.members.models import Member
from sayso.members.rules import Refused
from sayso.members.ways_in.doors import for_members
from sayso.members.ways_in.entering import let_in, where_to
from sayso.members.ways_in.forms import PasskeyForm
from sayso.members.ways_in.passkeys import FAILED, ask_to_make, ask_to_prove, keep_passkey, member_by_passkey


@require_POST
@for_members
def ask_new(request: HttpRequest, member: Member) -> HttpResponse:
    return JsonResponse(ask_to_make(request, member))


@require_POST
@for_members
def add(request: HttpRequest, member: Member) -> HttpResponse:
    form = PasskeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(FAILED)
        passkey = keep_passkey(request=request, member=member, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(name)s” is kept. It lets you in from now on.") % {"name": passkey.name})
    return redirect("ways_in")


@require_POST
@for_members
def remove(request: HttpRequest, member: Member, passkey_id: int) -> HttpResponse:
    passkey = get_object_or_404(member.passkeys, pk=passkey_id)
    passkey.delete()
    messages.success(request, _("“%(name)s” is removed. You can make a new one at any time.") % {"name": passkey.name})
    return redirect("ways_in")


@require_POST
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    return JsonResponse(ask_to_prove(request))


@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    form, wanted = PasskeyForm(request.POST), request.POST.get("next", "")
    try:
        if not form.is_valid():
            raise Refused(FAILED)
        let_in(request, member_by_passkey(request, form.cleaned_data["answer"]))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('account_request_login_code')}")
    return redirect(where_to(request, wanted))
