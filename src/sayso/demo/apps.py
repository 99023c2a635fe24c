"""The demo as a Django app: templates only, no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "sayso.demo"
