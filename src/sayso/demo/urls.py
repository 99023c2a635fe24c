"""Addresses of the demo's doors. Included only when SAYSO_DEMO is set."""

from django.urls import path

from sayso.demo import pages

urlpatterns = [
    path("", pages.start, name="demo_start"),
    path("demo/outside/", pages.outside, name="demo_outside"),
    path("demo/member/", pages.member_door, name="demo_member"),
    path("demo/lead/", pages.lead_door, name="demo_lead"),
    path("demo/stranger/", pages.stranger_door, name="demo_stranger"),
]
