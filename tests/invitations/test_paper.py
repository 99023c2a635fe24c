"""Letters and posters: set as PDF, their codes read back by a reader we did not write, kept shortly, on record."""

from __future__ import annotations

import io
import os
import stat
import threading
import zipfile
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from house import House
from invitations.conftest import SITE, add, add_units
from printed import codes_on
from sayso.invitations import letter_actions, printing
from sayso.invitations.models import BatchState, LetterBatch
from sayso.invitations.paper import LETTER, POSTER, letter, poster
from sayso.invitations.printing import Printer
from sayso.members.models import AccessKind, AccessRecord, Member
from sayso.members.rules import Refused
from sayso.members.ways_in.passes import letter_code, link_token
from sayso.web.languages import NAMES
from sayso.web.typesetting import CannotSet, set_pdf

pytestmark = pytest.mark.django_db

HERE = "/e/how-we-work/invitations/"


def press(**more: Any) -> bool:
    return Printer(worker="one", stop=threading.Event(), **more).round()


def want(house: House, **more: Any) -> LetterBatch:
    told = {"units": (), "is_for_all": False, "site": SITE, "by": house.members[0], **more}
    return letter_actions.want_letters(engagement=house.engagement, **told)


def test_each_letter_is_one_page_with_the_readers_own_way_in(house: House) -> None:
    people = add(house, 3, mail=False)
    Member.objects.filter(pk=people[1].pk).update(full_name="عمر الحسن", language="ar")
    people[1].refresh_from_db()
    told = [letter(member, house.engagement, site=SITE, unit_path="Care > Home care") for member in people]
    assert codes_on(LETTER, told) == [f"{SITE}/in/{link_token(member)}/?to=/e/how-we-work/" for member in people]
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(set_pdf(LETTER, told))).pages]
    assert len(pages) == 3
    assert letter_code(people[0]) in pages[0] and str(people[0].staff_number) in pages[0]
    assert f"{SITE}/code/" in pages[0] and people[0].full_name in pages[0] and "Home care" in pages[0]
    assert letter_code(people[1]) not in pages[0]


def test_names_are_never_read_as_markup_and_long_words_stay_on_the_page(house: House) -> None:
    (ann,) = add(house, 1, mail=False)
    Member.objects.filter(pk=ann.pk).update(full_name='#panic("x") $a$ *b* <c> \\ "' + "y" * 100, staff_number=None)
    ann.refresh_from_db()
    type(house.engagement).objects.update(title="A very long title about how we work " * 5)
    house.engagement.refresh_from_db()
    told = letter(ann, house.engagement, site=SITE, unit_path="Unit " * 30)
    reader = pypdf.PdfReader(io.BytesIO(set_pdf(LETTER, [told])))
    assert len(reader.pages) == 1 and '#panic("x") $a$ *b*' in reader.pages[0].extract_text()
    assert f"/in/{link_token(ann)}/" in reader.pages[0].extract_text(), "without a number there is the address to type"


@pytest.mark.parametrize("language", NAMES)
def test_a_poster_names_nobody_and_its_code_opens_the_first_page(house: House, language: str) -> None:
    add(house, 2)
    for paper in ("a4", "a3"):
        told = poster(house.engagement, site=SITE, language=language, paper=paper)
        assert codes_on(POSTER, told) == [f"{SITE}/e/how-we-work/"]
        (page,) = pypdf.PdfReader(io.BytesIO(set_pdf(POSTER, told))).pages
        assert "Pia" not in page.extract_text() and "/in/" not in page.extract_text()
        assert round(float(page.mediabox.width)) == {"a4": 595, "a3": 842}[paper]


def test_letters_are_for_those_whom_mail_does_not_reach(house: House) -> None:
    care, home, _ = add_units(house)
    add(house, 2, unit=home, mail=False)
    add(house, 3, unit=care)
    batch = want(house, units=(care,))
    assert press() and not press()
    batch.refresh_from_db()
    assert (batch.state, batch.n_letters, batch.n_done) == (BatchState.READY, 2, 2)
    path = letter_actions.file_of(batch)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(pypdf.PdfReader(path).pages) == 2
    with pytest.raises(Refused, match="no letter is needed"):
        want(house, units=(add_units_named(house),))


def add_units_named(house: House) -> Any:
    from sayso.members.actions import add_unit

    unit = add_unit(organisation=house.organisation, name="Mailed")
    add(house, 1, unit=unit)
    return unit


def test_many_letters_are_a_pile_of_parts_and_nobody_is_left_out(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr(printing, "PART", 4)
    people = add(house, 10, mail=False)
    batch = want(house)
    press()
    with zipfile.ZipFile(letter_actions.file_of(batch)) as pile:
        texts = [
            page.extract_text()
            for name in pile.namelist()
            for page in pypdf.PdfReader(io.BytesIO(pile.read(name))).pages
        ]
        assert pile.namelist() == ["letters-001.pdf", "letters-002.pdf", "letters-003.pdf"]
    assert len(texts) == 10
    assert all(any(letter_code(member) in text for text in texts) for member in people)


def test_a_fetched_file_goes_after_an_hour_and_an_unfetched_one_after_a_week(house: House) -> None:
    add(house, 1, mail=False)
    batch = want(house)
    press()
    client = Client()
    client.force_login(house.members[0])
    reply = client.post(f"{HERE}letters/{batch.pk}/")
    assert b"".join(reply).startswith(b"%PDF") and "attachment" in reply["Content-Disposition"]  # type: ignore[attr-defined]
    kinds = list(AccessRecord.objects.filter(kind=AccessKind.PASSES_PRINTED).values_list("detail", flat=True))
    assert kinds == ["1 letters asked for", "1 letters fetched"]
    now = timezone.now()
    assert letter_actions.delete_old_files(now=now + timedelta(minutes=59)) == 0
    assert letter_actions.delete_old_files(now=now + timedelta(minutes=61)) == 1
    assert not letter_actions.file_of(batch).exists()
    assert client.post(f"{HERE}letters/{batch.pk}/").status_code == 404
    batch.refresh_from_db()
    assert batch.state == BatchState.GONE
    other = want(house)
    press()
    assert letter_actions.delete_old_files(now=now + timedelta(days=6)) == 0
    assert letter_actions.delete_old_files(now=now + timedelta(days=8)) == 1
    assert not letter_actions.file_of(other).exists()


def test_a_dead_workers_batch_is_made_by_the_next_and_a_stopping_one_gives_it_back(house: House) -> None:
    add(house, 1, mail=False)
    batch = want(house)
    now = timezone.now()
    assert letter_actions.claim_batch(worker="dead", now=now, lease_s=60) == batch
    assert letter_actions.claim_batch(worker="two", now=now, lease_s=60) is None
    LetterBatch.objects.update(lease_until=now - timedelta(seconds=1))
    stop = threading.Event()
    stop.set()
    Printer(worker="stopping", stop=stop).round()
    batch.refresh_from_db()
    assert batch.state == BatchState.WAITING
    assert press()
    batch.refresh_from_db()
    assert batch.state == BatchState.READY
    half = f"{batch.pk}.{os.getpid()}"
    assert not (settings.DATA_DIR / "letters" / half).exists() and letter_actions.file_of(batch).exists()


def test_what_cannot_be_set_says_so_and_names_nobody(house: House, monkeypatch: Any) -> None:
    (ann,) = add(house, 1, mail=False)

    def broken(*_: object) -> bytes:
        raise CannotSet("TypstError")

    monkeypatch.setattr(printing, "set_pdf", broken)
    batch = want(house)
    press()
    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED and "Nothing is lost" in batch.trouble
    with pytest.raises(CannotSet):
        set_pdf(LETTER, [{"name": ann.full_name}])


def test_the_pages_of_letters_and_posters(house: House) -> None:
    add(house, 2, mail=False)
    client = Client()
    client.force_login(house.members[0])
    assert "ready to be printed" in client.get(HERE + "letters/").content.decode()
    client.post(HERE + "letters/", {"whom": "all"})
    assert LetterBatch.objects.get().n_letters == 2
    assert "2 letters" in client.get(HERE + "letters/").content.decode()
    assert "العربية" in client.get(HERE + "posters/").content.decode()
    reply = client.get(HERE + "posters/de/a3/")
    assert reply["Content-Type"] == "application/pdf" and reply.content.startswith(b"%PDF")
    assert client.get(HERE + "posters/xx/a4/").status_code == 404
