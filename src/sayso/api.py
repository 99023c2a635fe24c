"""The JSON API: joins what each app offers under one session sign-in. Knows no rule of its own.

Described at /api/openapi.json. There is no page of documents: the usual one loads its parts from other hosts.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import django_auth

from sayso import __version__
from sayso.distillations.api import router as distillations
from sayso.engagements.api import router as engagements
from sayso.engagements.cards.api import router as cards
from sayso.engagements.rules import Refused
from sayso.members.pseudonyms import KeyMissing

# Signed in by session cookie; every writing call needs the CSRF token, as the pages' forms do.
api = NinjaAPI(title="Sayso", version=__version__, docs_url=None, auth=django_auth)
api.add_router("", engagements)
api.add_router("", cards)
api.add_router("", distillations)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return _wrong(request, 409, str(refusal))


@api.exception_handler(KeyMissing)
def key_missing(request: HttpRequest, missing: KeyMissing) -> HttpResponse:
    told = "The key that ties you to your answers is missing on our side. All answers are safe. Please tell the lead."
    return _wrong(request, 503, told)


@api.exception_handler(Http404)
def not_found(request: HttpRequest, missing: Http404) -> HttpResponse:
    return _wrong(request, 404, "There is nothing here for you.")


@api.exception_handler(AuthenticationError)
def signed_out(request: HttpRequest, missing: AuthenticationError) -> HttpResponse:
    return _wrong(request, 401, "Please sign in first.")


@api.exception_handler(HttpError)
def stopped(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == 403:
        return _wrong(request, 403, "The CSRF token is missing or too old. Load a page again and send its token.")
    return _wrong(request, error.status_code, str(error))


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = (f"{'.'.join(map(str, problem['loc'][2:]))}: {problem['msg']}." for problem in error.errors)
    return _wrong(request, 422, " ".join(told))


def _wrong(request: HttpRequest, status: int, error: str) -> HttpResponse:
    return api.create_response(request, {"error": error}, status=status)
