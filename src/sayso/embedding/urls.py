"""Addresses of cards in a frame, of the window that lets it in, and of the lead's page about both."""

from django.urls import path

from sayso.embedding import door_pages, frame_pages, pages, script_pages

urlpatterns = [
    path("embed.js", script_pages.embed_script, name="embed_script"),
    path("e/<slug:slug>/embed/", frame_pages.frame, name="frame"),
    path("e/<slug:slug>/embed/enter/", frame_pages.enter, name="frame_enter"),
    path("e/<slug:slug>/embed/votes/", frame_pages.vote_in_frame, name="vote_in_frame"),
    path("e/<slug:slug>/embed/votes/undo/", frame_pages.undo_in_frame, name="undo_in_frame"),
    path("e/<slug:slug>/embed/leave/", frame_pages.leave_frame, name="leave_frame"),
    path("e/<slug:slug>/frame-door/", door_pages.door, name="frame_door"),
    path("e/<slug:slug>/elsewhere/", pages.elsewhere, name="elsewhere"),
]
