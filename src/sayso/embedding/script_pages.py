"""The script of the one tag: the same for everybody, at an address that stays."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=60 * 60)
def embed_script(request: HttpRequest) -> HttpResponse:
    script = Path(str(finders.find("embedding/embed.js"))).read_bytes()
    reply = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    reply["Cross-Origin-Resource-Policy"] = "cross-origin"  # a page that isolates itself may take it too
    return reply
