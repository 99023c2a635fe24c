"""Addresses of waves, letters, posters, bounces, and of the way out of reminders."""

from django.urls import path

from sayso.invitations import bounce_pages, pages, paper_pages, wish_pages

urlpatterns = [
    path("e/<slug:slug>/invitations/", pages.invitations, name="invitations"),
    path("e/<slug:slug>/invitations/new/", pages.new_wave, name="new_wave"),
    path("e/<slug:slug>/invitations/letters/", paper_pages.letters, name="letters"),
    path("e/<slug:slug>/invitations/letters/<int:batch_id>/", paper_pages.fetch_letters, name="fetch_letters"),
    path("e/<slug:slug>/invitations/posters/", paper_pages.posters, name="posters"),
    path(
        "e/<slug:slug>/invitations/posters/<slug:language>/<slug:paper>/", paper_pages.poster_file, name="poster_file"
    ),
    path("e/<slug:slug>/invitations/<int:wave_id>/", pages.wave, name="wave"),
    path("e/<slug:slug>/invitations/<int:wave_id>/who/", pages.wave_units, name="wave_units"),
    path("e/<slug:slug>/invitations/<int:wave_id>/words/<slug:language>/", pages.wave_text, name="wave_text"),
    path("e/<slug:slug>/invitations/<int:wave_id>/try/", pages.try_wave, name="try_wave"),
    path("e/<slug:slug>/invitations/<int:wave_id>/send/", pages.send_wave, name="send_wave"),
    path("e/<slug:slug>/invitations/<int:wave_id>/stop/", pages.stop_wave, name="stop_wave"),
    path("e/<slug:slug>/invitations/<int:wave_id>/drop/", pages.drop_wave, name="drop_wave"),
    path("e/<slug:slug>/invitations/<int:wave_id>/progress/", pages.wave_progress, name="wave_progress"),
    path("bounces/", bounce_pages.bounces, name="bounces"),
    path("no-reminders/<str:token>/", wish_pages.no_reminders, name="no_reminders"),
]
