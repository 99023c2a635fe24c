"""Addresses of coming in that are our own; allauth's stand under /accounts/, in this app's words."""

from django.urls import path

from sayso.members import help_pages, passkey_pages, ways_in_pages

urlpatterns = [
    path("code/", ways_in_pages.enter_code, name="enter_code"),
    path("help-in/", help_pages.help_in, name="help_in"),
    path("ways-in/", ways_in_pages.ways_in, name="ways_in"),
    path("ways-in/end-sessions/", ways_in_pages.end_sessions, name="end_sessions"),
    path("ways-in/renew/", ways_in_pages.renew_passes, name="renew_passes"),
    path("ways-in/passkeys/ask/", passkey_pages.ask_new, name="passkey_ask_new"),
    path("ways-in/passkeys/", passkey_pages.add, name="passkey_add"),
    path("ways-in/passkeys/<int:passkey_id>/remove/", passkey_pages.remove, name="passkey_remove"),
    path("passkey/ask/", passkey_pages.ask, name="passkey_ask"),
    path("passkey/", passkey_pages.enter, name="passkey_enter"),
]
