"""Addresses of results, of the place where one stands, and of the plain sign of life."""

from __future__ import annotations

from django.urls import path

from sayso.distillations import key_point_pages, news_pages, one_key_point_pages, pages, public_pages, statement_pages

urlpatterns = [
    path("e/<slug:slug>/where/", pages.where, name="where"),
    path("e/<slug:slug>/new/", news_pages.news, name="news"),
    path("e/<slug:slug>/results/", pages.results, name="results"),
    path("e/<slug:slug>/results/live/", pages.results_live, name="results_live"),
    path("e/<slug:slug>/results/statements.csv", pages.results_csv, name="results_csv"),
    path("e/<slug:slug>/results/<int:statement_id>/", statement_pages.one_statement, name="one_statement"),
    path("e/<slug:slug>/results/many/<slug:mark>/", one_key_point_pages.one_key_point, name="one_key_point"),
    path("e/<slug:slug>/results/public/", public_pages.public_results, name="public_results"),
    path("e/<slug:slug>/key-points/", key_point_pages.key_points, name="key_points"),
    path("e/<slug:slug>/key-points/undo/", key_point_pages.key_point_undo, name="key_point_undo"),
    path("e/<slug:slug>/accounts/", pages.accounts, name="accounts"),
    path("healthz", pages.healthz, name="healthz"),
]
