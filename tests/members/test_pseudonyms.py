"""The keyed bridge from member to participant: steady, different everywhere, and burnt with its key."""

from __future__ import annotations

import re
import stat

import pytest

from house import open_house
from sayso.members.pseudonyms import KeyMissing, destroy_key, key_path, make_key, pseudonym_of

pytestmark = pytest.mark.django_db


def test_a_member_has_one_pseudonym_in_an_engagement() -> None:
    house = open_house("steady", people=1)
    first = pseudonym_of(member=house.members[0], engagement_slug="steady")
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert pseudonym_of(member=house.members[0], engagement_slug="steady") == first
    assert house.participants[0].pseudonym == first


def test_members_and_engagements_give_different_pseudonyms() -> None:
    house, other = open_house("differs", people=2), open_house("differs-too")
    slugs = (house.engagement.slug, other.engagement.slug)
    made = {pseudonym_of(member=member, engagement_slug=slug) for member in house.members for slug in slugs}
    assert len(made) == 4


def test_the_key_is_its_owners_only() -> None:
    open_house("private-key")
    path = key_path("private-key")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert len(path.read_bytes()) == 32


def test_a_second_key_does_not_replace_the_first() -> None:
    open_house("kept-key")
    first = key_path("kept-key").read_bytes()
    make_key(engagement_slug="kept-key")
    assert key_path("kept-key").read_bytes() == first


def test_without_the_key_nobody_finds_the_participant() -> None:
    house = open_house("burnt", people=1)
    destroy_key(engagement_slug="burnt")
    with pytest.raises(KeyMissing, match="burnt"):
        pseudonym_of(member=house.members[0], engagement_slug="burnt")
    destroy_key(engagement_slug="burnt")  # twice is harmless
    make_key(engagement_slug="burnt")
    assert pseudonym_of(member=house.members[0], engagement_slug="burnt") != house.participants[0].pseudonym
