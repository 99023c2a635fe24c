"""Pages that are about no organisation and no person: the same for everybody, signed in or not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what, for members; the same text as docs/privacy/members.md."""
    return render(request, "web/privacy.html")
