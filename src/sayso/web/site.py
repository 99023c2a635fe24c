"""Where this installation is reached from outside, for what leaves it: mails, letters, posters, sheets."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def site_of(request: HttpRequest) -> str:
    """What links on paper and in mails begin with: as set, else as whoever asks reaches us."""
    return settings.SITE or request.build_absolute_uri("/").rstrip("/")
