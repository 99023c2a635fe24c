"""Links and codes: good for one person, derived from a key outside the database, void when the number is raised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import LazySettings

from sayso.members.actions import add_member, add_organisation
from sayso.members.models import Member
from sayso.members.ways_in.passes import CODE_SIGNS, is_letter_code, letter_code, link_token, member_by_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[Member]:
    organisation = add_organisation(name="Harbour office")
    return [add_member(organisation=organisation, full_name=f"Person {i}") for i in range(200)]


def test_a_link_leads_to_its_member_and_a_changed_one_to_nobody(people: list[Member]) -> None:
    token = link_token(people[3])
    assert member_by_token(token) == people[3]
    number, _, proof = token.partition(".")
    for wrong in (
        f"{people[4].pk}.{proof}",
        token[:-1],
        token + "A",
        number,
        "",
        "x",
        "9" * 40,
        f"-{token}",
        "0." + proof,
    ):
        assert member_by_token(wrong) is None


def test_codes_differ_and_are_read_from_paper_however_they_are_typed(people: list[Member]) -> None:
    codes = [letter_code(member) for member in people]
    assert len(set(codes)) == len(people)
    assert all(re.fullmatch(f"[{CODE_SIGNS}]{{4}}-[{CODE_SIGNS}]{{4}}", code) for code in codes)
    assert is_letter_code(people[0], f" {codes[0].lower().replace('-', ' ')} ")
    assert not is_letter_code(people[1], codes[0])
    assert not is_letter_code(people[0], "")


def test_raising_the_number_makes_earlier_ones_void(people: list[Member]) -> None:
    member = people[0]
    token, code = link_token(member), letter_code(member)
    member.pass_number += 1
    member.save()
    assert member_by_token(token) is None
    assert not is_letter_code(member, code)
    assert member_by_token(link_token(member)) == member


def test_the_database_alone_opens_nothing(people: list[Member], settings: LazySettings, tmp_path: Path) -> None:
    token, code = link_token(people[0]), letter_code(people[0])
    settings.DATA_DIR = tmp_path  # the same rows, another key
    assert member_by_token(token) is None
    assert not is_letter_code(people[0], code)
