"""Addresses of rooms: planning, the desk, entering, one's own sheet, raised hands."""

from django.urls import path

from sayso.rooms import entry_pages, own_pages, pages

urlpatterns = [
    path("e/<slug:slug>/rooms/", pages.rooms, name="rooms"),
    path("e/<slug:slug>/rooms/new/", pages.new_room, name="new_room"),
    path("e/<slug:slug>/rooms/in/<slug:code>/", entry_pages.by_code, name="room_code"),
    path("e/<slug:slug>/rooms/<int:room_id>/", pages.room, name="room"),
    path("e/<slug:slug>/rooms/<int:room_id>/change/", pages.change_room, name="change_room"),
    path("e/<slug:slug>/rooms/<int:room_id>/finish/", pages.finish, name="finish_room"),
    path("e/<slug:slug>/rooms/<int:room_id>/kit/", pages.make_kit, name="room_kit"),
    path("e/<slug:slug>/rooms/<int:room_id>/kit/<slug:part>/<slug:language>/", pages.kit_file, name="room_kit_file"),
    path("e/<slug:slug>/rooms/<int:room_id>/live/", pages.live, name="room_live"),
    path("e/<slug:slug>/rooms/<int:room_id>/live/count/", pages.live_count, name="room_live_count"),
    path("e/<slug:slug>/rooms/<int:room_id>/entries/<int:entry_id>/back/", pages.take_back, name="room_take_back"),
    path("e/<slug:slug>/rooms/<int:room_id>/tables/<int:table_number>/", entry_pages.table, name="room_table"),
    path("e/<slug:slug>/rooms/<int:room_id>/minutes/", entry_pages.minutes, name="room_minutes"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/", entry_pages.sheets, name="room_sheets"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/file/", entry_pages.bring_sheets, name="room_bring"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/file/example/", entry_pages.example_file, name="room_example"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/<slug:code>/", entry_pages.sheet, name="room_sheet"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/<slug:code>/check/", entry_pages.check, name="room_check"),
    path("e/<slug:slug>/rooms/<int:room_id>/sheets/<slug:code>/out/", entry_pages.withdraw_sheet, name="sheet_out"),
    path("e/<slug:slug>/my-sheet/", own_pages.my_sheet, name="my_sheet"),
    path("e/<slug:slug>/results/rooms/", own_pages.raised_hands, name="raised_hands"),
]
