"""Addresses of the first set-up and of the roster. Signing in stands under /accounts/, allauth's, in our words."""

from django.urls import include, path

from sayso.members import language_pages
from sayso.members.keepers import pages as keeper_pages
from sayso.members.people import pages as people_pages
from sayso.members.people import unit_pages
from sayso.members.roster import pages as roster_pages
from sayso.members.roster import update_pages, work_pages
from sayso.members.scim import pages as connect_pages
from sayso.members.set_up import pages as setup_pages
from sayso.members.ways_in import help_pages, passkey_pages
from sayso.members.ways_in import pages as ways_in_pages

urlpatterns = [
    path("setup/<str:token>/", setup_pages.setup, name="setup"),
    path("roster/", roster_pages.roster, name="roster"),
    path("roster/bring/", roster_pages.bring, name="roster_bring"),
    path("roster/files/<int:file_id>/", roster_pages.columns, name="roster_columns"),
    path("roster/files/<int:file_id>/discard/", roster_pages.discard, name="roster_discard"),
    path("roster/updates/<int:update_id>/", update_pages.update, name="roster_update"),
    path("roster/updates/<int:update_id>/refused.csv", update_pages.refused_rows, name="refused_rows"),
    path("roster/updates/<int:update_id>/carry-out/", update_pages.carry_out, name="carry_out"),
    path("roster/updates/<int:update_id>/take-back/", update_pages.take_back, name="take_back"),
    path("roster/updates/<int:update_id>/look-again/", update_pages.look_again, name="look_again"),
    path("roster/jobs/<int:job_id>/", work_pages.work, name="roster_work"),
    path("roster/jobs/<int:job_id>/stop/", work_pages.stop, name="stop_work"),
    path("roster/jobs/<int:job_id>/go-on/", work_pages.go_on, name="go_on_with_work"),
    path("roster/people/", people_pages.people, name="roster_people"),
    path("roster/people/new/", people_pages.new_person, name="new_person"),
    path("roster/people/<int:member_id>/", people_pages.person, name="roster_person"),
    path("roster/people/<int:member_id>/leave/", people_pages.leave, name="person_leaves"),
    path("roster/people/<int:member_id>/bring-back/", people_pages.bring_back, name="person_returns"),
    path("roster/people/<int:member_id>/void-links/", people_pages.void_passes, name="void_passes"),
    path("roster/units/", unit_pages.units, name="roster_units"),
    path("roster/units/<int:unit_id>/", unit_pages.unit, name="roster_unit"),
    path("roster/units/<int:unit_id>/remove/", unit_pages.remove_unit, name="remove_unit"),
    path("roster/keepers/", keeper_pages.keepers, name="keepers"),
    path("roster/keepers/<int:keeper_id>/end/", keeper_pages.end_keeper, name="end_keeper"),
    path("roster/connect/", connect_pages.connect, name="connect_directory"),
    path("roster/connect/<int:connection_id>/end/", connect_pages.end, name="end_connection"),
    path("scim/v2/", include("sayso.members.scim.urls")),
    path("language/", language_pages.choose_language, name="choose_language"),
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
