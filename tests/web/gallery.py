"""Every part of the look on one page, and addresses that fail on purpose. Used as a test's ROOT_URLCONF."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect

from hand_made import hand_made_snapshot

GALLERY = Path(__file__).with_name("gallery.html")


def gallery(request: HttpRequest) -> HttpResponse:
    snapshot = hand_made_snapshot()
    few = dict(snapshot, map=dict(snapshot["map"], points=snapshot["map"]["points"][:4]))
    unknown = dict(snapshot["statements"][0], agree=None, agree_low=None, agree_high=None, disagree=None, seen=2)
    context = {
        "snapshot": snapshot,
        "few": few,
        "unknown": unknown,
        "you": {"x": 0.8, "y": -0.2, "sd": 0.3, "group": 1},
        "engagement": {"title": "How we work together"},
    }
    template = engines["django"].from_string(GALLERY.read_text(encoding="utf-8"))
    return HttpResponse(template.render(context, request))


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("kept: " + request.POST.get("text", ""))


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def unreadable(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


urlpatterns = [
    path("", gallery),
    path("form/", form),
    path("refuse/", refuse),
    path("unreadable/", unreadable),
    path("broken/", broken),
    path("", include("sayso.web.urls")),
]

handler400 = "sayso.web.errors.bad_request"
handler403 = "sayso.web.errors.forbidden"
handler404 = "sayso.web.errors.not_found"
handler500 = "sayso.web.errors.server_error"
