"""Addresses of saying, voting and moderating."""

from django.urls import path

from sayso.engagements import guest_pages, kiosk_pages, link_pages, pages, role_pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("in/<str:token>/", link_pages.personal_link, name="personal_link"),
    path("in/<str:token>/not-me/", link_pages.not_me, name="link_not_me"),
    path("e/<slug:slug>/guest/", guest_pages.guest, name="guest"),
    path("e/<slug:slug>/kiosk/", kiosk_pages.start, name="kiosk"),
    path("e/<slug:slug>/kiosk/enter/", kiosk_pages.enter, name="kiosk_enter"),
    path("e/<slug:slug>/kiosk/done/", kiosk_pages.done, name="kiosk_done"),
    path("e/<slug:slug>/kiosk/end/", kiosk_pages.end, name="kiosk_end"),
    path("e/<slug:slug>/", pages.promise, name="promise"),
    path("e/<slug:slug>/say/", pages.say, name="say"),
    path("e/<slug:slug>/cards/", pages.cards, name="cards"),
    path("e/<slug:slug>/votes/", pages.cast_vote, name="cast_vote"),
    path("e/<slug:slug>/votes/undo/", pages.undo_vote, name="undo_vote"),
    path("e/<slug:slug>/mine/", pages.mine, name="mine"),
    path("e/<slug:slug>/inbox/", pages.inbox, name="inbox"),
    path("e/<slug:slug>/inbox/<int:statement_id>/", pages.decide, name="decide"),
    path("e/<slug:slug>/roles/", role_pages.roles, name="roles"),
    path("e/<slug:slug>/roles/<int:role_id>/end/", role_pages.end_role, name="end_role"),
]
