"""What is said about a statement after it is open: replies, questions to its author, acknowledgements. A Django app."""

from django.apps import AppConfig


class RepliesConfig(AppConfig):
    name = "sayso.replies"
