"""Addresses of saying, voting and moderating."""

from django.urls import path

from sayso.engagements import kept_pages, pages, plain_pages, role_pages

urlpatterns = [
    path("", pages.home, name="home"),
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
    path("e/<slug:slug>/roles/<int:role_id>/answer/", role_pages.answer_offer, name="answer_offer"),
    path("e/<slug:slug>/roles/week/", role_pages.plan_week, name="plan_week"),
    path("e/<slug:slug>/plain/", plain_pages.plain_check, name="plain_check"),
    path("e/<slug:slug>/words/", plain_pages.words_to_avoid, name="words_to_avoid"),
    path("e/<slug:slug>/words/<int:word_id>/remove/", plain_pages.remove_word, name="remove_word"),
    path("e/<slug:slug>/kept/", kept_pages.kept, name="kept"),
]
