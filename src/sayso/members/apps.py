"""The roster and sign-in as a Django app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "sayso.members"
