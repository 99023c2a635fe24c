"""Say and vote as a Django app."""

from django.apps import AppConfig


class EngagementsConfig(AppConfig):
    name = "sayso.engagements"
