"""Reading what people said, as a Django app."""

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    name = "sayso.moderation"
