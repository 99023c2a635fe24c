"""The frame of every page as a Django app."""

from django.apps import AppConfig
from django.utils import translation

from sayso.web.charts.tongue import OURS


class WebConfig(AppConfig):
    name = "sayso.web"

    def ready(self) -> None:
        OURS.one, OURS.counted = translation.gettext, translation.ngettext
