"""In which language a page is: one's own choice first, then one's record, then the browser's of the engagement's."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from house import House, draft_house, open_house
from sayso.engagements.models import Engagement, RoleName
from sayso.engagements.roles.actions import grant_role
from sayso.members.models import Member

COOKIE = settings.LANGUAGE_COOKIE_NAME
FROM_US = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@pytest.fixture
def house(db: None) -> House:
    house = open_house(people=3)
    Engagement.objects.filter(pk=house.engagement.pk).update(languages=["es", "ar"])
    return house


def language_of_page(client: Client, address: str, asks: str = "") -> tuple[str, str]:
    reply = client.get(address, **({"HTTP_ACCEPT_LANGUAGE": asks} if asks else {}), follow=True)
    assert reply.status_code == 200
    head = reply.content.decode().partition("<head>")[0]
    assert reply["Content-Language"] == head.partition('lang="')[2].partition('"')[0]
    return reply["Content-Language"], head.partition('dir="')[2].partition('"')[0]


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def here(house: House) -> str:
    return f"/e/{house.engagement.slug}/"


def test_the_browser_chooses_among_the_languages_of_the_engagement(house: House) -> None:
    ann = signed_in(house.members[0])
    assert language_of_page(ann, here(house), "de-AT,de;q=0.9,ar;q=0.5") == ("ar", "rtl")
    assert language_of_page(ann, here(house), "fr") == ("es", "ltr"), "the first it has"
    assert language_of_page(ann, here(house)) == ("es", "ltr")


def test_what_stands_on_the_record_comes_before_the_browser(house: House) -> None:
    ann = house.members[0]
    Member.objects.filter(pk=ann.pk).update(language="Deutsch")
    assert language_of_page(signed_in(ann), here(house), "ar") == ("de", "ltr")


def test_an_own_choice_comes_before_everything_and_goes_on_the_record(house: House) -> None:
    ann = signed_in(house.members[0])
    reply = ann.post("/language/", {"language": "ar", "next": here(house)}, **FROM_US)
    assert (reply.status_code, reply["Location"]) == (302, here(house))
    assert language_of_page(ann, here(house), "de") == ("ar", "rtl")
    assert Member.objects.get(pk=house.members[0].pk).language == "العربية"
    assert language_of_page(signed_in(Member.objects.get(pk=house.members[0].pk)), here(house), "de")[0] == "ar"


def test_somebody_not_signed_in_keeps_a_choice_in_the_browser(house: House) -> None:
    nobody = Client()
    assert language_of_page(nobody, "/accounts/login/code/", "es")[0] == "es"
    nobody.post("/language/", {"language": "de", "next": "/privacy/"}, **FROM_US)
    cookie = nobody.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("de", True, "Lax")
    assert language_of_page(nobody, "/privacy/", "es")[0] == "de"


@pytest.mark.parametrize("language", ["xx", "", "<script>", "de-AT", "fr"])
def test_a_language_we_do_not_have_changes_nothing(house: House, language: str) -> None:
    ann = signed_in(house.members[0])
    reply = ann.post("/language/", {"language": language, "next": "https://elsewhere.example/"}, **FROM_US)
    assert (reply.status_code, reply["Location"]) == (302, "/")
    assert COOKIE not in ann.cookies
    assert Member.objects.get(pk=house.members[0].pk).language == house.members[0].language


def test_another_site_cannot_choose_for_somebody(house: House) -> None:
    ann = signed_in(house.members[0])
    ann.post("/language/", {"language": "ar"}, HTTP_SEC_FETCH_SITE="cross-site")
    assert COOKIE not in ann.cookies
    assert Client().get("/language/").status_code == 405


def test_a_record_in_the_same_language_keeps_its_own_words(house: House) -> None:
    Member.objects.filter(pk=house.members[0].pk).update(language="German (Austria)")
    Member.objects.filter(pk=house.members[0].pk).update(language="de-AT")
    signed_in(house.members[0]).post("/language/", {"language": "de"}, **FROM_US)
    assert Member.objects.get(pk=house.members[0].pk).language == "de-AT"


def test_the_kiosk_forgets_the_language_with_the_person(house: House) -> None:
    grant_role(engagement=house.engagement, member=house.members[0], name=RoleName.LEAD)
    kiosk = signed_in(house.members[0])
    kiosk.post(f"{here(house)}kiosk/")
    assert language_of_page(kiosk, f"{here(house)}kiosk/", "ar")[0] == "ar"
    kiosk.post("/language/", {"language": "de", "next": f"{here(house)}kiosk/"}, **FROM_US)
    assert language_of_page(kiosk, f"{here(house)}kiosk/", "ar")[0] == "de"
    kiosk.post(f"{here(house)}kiosk/done/")
    assert language_of_page(kiosk, f"{here(house)}kiosk/", "ar")[0] == "ar"


def test_each_page_offers_every_language_by_its_own_name(house: House) -> None:
    page = signed_in(house.members[0]).get(here(house)).content.decode()
    for code, name in settings.LANGUAGES:
        assert f'value="{code}" lang="{code}"' in page and f">{name}</button>" in page


def test_the_link_to_come_in_is_mailed_in_the_language_it_was_asked_for(house: House) -> None:
    nobody = Client()
    nobody.cookies[COOKIE] = "ar"
    nobody.post("/accounts/login/code/", {"email": house.members[0].email})
    assert mail.outbox[0].subject == "رابط دخولك"
    assert "ادخل" in mail.outbox[0].body


def test_days_and_counted_things_are_written_as_the_language_does(house: House) -> None:
    ann = signed_in(house.members[0])
    for language, day in (
        ("de", "14. März 2027"),
        ("es", "14 de marzo de 2027"),
        ("ar", "14 مارس 2027"),
        ("en", "14 March 2027"),
    ):
        Engagement.objects.filter(pk=house.engagement.pk).update(answers_due="2027-03-14")
        ann.cookies[COOKIE] = language
        assert day in ann.get(here(house)).content.decode()


def test_before_the_opening_a_lead_is_spoken_to_in_their_language_too(db: None) -> None:
    draft = draft_house()
    Member.objects.filter(pk=draft.lead.pk).update(language="es")
    assert (
        language_of_page(signed_in(Member.objects.get(pk=draft.lead.pk)), f"/e/{draft.engagement.slug}/prepare/")[0]
        == "es"
    )
