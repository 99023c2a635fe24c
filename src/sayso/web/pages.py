"""Pages that are about no organisation and no person: the same for everybody, signed in or not."""

from __future__ import annotations

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what, for members; the same text as docs/privacy/members.md."""
    return render(request, "web/privacy.html")


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The script that shows cards without a net; at the root, since it may act on no page above its own address."""
    script = Path(str(finders.find("web/sw.js"))).read_bytes()
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(max_age=24 * 60 * 60)
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone asks for when somebody puts this on their home screen."""
    icons = [{"src": static("web/sayso.svg"), "type": "image/svg+xml", "sizes": "any"}]
    icons += [
        {"src": static(f"web/icon-{size}.png"), "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    told = {
        "name": "Sayso",
        "short_name": "Sayso",
        "description": "Have your say, and see what we share.",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#faf7f1",
        "theme_color": "#faf7f1",
        "icons": icons,
    }
    return JsonResponse(told, content_type="application/manifest+json")
