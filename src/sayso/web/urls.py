"""Addresses that anybody may open."""

from __future__ import annotations

from django.urls import path

from sayso.web import pages

urlpatterns = [
    path("privacy/", pages.privacy, name="privacy"),
    path("sw.js", pages.worker, name="worker"),
    path("manifest.webmanifest", pages.manifest, name="manifest"),
]
