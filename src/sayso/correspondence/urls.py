"""Addresses of what is sent to people: their choice, answers by mail, the feed; and of what is allowed by mail."""

from django.urls import path

from sayso.correspondence import answer_pages, choice_pages, rules_pages
from sayso.correspondence.feed import WeeklyFeed

urlpatterns = [
    path("what-you-send-me/<str:token>/", choice_pages.by_link, name="what_you_send_me"),
    path("answer/<str:token>/", answer_pages.answer_by_mail, name="answer_by_mail"),
    path("feeds/<str:token>/", WeeklyFeed(), name="feed"),
    path("e/<slug:slug>/what-you-send-me/", choice_pages.signed_in, name="what_i_get"),
    path("e/<slug:slug>/mail/", rules_pages.mail_rules, name="mail_rules"),
]
