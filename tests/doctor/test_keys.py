"""Custody of keys: each way to lose one, or to leave one lying about, is found."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from doctor.asking import found, state
from house import House, draft_house, open_house
from sayso import doctor
from sayso.engagements.actions import join
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.mandate.trial_actions import give_trial_seat
from sayso.engagements.models import Engagement
from sayso.members.pseudonyms import key_path
from sayso.members.ways_in.passes import link_token

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, settings: Any, tmp_path: Path) -> House:
    settings.DATA_DIR = tmp_path
    return open_house(people=2, statements=2)


def test_a_missing_a_loose_and_a_cut_key_are_found(house: House) -> None:
    assert state("keys.engagements") == doctor.OK
    path = key_path(house.engagement.slug)
    path.chmod(0o644)
    assert "Others can read" in found("keys.engagements").cause
    path.chmod(0o600)
    path.write_bytes(b"half a key")
    assert "Not as it was made" in found("keys.engagements").cause
    path.unlink()
    finding = found("keys.engagements")
    assert (finding.state, "how-we-work" in finding.cause) == (doctor.FAIL, True)


def test_a_key_that_outlives_its_engagement_is_found(house: House) -> None:
    assert state("keys.closed") == doctor.OK
    close_engagement(engagement=house.engagement, by=house.members[0])
    finding = found("keys.closed")
    assert (finding.state, house.engagement.slug in finding.cause) == (doctor.WARN, True)
    assert "guardian" in finding.mend
    key_path(house.engagement.slug).unlink()
    assert state("keys.closed") == doctor.OK


def test_a_destroyed_key_that_somebody_put_back_is_found(house: House) -> None:
    Engagement.objects.filter(pk=house.engagement.pk).update(key_destroyed_on=date(2027, 1, 1))
    assert state("keys.closed") == doctor.WARN


def test_a_key_is_missed_only_where_one_belongs(house: House) -> None:
    key_path(house.engagement.slug).unlink()
    assert state("keys.engagements") == doctor.FAIL
    close_engagement(engagement=house.engagement, by=house.members[0])
    assert state("keys.engagements") == doctor.OK


def test_what_is_being_prepared_needs_no_key_and_may_have_one_of_its_trial(
    db: None, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    draft = draft_house()
    assert (state("keys.engagements"), state("keys.closed")) == (doctor.OK, doctor.OK)
    give_trial_seat(engagement=draft.engagement, member=draft.members[1])
    join(engagement=draft.now(), member=draft.members[1])
    assert key_path(draft.engagement.slug).is_file()
    assert (state("keys.engagements"), state("keys.closed")) == (doctor.OK, doctor.OK)


@pytest.mark.parametrize("kind", ["copy", "zip", "tar"])
def test_a_copy_of_the_data_with_the_keys_in_it_is_found(house: House, kind: str) -> None:
    assert state("keys.apart") == doctor.OK
    data, key = Path(django_settings.DATA_DIR), key_path(house.engagement.slug)
    (data / "backup").mkdir()
    if kind == "copy":
        (data / "backup" / key.name).write_bytes(key.read_bytes())
    elif kind == "zip":
        with zipfile.ZipFile(data / "backup" / "all.zip", "w") as archive:
            archive.write(key, f"keys/{key.name}")
    else:
        with tarfile.open(data / "backup" / "all.tar.gz", "w:gz") as tape:
            tape.add(key.parent, "keys")
    finding = found("keys.apart")
    assert (finding.state, "backup" in finding.cause) == (doctor.FAIL, True)


def test_an_archive_without_keys_and_a_broken_one_are_no_reason_to_worry(house: House) -> None:
    data = Path(django_settings.DATA_DIR)
    with zipfile.ZipFile(data / "photos.zip", "w") as archive:
        archive.writestr("wall.png", b"")
    (data / "torn.tar.gz").write_bytes(b"not an archive")
    assert state("keys.apart") == doctor.OK


def test_the_key_of_links_and_codes_is_looked_at(house: House) -> None:
    assert "made with the first" in found("keys.passes").cause
    link_token(house.members[0])
    path = Path(django_settings.DATA_DIR) / "keys" / "passes"
    assert state("keys.passes") == doctor.OK
    path.chmod(0o640)
    assert "Others can read" in found("keys.passes").cause
    path.chmod(0o600)
    path.write_bytes(b"short")
    assert state("keys.passes") == doctor.FAIL


def test_a_signing_key_that_others_can_read_is_found(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAYSO_SECRET_KEY")
    settings.DATA_DIR = tmp_path
    assert "missing" in found("keys.secret").cause
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "secret").write_text("x" * 40)
    (tmp_path / "keys" / "secret").chmod(0o640)
    assert state("keys.secret") == doctor.FAIL
    (tmp_path / "keys" / "secret").chmod(0o600)
    assert state("keys.secret") == doctor.OK


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("django-insecure-" + "qwertzuiopasdfghjklyxcvbnm1234567890", doctor.FAIL),
        ("ab" * 30, doctor.FAIL),
        ("abcdefghijklmnopqrstuvwxyz1234567890", doctor.WARN),
        ("abcdefghijklmnopqrstuvwxyz1234567890ABCDEFGHIJKLMNOPQ", doctor.OK),
    ],
)
def test_a_weak_signing_key_is_found(settings: Any, key: str, expected: str) -> None:
    settings.SECRET_KEY = key
    finding = found("keys.strength")
    assert finding.state == expected
    assert key not in finding.cause + finding.mend
