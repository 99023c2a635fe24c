"""Asking people in, by mail and on paper, as a Django app."""

from django.apps import AppConfig


class InvitationsConfig(AppConfig):
    name = "sayso.invitations"
