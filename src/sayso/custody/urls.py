"""Addresses of the guardian's pages, of members' own data, and of the ballot record."""

from django.urls import path

from sayso.custody import ballot_pages, guardian_pages, nameless_pages, own_pages

urlpatterns = [
    path("roster/leavers/", nameless_pages.leavers, name="leavers"),
    path("roster/people/<int:member_id>/nameless/", nameless_pages.make_nameless, name="make_nameless"),
    path("mine/data/", own_pages.my_data, name="my_data"),
    path("mine/data/download/", own_pages.download, name="download_my_data"),
    path("mine/data/language/", own_pages.change_language, name="change_my_language"),
    path("e/<slug:slug>/mine/answers/", own_pages.answers, name="my_answers"),
    path("e/<slug:slug>/mine/answers/back/", own_pages.take_back, name="take_back_vote"),
    path("e/<slug:slug>/mine/answers/all-back/", own_pages.take_back_all, name="take_back_all_votes"),
    path("e/<slug:slug>/mine/<int:statement_id>/withdraw/", own_pages.withdraw, name="withdraw_statement"),
    path("e/<slug:slug>/leave/", own_pages.leave, name="leave"),
    path("e/<slug:slug>/erasure/", own_pages.erasure, name="wish_erasure"),
    path("e/<slug:slug>/ballots/", ballot_pages.ballots, name="ballots"),
    path("e/<slug:slug>/ballots/record.json", ballot_pages.record_json, name="ballots_json"),
    path("e/<slug:slug>/ballots/record.csv", ballot_pages.record_csv, name="ballots_csv"),
    path("e/<slug:slug>/ballots/receipt/", ballot_pages.receipt, name="ballot_receipt"),
    path("e/<slug:slug>/ballots/proof.json", ballot_pages.proof, name="ballot_proof"),
    path("e/<slug:slug>/custody/", guardian_pages.custody, name="custody"),
    path("e/<slug:slug>/custody/destroy/", guardian_pages.destroy, name="destroy_key"),
    path("e/<slug:slug>/custody/again/", guardian_pages.try_again, name="seal_again"),
    path("e/<slug:slug>/custody/log/", guardian_pages.access_log, name="access_log"),
    path("e/<slug:slug>/custody/log.csv", guardian_pages.access_log_csv, name="access_log_csv"),
    path("e/<slug:slug>/custody/erasures/", guardian_pages.erasures, name="erasures"),
    path("e/<slug:slug>/custody/erasures/<int:wish_id>/", guardian_pages.erase, name="erase"),
]
