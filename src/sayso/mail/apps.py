"""What every mail needs, whoever writes it, as a Django app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "sayso.mail"
    label = "mail"
