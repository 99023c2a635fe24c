"""Addresses of the roster; allauth's pages, in this app's words, stand under /accounts/."""

from django.urls import include, path

urlpatterns = [
    path("scim/v2/", include("sayso.members.scim.urls")),
]
