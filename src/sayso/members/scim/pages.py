"""The page where a roster keeper connects a directory (SCIM) and ends connections. Each change stands on record."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sayso.members.keepers.doors import for_keepers
from sayso.members.models import Connection, Member
from sayso.members.rules import Refused
from sayso.members.scim.connections import LONGEST_NAME, end_connection, make_connection
from sayso.web.typed import one_line


class ConnectForm(forms.Form):
    name = forms.CharField(max_length=LONGEST_NAME, error_messages={"required": "Write a name, such as “Entra ID”."})

    def clean_name(self) -> str:
        if name := one_line(self.cleaned_data["name"]):
            return name
        raise forms.ValidationError(_("Write a name, such as “Entra ID”."))


@require_http_methods(["GET", "POST"])
@for_keepers
def connect(request: HttpRequest, keeper: Member) -> HttpResponse:
    """The token is shown in the answer to the form, and never again; no redirect, which would have to keep it."""
    form = ConnectForm(request.POST or None)
    made, token = _made(form, keeper) if form.is_bound and form.is_valid() else (None, "")
    known = keeper.organisation.connections.select_related("made_by", "ended_by").order_by("-pk")
    context = {
        "tab": "directory",
        "form": form,
        "made": made,
        "token": token,
        "address": request.build_absolute_uri("/scim/v2"),
        "held": known.held(),
        "ended": known.exclude(ended_at=None),
    }
    return render(request, "members/connect.html", context, status=422 if form.errors else 200)


def _made(form: ConnectForm, keeper: Member) -> tuple[Connection | None, str]:
    try:
        return make_connection(organisation=keeper.organisation, name=form.cleaned_data["name"], by=keeper)
    except Refused as refusal:
        form.add_error("name", str(refusal))
        return None, ""


@require_POST
@for_keepers
def end(request: HttpRequest, keeper: Member, connection_id: int) -> HttpResponse:
    connection = get_object_or_404(keeper.organisation.connections.held(), pk=connection_id)
    end_connection(connection=connection, by=keeper)
    told = f"{connection.name} is no longer connected. Everybody it brought stays. To connect again, make a new token."
    messages.success(request, told)
    return redirect(reverse("connect_directory"))
