"""Addresses of the roster; allauth's pages, in this app's words, stand under /accounts/."""

from django.urls import include, path

from sayso.members import connect_pages

urlpatterns = [
    path("roster/connect/", connect_pages.connect, name="connect_directory"),
    path("roster/connect/<int:connection_id>/end/", connect_pages.end, name="end_connection"),
    path("scim/v2/", include("sayso.members.scim.urls")),
]
