"""A house of eight with five statements, and a room in it."""

from __future__ import annotations

import pytest

from house import House, open_house
from rooms.building import room_in
from sayso.rooms.models import RoomSession


@pytest.fixture
def house(db: None) -> House:
    return open_house(people=8, statements=5)


@pytest.fixture
def session(house: House) -> RoomSession:
    return room_in(house)
