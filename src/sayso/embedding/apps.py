"""Showing cards elsewhere, as a Django app."""

from django.apps import AppConfig


class EmbeddingConfig(AppConfig):
    name = "sayso.embedding"
