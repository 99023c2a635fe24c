"""A page of a long list, by its number in the address. Knows no list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

PER_PAGE = 50


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page asked for, or the nearest there is."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def without_page(request: HttpRequest) -> str:
    """The rest of the address' query, to go on with `page=`."""
    kept = {name: value for name, value in request.GET.items() if name != "page"}
    return f"{urlencode(kept)}&" if kept else ""
