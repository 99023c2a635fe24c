"""The way to an account of elsewhere, when its provider does not answer: told in our words, not as our own mistake."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException


def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        reply: HttpResponse = login(request, provider_id)
    except (RequestException, KeyError):  # away, or no OpenID Connect provider at all
        return render(request, "socialaccount/authentication_error.html", status=502)
    return reply
