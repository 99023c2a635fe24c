"""A small demo world in the test database, and the doors as they are when the demo is on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import include, path

import sayso.urls
from sayso.demo.population import Population, draw_population
from sayso.demo.world import build_world
from sayso.engagements.models import Engagement


@pytest.fixture(scope="session")
def population() -> Population:
    return draw_population(300, 11)


@pytest.fixture
def world(db: None, population: Population) -> Engagement:
    return build_world(population)


@pytest.fixture
def demo_on(settings) -> Callable[[], Client]:
    """Gives browsers on a server whose demo is on; the addresses are put together as sayso.urls does it."""
    settings.DEMO = True
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "sayso.demo"]
    settings.ROOT_URLCONF = (path("", include("sayso.demo.urls")), *sayso.urls.urlpatterns)
    return Client
