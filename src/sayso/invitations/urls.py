"""Addresses of waves, letters, posters, and of the way out of reminders."""

from django.urls import path

from sayso.invitations import wish_pages

urlpatterns = [
    path("no-reminders/<str:token>/", wish_pages.no_reminders, name="no_reminders"),
]
