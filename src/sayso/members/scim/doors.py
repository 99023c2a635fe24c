"""The door of /scim/v2/: by bearer token only, limited in speed, every fault told as SCIM tells it.

Knows requests and connections; knows no people. No session is opened and no cookie read, so a browser that was lured
here brings nothing along.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from pydantic import ValidationError
from scim2_models import (
    Error,
    InvalidFilterException,
    InvalidSyntaxException,
    PayloadTooLargeException,
    SCIMException,
    UnauthorizedException,
    UniquenessException,
)

from sayso.members.models import Connection
from sayso.members.scim.connections import connection_by_token, note_use
from sayso.members.scim.resources import POLICY

MEDIA_TYPE = "application/scim+json"
WRONG_TOKENS_A_MINUTE = 300  # from one address


@dataclass(frozen=True)
class Asked:
    """A request let in.

    base : the address everything stands under, without a slash at the end
    """

    request: HttpRequest
    connection: Connection
    base: str

    @property
    def if_match(self) -> str | None:
        return self.request.headers.get("If-Match")

    def message(self) -> dict[str, Any]:
        """The body. Raises InvalidSyntaxException, PayloadTooLargeException."""
        try:
            body = self.request.body
        except RequestDataTooBig:
            raise PayloadTooLargeException(detail="The message is too long. Mend: send it in parts.") from None
        try:
            told = json.loads(body, parse_constant=_refused_number)
        except (ValueError, RecursionError):
            raise InvalidSyntaxException(detail="The body is no JSON.") from None
        if not isinstance(told, dict):
            raise InvalidSyntaxException(detail="The body is no JSON object.")
        return told


@dataclass(frozen=True)
class Answer:
    """status, body and headers of what is said back"""

    body: dict[str, Any] | None
    status: int = 200
    headers: Mapping[str, str] | None = None


class TooFast(SCIMException):
    status = 429
    _default_detail = "Too many requests in a minute. Nothing was done. It will work again in a minute."


class NoSuchMethod(SCIMException):
    status = 405
    _default_detail = "This cannot be done here."


Endpoint = Callable[..., Answer]


def for_directories(**endpoints: Endpoint) -> Callable[..., HttpResponse]:
    """A view from one function for each HTTP method, to be called with what was asked."""

    @csrf_exempt  # the token stands in a header, which no other site's form can send
    @never_cache
    def view(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            asked = _let_in(request)
            endpoint = endpoints.get(request.method or "")
            if endpoint is None:
                raise NoSuchMethod
            with POLICY:
                return _reply(endpoint(asked, **named))
        except SCIMException as fault:
            return _told(fault, request)
        except ValidationError as fault:
            return _fault(_of_validation(fault))
        except RecursionError:
            return _told(InvalidFilterException(detail="It is nested too deeply."), request)
        except IntegrityError:  # two organisations at the same moment: the database is what decides
            taken = UniquenessException(detail="A name, address or number is in use already. Nothing was done.")
            return _told(taken, request)

    return wraps(view)(view)


def _let_in(request: HttpRequest) -> Asked:
    """Raises UnauthorizedException, TooFast."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    connection = connection_by_token(token.strip()) if scheme.lower() == "bearer" else None
    if connection is None:
        address = request.META.get("REMOTE_ADDR", "")
        if _count(f"scim-wrong-{address}") > WRONG_TOKENS_A_MINUTE:
            raise TooFast
        raise UnauthorizedException(detail="The token is missing, wrong or ended.")
    if _count(f"scim-{connection.pk}") > settings.SCIM_REQUESTS_A_MINUTE:
        raise TooFast
    note_use(connection)
    return Asked(request, connection, request.build_absolute_uri("/scim/v2"))


def _count(key: str) -> int:
    """How often in this minute; each process of the server counts for itself."""
    key = f"{key}-{int(time.time() // 60)}"
    cache.add(key, 0, timeout=120)
    try:
        return cache.incr(key)
    except ValueError:  # thrown out between the two
        return 1


def _told(fault: SCIMException, request: HttpRequest) -> HttpResponse:
    cause = fault.__cause__
    error = _of_validation(cause) if isinstance(cause, ValidationError) else fault.to_error()
    error.status = fault.status
    reply = _fault(error)
    if fault.status in {429, 503}:
        reply["Retry-After"] = "60"
    if fault.status == 401:
        reply["WWW-Authenticate"] = 'Bearer realm="scim"'
    return reply


def _of_validation(fault: ValidationError) -> Error:
    """The first thing that is wrong with a message."""
    return Error.from_validation_errors(fault.errors(include_url=False, include_input=False))[0]


def _fault(error: Error) -> HttpResponse:
    return _reply(Answer(error.model_dump(), status=error.status or 400))


def _reply(answer: Answer) -> HttpResponse:
    content = b"" if answer.body is None else json.dumps(answer.body).encode()
    return HttpResponse(content, content_type=MEDIA_TYPE, status=answer.status, headers=dict(answer.headers or {}))


def _refused_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")
