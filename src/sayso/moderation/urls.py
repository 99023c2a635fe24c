"""Addresses of moderating, and of what members read about it."""

from django.urls import path

from sayso.moderation import open_pages, own_pages, pages, seed_pages

urlpatterns = [
    path("e/<slug:slug>/inbox/", pages.inbox, name="inbox"),
    path("e/<slug:slug>/inbox/<int:statement_id>/", pages.decide, name="decide"),
    path("e/<slug:slug>/seeds/", seed_pages.seeds, name="seeds"),
    path("e/<slug:slug>/seeds/<int:statement_id>/", seed_pages.change_seed, name="change_seed"),
    path("e/<slug:slug>/moderation/", open_pages.policy, name="moderation_policy"),
    path("e/<slug:slug>/moderation/edit/", open_pages.edit_policy, name="edit_moderation_policy"),
    path("e/<slug:slug>/moderation/log/", open_pages.log, name="moderation_log"),
    path("e/<slug:slug>/moderation/log.csv", open_pages.log_csv, name="moderation_log_csv"),
    path("e/<slug:slug>/say/warn/", own_pages.warn, name="warn"),
    path("e/<slug:slug>/mine/<int:statement_id>/mend/", own_pages.mend, name="mend"),
]
