"""The guardian's pages: the key and its end, wishes to be erased; and what members read afterwards."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from custody.conftest import close, distil, follow
from house import House
from sayso.custody import actions as custody
from sayso.custody.models import CustodyJob, ErasureWish, WishState
from sayso.engagements.models import Event, Participant, Vote
from sayso.engagements.queries import participant_of
from sayso.members.models import AccessKind, AccessRecord
from sayso.members.pseudonyms import key_path

pytestmark = pytest.mark.django_db(transaction=True)

HERE = "/e/how-we-work/custody/"


def client_of(house: House, person: int) -> Client:
    client = Client()
    client.force_login(house.members[person])
    return client


def destroy(house: House, title: str = "How we work together") -> Client:
    client = client_of(house, 1)
    client.reply = client.post(f"{HERE}destroy/", {"title": title})  # type: ignore[attr-defined]
    return client


@pytest.fixture
def ready(closed: House) -> House:
    assert custody.publish_ballots(engagement=closed.engagement)
    return closed


@pytest.mark.parametrize("page", ["", "log/", "log.csv", "erasures/"])
@pytest.mark.parametrize("person", [0, 5])
def test_to_anybody_else_there_is_no_such_page(guarded: House, page: str, person: int) -> None:
    assert client_of(guarded, person).get(HERE + page).status_code == 404
    assert client_of(guarded, 1).get(HERE + page).status_code == 200


def test_their_tabs_lead_to_what_goes_outside_which_they_may_end(guarded: House) -> None:
    guardian, here = client_of(guarded, 1), HERE.removesuffix("custody/")
    for page in (f"{here}elsewhere/", f"{here}mail/"):
        assert f'href="{page}"' in guardian.get(HERE).content.decode()
        assert f'href="{page}" aria-current="page"' in guardian.get(page).content.decode()


def test_the_page_tells_where_the_key_is_and_who_could_read_it(guarded: House) -> None:
    page = client_of(guarded, 1).get(HERE).content.decode()
    assert str(key_path("how-we-work")) in page and "That user, and whoever administers the server." in page
    key_path("how-we-work").chmod(0o644)
    assert "Others on the server as well." in client_of(guarded, 1).get(HERE).content.decode()
    key_path("how-we-work").unlink()
    assert "The key is not there, and nobody destroyed it here." in client_of(guarded, 1).get(HERE).content.decode()


def test_the_key_stays_until_all_is_closed_counted_and_published(guarded: House) -> None:
    assert "The lead closes it." in destroy(guarded).reply.content.decode()  # type: ignore[attr-defined]
    distil()
    close(guarded)
    assert "ballot record is not made yet" in destroy(guarded).reply.content.decode()  # type: ignore[attr-defined]
    client_of(guarded, 4).get("/e/how-we-work/ballots/")
    follow()
    custody.wish_erasure(engagement=guarded.engagement, member=guarded.members[6])
    assert "Somebody still wishes to be erased." in destroy(guarded).reply.content.decode()  # type: ignore[attr-defined]
    assert key_path("how-we-work").exists()


def test_another_title_destroys_nothing(ready: House) -> None:
    reply = destroy(ready, "How we work").reply  # type: ignore[attr-defined]
    assert reply.status_code == 422 and "The title is not the same." in reply.content.decode()
    assert key_path("how-we-work").exists()
    assert 'value="How we work"' in reply.content.decode()


def test_the_key_goes_and_pages_say_so(ready: House) -> None:
    client = destroy(ready, "  how we WORK together ")
    assert client.reply.status_code == 302  # type: ignore[attr-defined]
    assert not key_path("how-we-work").exists()
    assert AccessRecord.objects.get(kind=AccessKind.KEY_DESTROYED).by == ready.members[1]
    page = client.get(HERE).content.decode()
    assert "The key is destroyed" in page and "Order and moments go now" in page and "is gone as well" not in page
    follow()
    page = client.get(HERE).content.decode()
    assert "Order and moments go now" not in page and "is gone as well" in page
    member = client_of(ready, 5)
    for page in ("mine/", "mine/answers/", "cards/", "ballots/receipt/", "leave/"):
        reply = member.get(f"/e/how-we-work/{page}")
        assert reply.status_code == 410 and "Nobody can tell any more" in reply.content.decode(), page
    assert "How we work together" in member.get("/e/how-we-work/results/").content.decode()
    assert "Since" in member.get("/mine/data/").content.decode()
    assert "Every vote in the published count is here" in member.get("/e/how-we-work/ballots/").content.decode()


def test_a_copy_of_the_key_put_back_opens_nothing_and_is_told(ready: House) -> None:
    kept = key_path("how-we-work").read_bytes()
    client = destroy(ready)
    key_path("how-we-work").write_bytes(kept)
    assert "The worker removes it." in client.get(HERE).content.decode()
    follow()
    assert not key_path("how-we-work").exists()
    key_path("how-we-work").write_bytes(kept)
    assert "Somebody put a copy back" in client.get(HERE).content.decode()
    assert client_of(ready, 5).get("/e/how-we-work/mine/").status_code == 410
    assert "found: you" not in client_of(ready, 5).get("/e/how-we-work/ballots/").content.decode()
    again = destroy(ready)
    assert again.reply.status_code == 302 and not key_path("how-we-work").exists()  # type: ignore[attr-defined]


def test_the_page_tells_how_far_it_is_and_when_nobody_works_on_it(ready: House) -> None:
    client = destroy(ready)
    AccessRecord.objects.all().delete()
    asked = client.get(HERE, headers={"HX-Request": "true"})
    assert "It begins in a moment." in asked.content.decode() and "<html" not in asked.content.decode()
    assert not AccessRecord.objects.exists(), "an open page is one look, however often it asks"
    CustodyJob.objects.filter(kind="seal").update(lease_until=timezone.now() - timedelta(minutes=1))
    assert "start <code>sayso worker</code>" in client.get(HERE).content.decode()
    follow()
    assert client.get(HERE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_what_failed_is_told_and_tried_again_where_it_was(ready: House) -> None:
    client = destroy(ready)
    CustodyJob.objects.filter(kind="seal").update(state="failed", told="The disk is full.")
    page = client.get(HERE).content.decode()
    assert "The disk is full." in page and "Try again" in page
    assert client_of(ready, 0).post(HERE + "again/").status_code == 404
    assert client.post(HERE + "again/").status_code == 302
    follow()
    assert CustodyJob.objects.get(kind="seal").state == "done"


def test_a_file_that_could_not_be_removed_at_once_is_removed_by_the_worker(
    ready: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*, engagement_slug: str) -> None:
        raise PermissionError(engagement_slug)

    with monkeypatch.context() as patch:
        patch.setattr(custody, "destroy_key", refused)
        client = destroy(ready)
    assert key_path("how-we-work").exists()
    assert client_of(ready, 5).get("/e/how-we-work/mine/").status_code == 410, "nothing is derived from it any more"
    assert "The worker removes it." in client.get(HERE).content.decode()
    follow()
    assert not key_path("how-we-work").exists() and "The key is destroyed" in client.get(HERE).content.decode()


# Wishes to be erased


def test_a_wish_is_asked_taken_back_and_asked_again(guarded: House) -> None:
    member = client_of(guarded, 5)
    address = "/e/how-we-work/erasure/"
    member.post(address, {"wish": "ask"})
    member.post(address, {"wish": "ask"})
    assert ErasureWish.objects.count() == 1
    assert "You asked on" in member.get(address).content.decode()
    assert "Person 6" in client_of(guarded, 1).get(HERE + "erasures/").content.decode()
    member.post(address, {"wish": "back"})
    assert ErasureWish.objects.count() == 0


def test_carried_out_it_leaves_no_name_and_no_way(guarded: House) -> None:
    before = participant_of(guarded.members[5], guarded.engagement)
    assert before is not None
    wish = custody.wish_erasure(engagement=guarded.engagement, member=guarded.members[5])
    client = client_of(guarded, 1)
    client.post(f"{HERE}erasures/{wish.pk}/")
    wish.refresh_from_db()
    assert (wish.state, wish.member) == (WishState.CARRIED_OUT, None)
    assert participant_of(guarded.members[5], guarded.engagement) is None
    assert not Vote.objects.filter(participant=before).exists()
    assert Participant.objects.get(pk=before.pk).pseudonym != before.pseudonym
    page = client.get(HERE + "erasures/").content.decode()
    assert "Person 6" not in page and "Nobody waits." in page
    about = AccessRecord.objects.get(kind=AccessKind.ERASED)
    traces = [about.detail, *map(json.dumps, Event.objects.values_list("payload", flat=True))]
    assert [trace for trace in traces if "Person 6" in trace or f'"member": {guarded.members[5].pk}' in trace] == []
    client.post(f"{HERE}erasures/{wish.pk}/")
    assert Event.objects.filter(kind="participant_cut_off").count() == 1


def test_a_wish_is_seen_by_the_guardian_alone(guarded: House) -> None:
    wish = custody.wish_erasure(engagement=guarded.engagement, member=guarded.members[5])
    assert client_of(guarded, 0).post(f"{HERE}erasures/{wish.pk}/").status_code == 404
    assert ErasureWish.objects.get().state == WishState.OPEN
