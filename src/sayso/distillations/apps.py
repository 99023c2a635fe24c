"""Tells Django the app's name."""

from __future__ import annotations

from django.apps import AppConfig


class DistillationsConfig(AppConfig):
    name = "sayso.distillations"
