"""Addresses that anybody may open."""

from __future__ import annotations

from django.urls import path

from sayso.web import pages

urlpatterns = [path("privacy/", pages.privacy, name="privacy")]
