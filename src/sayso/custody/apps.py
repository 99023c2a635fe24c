"""The app of keys, accesses, members' own data and the ballot record."""

from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "sayso.custody"
