"""When a distillation is due, who may make it, and what becomes of one that goes wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from house import House, open_house
from sayso.distillations import actions, queries
from sayso.distillations.distilling import Made, distil_engagement
from sayso.distillations.models import Heartbeat, Job, JobState, Place, Snapshot
from sayso.engagements import actions as engagement_actions
from sayso.engagements.models import Event
from sayso.members.leases import LeaseLost, put_down, renew

Work = Callable[[], None]

pytestmark = pytest.mark.django_db
LEASE_S = 30.0


def due(at: datetime) -> list[str]:
    return [engagement.slug for engagement in queries.due_engagements(at)]


def last_event_at() -> datetime:
    return Event.objects.latest("pk").created_at


def after(seconds: float) -> datetime:
    return last_event_at() + timedelta(seconds=seconds)


# Due


def test_nothing_said_is_not_due() -> None:
    open_house()
    assert due(timezone.now() + timedelta(hours=1)) == []


def test_a_vote_is_due_once_it_is_quiet(new_house: Callable[..., House]) -> None:
    house = new_house(people=1, statements=1)
    house.vote(0, 0, 1)
    assert due(after(1.9)) == []
    assert due(after(2.0)) == [house.engagement.slug]


def test_steady_votes_do_not_wait_for_ever(new_house: Callable[..., House]) -> None:
    house = new_house(people=1, statements=1)
    house.vote(0, 0, 1)
    Event.objects.update(created_at=timezone.now() - timedelta(seconds=16))
    house.vote(0, 0, -1)
    assert due(after(0.1)) == [house.engagement.slug]


def test_what_changes_no_figure_makes_nothing_due(distilled: House) -> None:
    distilled.add_people(1)
    engagement_actions.say_statement(participant=distilled.participants[0], topic=distilled.topic, text="One more.")
    assert due(after(3600)) == []


def test_a_snapshot_makes_not_due_and_the_next_vote_due_again(distilled: House) -> None:
    assert due(after(3600)) == []
    distilled.vote(0, 0, 0)
    assert due(after(3600)) == [distilled.engagement.slug]


def test_an_open_job_is_not_wanted_twice(house: House) -> None:
    first = actions.want_distillation(engagement=house.engagement)
    assert due(after(3600)) == []
    assert actions.want_distillation(engagement=house.engagement) == first
    assert Job.objects.count() == 1


# Claim


def test_a_job_is_claimed_once(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    now = timezone.now()
    job = actions.claim_job(worker="a", now=now, lease_s=LEASE_S)
    assert job is not None
    assert (job.state, job.worker, job.attempts) == (JobState.RUNNING, "a", 1)
    assert actions.claim_job(worker="b", now=now, lease_s=LEASE_S) is None


def test_a_lease_that_ran_out_frees_the_job_and_stops_the_first_worker(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    now = timezone.now()
    slow = actions.claim_job(worker="a", now=now, lease_s=LEASE_S)
    made = distil_engagement(house.engagement)
    later = now + timedelta(seconds=LEASE_S + 1)
    second = actions.claim_job(worker="b", now=later, lease_s=LEASE_S)
    assert slow is not None and second is not None
    assert second.attempts == 2
    with pytest.raises(LeaseLost):
        actions.report_progress(job=slow, progress=0.5, step="")
    with pytest.raises(LeaseLost):
        actions.finish_job(job=slow, made=made, now=later)
    assert Snapshot.objects.count() == 0
    actions.finish_job(job=second, made=made, now=later)
    assert Snapshot.objects.count() == 1


def test_a_kept_lease_keeps_the_job(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    now = timezone.now()
    job = actions.claim_job(worker="a", now=now, lease_s=LEASE_S)
    assert job is not None
    halfway = now + timedelta(seconds=20)
    renew(job, now=halfway, lease_s=LEASE_S)
    actions.report_progress(job=job, progress=0.5, step="the map of opinion")
    assert actions.claim_job(worker="b", now=now + timedelta(seconds=40), lease_s=LEASE_S) is None
    job.refresh_from_db()
    assert (job.progress, job.step) == (0.5, "the map of opinion")


def test_a_job_given_back_is_free_at_once_and_costs_no_attempt(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    job = actions.claim_job(worker="a", now=timezone.now(), lease_s=LEASE_S)
    assert job is not None
    put_down(job)
    again = actions.claim_job(worker="b", now=timezone.now(), lease_s=LEASE_S)
    assert again is not None and again.attempts == 1


def test_a_failing_job_is_tried_five_times_with_growing_pauses_then_given_up(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    now = timezone.now()
    for attempt in range(1, 6):
        job = actions.claim_job(worker="a", now=now, lease_s=LEASE_S)
        assert job is not None and job.attempts == attempt
        actions.fail_job(job=job, error="ZeroDivisionError: planted", now=now)
        assert actions.claim_job(worker="a", now=now, lease_s=LEASE_S) is None
        now += timedelta(seconds=2**attempt)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "ZeroDivisionError: planted")
    assert queries.failed_jobs() == [job]


def test_after_a_failure_for_good_only_news_makes_due(house: House) -> None:
    Job.objects.create(engagement=house.engagement, state=JobState.FAILED, finished_at=timezone.now(), attempts=5)
    assert due(after(3600)) == []
    house.vote(0, 0, 0)
    assert due(after(3600)) == [house.engagement.slug]


def test_a_job_that_killed_five_workers_is_given_up(house: House) -> None:
    actions.want_distillation(engagement=house.engagement)
    now = timezone.now()
    for _ in range(5):
        assert actions.claim_job(worker="a", now=now, lease_s=LEASE_S) is not None
        now += timedelta(seconds=LEASE_S + 1)
    assert actions.claim_job(worker="a", now=now, lease_s=LEASE_S) is None
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert "5 times" in job.error


# Finish


@pytest.fixture
def claimed(house: House) -> tuple[House, Job, Made]:
    actions.want_distillation(engagement=house.engagement)
    job = actions.claim_job(worker="a", now=timezone.now(), lease_s=LEASE_S)
    assert job is not None
    return house, job, distil_engagement(house.engagement)


def test_a_finished_job_leaves_snapshot_and_places(claimed: tuple[House, Job, Made]) -> None:
    house, job, made = claimed
    snapshot = actions.finish_job(job=job, made=made, now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert snapshot.body == made.distillation.to_json()
    assert snapshot.last_event == Event.objects.latest("pk").pk
    assert set(Place.objects.values_list("participant_id", flat=True)) == {p.pk for p in house.participants}


def test_only_those_with_enough_votes_have_a_place(new_house: Callable[..., House], work: Work) -> None:
    house = new_house(people=4, statements=8)
    house.everybody_votes()
    house.add_people(1)
    for number in range(6):
        house.vote(4, number, 1)
    work()
    assert not Place.objects.filter(participant=house.participants[4]).exists()
    assert Place.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_when_places_cannot_be_written(claimed: tuple[House, Job, Made]) -> None:
    house, job, made = claimed
    house.participants[3].votes.all().delete()
    house.participants[3].delete()
    with pytest.raises(IntegrityError):
        actions.finish_job(job=job, made=made, now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.RUNNING
    assert (Snapshot.objects.count(), Place.objects.count()) == (0, 0)


def test_places_of_the_map_before_are_forgotten(distilled: House, work: Work) -> None:
    first = Snapshot.objects.get()
    for person in range(len(distilled.participants)):
        distilled.vote(person, 0, 0)
    distilled.seed(1)
    for person in range(len(distilled.participants)):
        distilled.vote(person, 8, 1)
    work()
    assert Snapshot.objects.count() == 2
    assert not Place.objects.filter(snapshot=first).exists()
    assert Place.objects.count() == len(distilled.participants)


def test_while_little_is_new_the_shown_map_keeps_its_places(distilled: House, work: Work) -> None:
    first = Snapshot.objects.get()
    distilled.vote(0, 0, 0)
    work()
    newest = queries.latest_snapshot(distilled.engagement)
    assert newest is not None and newest != first
    assert json.loads(newest.published)["last_event"] == first.last_event
    assert set(Place.objects.values_list("snapshot_id", flat=True)) == {first.pk}


def test_a_newcomer_has_a_place_though_the_map_stands_still(distilled: House, work: Work) -> None:
    first = Snapshot.objects.get()
    distilled.add_people(1)
    for number in range(8):
        distilled.vote(20, number, 1 if number % 2 else -1)
    distilled.seed(3)
    for person in range(5):
        distilled.vote(person, 9, 1)
    work()
    newest = queries.latest_published(distilled.engagement)
    assert newest is not None and newest.body["last_event"] == first.last_event
    assert newest.body["n_participants"] == 20, "one more would be this one"
    place = Place.objects.get(participant=distilled.participants[20])
    assert place.snapshot == first
    # The newcomer voted with the even-numbered half, and stands on their side.
    same = [p.x for p in Place.objects.filter(participant__in=distilled.participants[:20:2])]
    other = [p.x for p in Place.objects.filter(participant__in=distilled.participants[1:20:2])]
    assert abs(place.x - sum(same) / 10) < abs(place.x - sum(other) / 10)


def test_old_snapshots_are_thinned_to_one_an_hour(distilled: House, work: Work) -> None:
    shown = Snapshot.objects.get()
    old = timezone.now().replace(minute=10) - timedelta(hours=5)
    for number in range(30):
        made = Snapshot.objects.create(
            engagement=distilled.engagement,
            last_event=-number - 1,
            engine_version="0",
            seed=1,
            input_digest="",
            body="{}",
            published=shown.published,
        )
        Snapshot.objects.filter(pk=made.pk).update(created_at=old + timedelta(minutes=number % 2, hours=number % 3))
    distilled.vote(0, 0, 0)
    work()
    # The newest 20, and beyond them at most one for each hour not seen yet.
    assert 20 <= Snapshot.objects.count() <= 23
    assert Snapshot.objects.filter(pk=shown.pk).exists()


def test_a_heartbeat_is_one_row_a_worker() -> None:
    began = timezone.now()
    for seconds in (0, 5):
        actions.beat(worker="a", started_at=began, now=began + timedelta(seconds=seconds))
    heartbeat = Heartbeat.objects.get()
    assert heartbeat.beat_at == began + timedelta(seconds=5)
    actions.beat(worker="b", started_at=began, now=began + timedelta(days=2))
    assert Heartbeat.objects.get().worker == "b"
