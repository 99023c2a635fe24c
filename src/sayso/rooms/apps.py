"""Meetings in rooms and what comes from them on paper, as a Django app."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "sayso.rooms"
