"""Addresses of saying and voting, and of what is around it."""

from django.urls import path

from sayso.engagements import pages, saying_pages
from sayso.engagements.cards import pages as card_pages
from sayso.engagements.coming_in import guest_pages, kiosk_pages, link_pages
from sayso.engagements.mandate import kept_pages, phase_pages, trial_pages
from sayso.engagements.mandate import pages as mandate_pages
from sayso.engagements.plain_words import pages as plain_pages
from sayso.engagements.roles import pages as role_pages

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
    path("begin/", mandate_pages.begin, name="begin"),
    path("e/<slug:slug>/mandate/", phase_pages.mandate, name="mandate"),
    path("e/<slug:slug>/prepare/", mandate_pages.prepare, name="prepare"),
    path("e/<slug:slug>/prepare/<slug:step>/", mandate_pages.prepare_step, name="prepare_step"),
    path("e/<slug:slug>/preview/", mandate_pages.preview, name="preview"),
    path("e/<slug:slug>/trial/", trial_pages.trial, name="trial"),
    path("e/<slug:slug>/trial/end/", trial_pages.end_trial, name="end_trial"),
    path("e/<slug:slug>/trial/<int:seat_id>/end/", trial_pages.end_trial_seat, name="end_trial_seat"),
    path("e/<slug:slug>/remark/", trial_pages.remark, name="remark"),
    path("e/<slug:slug>/open/", mandate_pages.open_engagement, name="open_engagement"),
    path("e/<slug:slug>/phases/", phase_pages.phases, name="phases"),
    path("e/<slug:slug>/change/", phase_pages.change, name="change"),
    path("e/<slug:slug>/close/", phase_pages.close, name="close"),
    path("e/<slug:slug>/say/", pages.say, name="say"),
    path("e/<slug:slug>/say/echo/", saying_pages.echo, name="echo"),
    path("e/<slug:slug>/say/alike/", saying_pages.alike, name="alike"),
    path("e/<slug:slug>/not-taking-part/", saying_pages.not_taking_part, name="not_taking_part"),
    path("e/<slug:slug>/mine/<int:statement_id>/kind/", saying_pages.set_kind, name="set_kind"),
    path("e/<slug:slug>/mine/<int:statement_id>/name/", saying_pages.name_off, name="name_off"),
    path("e/<slug:slug>/cards/", pages.cards, name="cards"),
    path("e/<slug:slug>/offline/", card_pages.offline, name="offline"),
    path("e/<slug:slug>/answers/", card_pages.answers_later, name="answers_later"),
    path("e/<slug:slug>/meet/", card_pages.meet_later, name="meet_later"),
    path("e/<slug:slug>/votes/", pages.cast_vote, name="cast_vote"),
    path("e/<slug:slug>/votes/undo/", pages.undo_vote, name="undo_vote"),
    path("e/<slug:slug>/mine/", pages.mine, name="mine"),
    path("e/<slug:slug>/roles/", role_pages.roles, name="roles"),
    path("e/<slug:slug>/roles/<int:role_id>/end/", role_pages.end_role, name="end_role"),
    path("e/<slug:slug>/roles/<int:role_id>/answer/", role_pages.answer_offer, name="answer_offer"),
    path("e/<slug:slug>/roles/week/", role_pages.plan_week, name="plan_week"),
    path("e/<slug:slug>/plain/", plain_pages.plain_check, name="plain_check"),
    path("e/<slug:slug>/words/", plain_pages.words_to_avoid, name="words_to_avoid"),
    path("e/<slug:slug>/words/<int:word_id>/remove/", plain_pages.remove_word, name="remove_word"),
    path("e/<slug:slug>/kept/", kept_pages.kept, name="kept"),
]
