"""What a link to a public page shows where it is pasted: title, one sentence, address. No picture, nothing counted."""

from __future__ import annotations

from django.http import HttpRequest

from sayso.web.site import site_of


def shared_as(request: HttpRequest, sentence: str, title: str = "") -> dict[str, str]:
    """`title` is empty for the engagement's own."""
    return {"title": title, "sentence": sentence, "address": site_of(request) + request.path}
