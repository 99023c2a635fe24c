"""The page behind the one-time link: the organisation's name and yours, or one press for a keeper who lost the way."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sayso.members.models import Member
from sayso.members.rules import Refused
from sayso.members.set_up import link
from sayso.members.set_up.forms import SetUpForm


@require_http_methods(["GET", "POST"])
@never_cache
def setup(request: HttpRequest, token: str) -> HttpResponse:
    invited = link.invited_by(token)
    if invited is None:
        if link.is_set_up():
            raise Http404
        return render(request, "members/not_set_up.html", {"is_void": True}, status=404)
    return _way_back(request, invited.member) if invited.member else _first(request)


def _first(request: HttpRequest) -> HttpResponse:
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keeper = link.set_up(**form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            _come_in(request, keeper)
            messages.success(
                request, _("%(name)s is set up, and you keep its roster.") % {"name": keeper.organisation.name}
            )
            return redirect("roster")
    # Not 422 for a mistake: the server's log tells the address of each such answer, and this one still opens.
    return render(request, "members/setup.html", {"form": form})


def _way_back(request: HttpRequest, keeper: Member) -> HttpResponse:
    """A page with a button: what merely opens links, as some mail programs do, does not use it up."""
    if request.method == "GET":
        return render(request, "members/setup_way_back.html", {"keeper": keeper})
    try:
        link.use_up()
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("home")
    _come_in(request, keeper)
    return redirect("roster")


def _come_in(request: HttpRequest, keeper: Member) -> None:
    login(request, keeper, backend=settings.AUTHENTICATION_BACKENDS[0])
