"""`{% load kept %}`: `{{ job.told|kept }}` reads what the worker kept, in the language of the page."""

from __future__ import annotations

from django import template

from sayso.web.kept_told import in_words

register = template.Library()
register.filter("kept", in_words)
