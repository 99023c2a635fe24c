"""Waves go out: to whom, in which words, once each, at the pace set, through every answer a mail server may give."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from house import House
from invitations.conftest import SITE, add, add_units, work
from invitations.sink import Sink
from sayso.engagements.models import Engagement, Phase
from sayso.invitations import actions, queries
from sayso.invitations.models import Invitation, Turn, Wave, WaveKind, WaveState
from sayso.invitations.worker import Sender
from sayso.mail.actions import mark_bouncing, take_slots
from sayso.mail.models import BouncingAddress, MailPace
from sayso.members.models import AccessKind, AccessRecord, Member
from sayso.members.rules import Refused
from sayso.members.ways_in.passes import link_token
from sayso.web.kept_told import in_words

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_in_the_units_and_below_gets_one_mail_each(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    care, home, roads = add_units(house)
    inside = add(house, 2, unit=care) + add(house, 3, unit=home)
    outside = add(house, 2, unit=roads)
    wave = sent(units=(care,))
    work()
    assert sink.by_recipient() == {str(member.email): 1 for member in inside}
    assert not {str(member.email) for member in outside} & set(sink.by_recipient())
    wave.refresh_from_db()
    assert (wave.state, wave.worker, wave.lease_until) == (WaveState.DONE, "", None)
    assert queries.progress_of(wave).left == 0


def test_the_mail_is_in_their_language_with_their_own_link(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    (ann,) = add(house, 1, language="Deutsch")
    (omar,) = add(house, 1, language="ar")
    (ida,) = add(house, 1, language="Klingon")
    sent()
    work()
    link = f"{SITE}/in/{link_token(ann)}/?to=/e/how-we-work/"
    german = sink.to(str(ann.email))
    assert "Guten Tag Pia," in german.text and link in german.text and "14. März 2027" in german.text
    html = german.message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f'href="{link}" dir="ltr"' in html and 'lang="de"' in html
    assert 'dir="rtl"' in sink.to(str(omar.email)).message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Hello Pia," in sink.to(str(ida.email)).text


def test_the_headers_say_what_machines_need(house: House, sink: Sink, sent: Callable[..., Wave], settings: Any) -> None:
    settings.MAIL_BOUNCES = "bounces@county.example"
    (ann,) = add(house, 1)
    sent()
    work()
    kept = sink.to(str(ann.email))
    assert kept.message["Auto-Submitted"] == "auto-generated"
    assert kept.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert str(kept.message["List-Unsubscribe"]).strip().startswith(f"<{SITE}/no-reminders/")
    assert str(kept.message["From"]) == "Sayso <say@county.example>"
    assert kept.message["Date"] and kept.name.endswith("@county.example>")
    assert kept.sender.startswith("bounces+i") and kept.sender.endswith("@county.example")


def test_names_and_titles_can_put_nothing_into_a_mail(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    (ann,) = add(house, 1)
    Member.objects.filter(pk=ann.pk).update(full_name="<script>x</script>{link}\r\nBcc:all@county.example Ann")
    Engagement.objects.filter(pk=house.engagement.pk).update(title="A <b>title</b>")
    sent()
    work()
    message = sink.to(str(ann.email)).message
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in html and "<b>title" not in html and "&lt;b&gt;title" in html
    assert message["Bcc"] is None and set(sink.by_recipient()) == {ann.email, "lead@county.example"}


def test_a_second_wave_is_for_those_not_yet_invited(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    care, _, _ = add_units(house)
    first = add(house, 2, unit=care)
    sent(units=(care,))
    work()
    add(house, 2)
    sent()
    work()
    counted = sink.by_recipient()
    assert set(counted.values()) == {1} and len(counted) == 5
    assert {str(member.email) for member in first} < set(counted)


@pytest.mark.parametrize("kind", WaveKind)
def test_two_waves_at_once_reach_nobody_twice(
    house: House, sink: Sink, sent: Callable[..., Wave], kind: WaveKind
) -> None:
    add(house, 30)
    waves = [sent(kind=kind) for _ in range(3)]
    threads = [threading.Thread(target=in_thread, args=(name,)) for name in ("one", "two", "three")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    work("last").close()
    assert len(sink.by_recipient()) == 31 and set(sink.by_recipient().values()) == {1}
    assert sorted(wave.invitations.count() for wave in waves) == [0, 0, 31]


def test_a_list_cut_off_while_it_was_drawn_up_is_made_whole(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    add(house, 9)
    wave = sent()
    claimed = actions.claim_wave(worker="dead", now=timezone.now(), lease_s=0)
    assert claimed == wave
    Invitation.objects.create(wave=wave, member=house.members[0])
    work()
    assert len(sink.by_recipient()) == 10 and set(sink.by_recipient().values()) == {1}


def test_who_has_no_working_mail_is_left_to_letters(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    add(house, 3, mail=False)
    (gone,) = add(house, 1)
    mark_bouncing(organisation=house.organisation, email=str(gone.email), status="5.1.1")
    wave = sent()
    work()
    progress = queries.progress_of(wave)
    assert (progress.done, progress.on_paper) == (1, 4)
    assert str(gone.email) not in sink.by_recipient()


def test_who_leaves_while_it_goes_on_gets_nothing(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    people = add(house, 5)
    wave = sent()
    sender = Sender(worker="one", stop=threading.Event())
    sender._take_one()
    Member.objects.filter(pk=people[0].pk).update(is_active=False)
    work_on(sender)
    assert str(people[0].email) not in sink.by_recipient()
    assert wave.invitations.get(member=people[0]).turn == Turn.ON_PAPER


def work_on(sender: Sender) -> None:
    while sender.round():
        pass


def test_the_pace_is_kept_by_two_workers_together_and_after_a_restart(
    house: House, sink: Sink, sent: Callable[..., Wave], settings: Any
) -> None:
    settings.MAIL_PER_MINUTE = 1_200
    care, _, roads = add_units(house)
    add(house, 20, unit=care)
    add(house, 20, unit=roads)
    sent(units=(care,))
    sent(units=(roads,))
    began = time.monotonic()
    threads = [threading.Thread(target=in_thread, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began >= 39 / 20 - 0.1
    assert sum(sink.by_recipient().values()) == 40
    free_at = MailPace.objects.get().free_at
    again = take_slots(number=10, per_minute=1_200, now=free_at - timedelta(seconds=5))
    assert again == free_at, "a new worker begins where the last one left the pace"


def in_thread(name: str) -> None:
    from django.db import connection

    work(name).close()
    connection.close()


def test_a_wave_stops_and_goes_on_where_it_was(
    house: House, sink: Sink, sent: Callable[..., Wave], settings: Any
) -> None:
    settings.MAIL_PER_MINUTE = 6_000
    add(house, 120)
    wave = sent()
    sender = work(rounds=1)
    assert 0 < len(sink.kept) < 121
    assert actions.stop_wave(wave=wave)
    before = len(sink.kept)
    work_on(sender)
    assert len(sink.kept) == before
    wave.refresh_from_db()
    assert (wave.state, wave.lease_until) == (WaveState.STOPPED, None)
    actions.send_wave(wave=wave, by=None, now=timezone.now())
    work("two")
    assert set(sink.by_recipient().values()) == {1} and len(sink.kept) == 121


def test_a_wave_waits_for_its_time_and_for_the_opening(house: House, sink: Sink) -> None:
    add(house, 1)
    wave = actions.make_wave(engagement=house.engagement, kind=WaveKind.INVITATION, site=SITE)
    actions.send_wave(wave=wave, by=None, now=timezone.now(), at=timezone.now() + timedelta(hours=1))
    work()
    assert sink.kept == []
    Wave.objects.update(send_at=timezone.now())
    Engagement.objects.update(phase=Phase.MANDATE)
    work()
    assert sink.kept == []
    Engagement.objects.update(phase=Phase.LISTEN)
    work()
    assert len(sink.kept) == 2


def test_an_address_the_server_does_not_know_is_marked_and_the_others_go_on(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    people = add(house, 4)
    sink.answers[str(people[1].email)] = ["550 5.1.1 no such user"]
    wave = sent()
    work()
    assert len(sink.kept) == 4
    assert wave.invitations.get(member=people[1]).turn == Turn.REFUSED
    assert list(BouncingAddress.objects.values_list("email", flat=True)) == [people[1].email]


def test_a_server_that_says_later_is_asked_later(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    people = add(house, 3)
    sink.answers[str(people[0].email)] = ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]
    sink.data_answers = ["452 4.3.1 no room"]
    wave = sent()
    sender = work()
    wave.refresh_from_db()
    assert wave.state == WaveState.SENDING
    assert len(sink.kept) == 2
    for _ in range(2):
        let_the_pause_pass(sender)
        work_on(sender)
    assert set(sink.by_recipient().values()) == {1} and len(sink.kept) == 4
    wave.refresh_from_db()
    assert wave.state == WaveState.DONE
    assert not BouncingAddress.objects.exists()


def let_the_pause_pass(sender: Sender) -> None:
    assert sender._giving is not None
    sender._giving._later = [(0.0, turn) for _, turn in sender._giving._later]


def until(claim: Callable[[], Any], sender: Sender) -> None:
    end = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < end
        if not sender.round():
            time.sleep(0.05)


def test_a_server_that_refuses_everything_stops_the_wave_and_says_so(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    add(house, 20)
    sink.data_answers = ["554 5.7.1 looks like spam"] * 40
    wave = sent()
    work()
    wave.refresh_from_db()
    assert wave.state == WaveState.STOPPED and "code 554" in in_words(wave.trouble)
    assert wave.invitations.filter(turn=Turn.WAITING).count() == 16
    assert not BouncingAddress.objects.exists()


def test_a_full_quota_makes_the_wave_wait_and_costs_nobody_a_try(
    house: House, sink: Sink, sent: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.invitations.rules.FIRST_PAUSE_S", 0.1)
    add(house, 30)
    sink.data_answers = ["452 4.5.3 too many today"] * 12
    wave = sent()
    sender = work()
    wave.refresh_from_db()
    assert wave.state == WaveState.SENDING and "code 452" in in_words(wave.trouble) and len(sink.data_answers) == 7
    until(lambda: len(sink.kept) == 31, sender)
    work_on(sender)
    assert set(sink.by_recipient().values()) == {1}
    assert not wave.invitations.exclude(turn=Turn.DONE).exists()


def test_while_the_server_is_away_nothing_is_lost(
    house: House, sent: Callable[..., Wave], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.invitations.rules.FIRST_PAUSE_S", 0.1)
    add(house, 3)
    sink = Sink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", sink.port, False
    wave = sent()
    sender = work()
    wave.refresh_from_db()
    assert wave.retry_at and "Nothing is lost" in in_words(wave.trouble) and "@" not in wave.trouble
    settings.MAIL_PER_MINUTE = 60_000
    with sink:
        until(lambda: len(sink.kept) == 4, sender)
        work_on(sender)
        assert set(sink.by_recipient().values()) == {1} and len(sink.kept) == 4
    sender.close()


def test_two_workers_never_hold_one_wave_and_a_dead_ones_is_taken_over(
    house: House, sink: Sink, sent: Callable[..., Wave]
) -> None:
    add(house, 3)
    wave = sent()
    now = timezone.now()
    assert actions.claim_wave(worker="one", now=now, lease_s=30) == wave
    assert actions.claim_wave(worker="two", now=now, lease_s=30) is None
    actions.fill_wave(wave=wave, today=now.date())
    first = wave.invitations.order_by("pk")[0]
    assert actions.begin_turn(turn=first.pk, wave=wave, worker="one")
    later = now + timedelta(seconds=31)
    assert actions.claim_wave(worker="two", now=later, lease_s=30) == wave
    first.refresh_from_db()
    wave.refresh_from_db()
    assert (first.turn, wave.n_doubtful) == (Turn.WAITING, 1)
    assert not actions.begin_turn(turn=first.pk, wave=wave, worker="one"), "the dead one has come back too late"


def test_the_one_in_the_air_is_sent_again_under_the_same_name(
    house: House, sink: Sink, sent: Callable[..., Wave], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the server took the message and before that was written down: the rule of the decision record."""
    (ann,) = add(house, 1)
    Member.objects.filter(pk=house.members[0].pk).update(email=None)
    wave = sent()

    class Killed(BaseException):
        pass

    def dies(**_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("sayso.invitations.actions.end_turn", dies)
        with pytest.raises(Killed):
            work()
    assert len(sink.kept) == 1
    Wave.objects.update(lease_until=timezone.now())
    work("two")
    assert [kept.to for kept in sink.kept] == [ann.email, ann.email]
    assert len({kept.name for kept in sink.kept}) == 1
    wave.refresh_from_db()
    assert (wave.state, wave.n_doubtful) == (WaveState.DONE, 1)


def test_sending_is_on_record_and_what_was_sent_stays(house: House, sink: Sink, sent: Callable[..., Wave]) -> None:
    add(house, 1)
    wave = sent()
    access = AccessRecord.objects.get(kind=AccessKind.INVITATIONS_SENT)
    assert access.by == house.members[0] and "2 people" in access.detail
    wave.refresh_from_db()
    with pytest.raises(Refused):
        actions.drop_wave(wave=wave)
    with pytest.raises(Refused):
        actions.send_wave(wave=wave, by=None, now=timezone.now())
    assert Invitation.objects.count() == 0
