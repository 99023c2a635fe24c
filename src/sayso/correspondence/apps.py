"""What comes in by mail from each person, and what goes to them, as a Django app."""

from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "sayso.correspondence"
