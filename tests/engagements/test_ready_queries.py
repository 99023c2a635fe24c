"""A ready query gives what Django's own gives, on both databases, and asks it once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, models
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from house import House
from sayso.engagements.models import Engagement, Event, Participant, Statement, StatementState
from sayso.engagements.queries import place_called
from sayso.web.ready_queries import ReadyQuery

pytestmark = pytest.mark.django_db


def fields(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_whole_with_their_dates_lists_and_payloads(led: House) -> None:
    by_slug = ReadyQuery(lambda slug: Engagement.objects.filter(slug=slug))
    for _ in range(2):
        found = by_slug.first(led.engagement.slug)
        assert found is not None and fields(found) == fields(Engagement.objects.get(pk=led.engagement.pk))
    events = ReadyQuery(lambda pk: Event.objects.filter(engagement=pk).order_by("pk"))(led.engagement.pk)
    assert [fields(event) for event in events] == [fields(event) for event in Event.objects.order_by("pk")]


def test_another_value_another_answer(led: House) -> None:
    by_number = ReadyQuery(lambda pk: Participant.objects.filter(pk=pk))
    for participant in led.participants:
        assert by_number(participant.pk) == [participant]
    assert by_number(0) == [] and by_number.first(0) is None


def test_as_many_values_as_are_given_each_in_its_place(led: House) -> None:
    some = ReadyQuery(lambda *numbers: Statement.objects.filter(pk__in=numbers).order_by("pk"))
    numbers = [statement.pk for statement in led.statements]
    assert [row.pk for row in some(*numbers)] == sorted(numbers)
    assert [row.pk for row in some(numbers[1], 5)] == [numbers[1]]
    either = ReadyQuery(lambda slug, pk: Engagement.objects.filter(Q(pk=pk) | Q(slug=slug)))
    assert either("nowhere", led.engagement.pk) == either(led.engagement.slug, 0) == [led.engagement]


def test_what_is_joined_comes_along_and_what_changed_is_seen(led: House, django_assert_num_queries: Any) -> None:
    number = led.statements[0].pk
    shown = ReadyQuery(
        lambda pk: Statement.objects.select_related("topic").filter(pk=pk, state=StatementState.PUBLISHED)
    )
    shown(number)
    with django_assert_num_queries(1):
        assert shown(number)[0].topic == led.statements[0].topic
    Statement.objects.filter(pk=number).update(state=StatementState.WAITING)
    assert shown(number) == []


def test_columns_come_as_tuples_in_their_order(led: House) -> None:
    listed = ReadyQuery(
        lambda engagement: Statement.objects.filter(engagement=engagement).order_by("pk").values_list("state", "pk")
    )
    asked = Statement.objects.filter(engagement=led.engagement.pk).order_by("pk").values_list("state", "pk")
    assert listed(led.engagement.pk) == list(asked) and isinstance(listed(led.engagement.pk)[0], tuple)


def test_a_value_that_does_not_stand_as_it_was_given_is_refused(led: House) -> None:
    with pytest.raises(ValueError, match="as it was given"):
        ReadyQuery(lambda text: Statement.objects.filter(text__contains=text))("%")


def test_the_sql_is_put_together_once(led: House) -> None:
    asked = 0

    def ask(pk: int) -> models.QuerySet[Engagement, Engagement]:
        nonlocal asked
        asked += 1
        return Engagement.objects.filter(pk=pk)

    ready = ReadyQuery(ask)
    with CaptureQueriesContext(connection) as queries:
        ready(1), ready(2), ready(led.engagement.pk)
    assert asked == 1 and len(queries) == 3


@pytest.mark.django_db(transaction=True)
def test_what_one_thread_made_ready_another_asks(led: House) -> None:
    ready = ReadyQuery(lambda slug: Engagement.objects.filter(slug=slug))
    ready(led.engagement.slug)
    found: list[Engagement] = []

    def ask() -> None:
        found.extend(ready(led.engagement.slug))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert [fields(one) for one in found] == [fields(Engagement.objects.get(pk=led.engagement.pk))]


def test_a_place_is_the_participant_with_the_engagement_or_nothing(led: House, django_assert_num_queries: Any) -> None:
    slug, member = led.engagement.slug, led.members[1]
    place_called(slug, member)
    with django_assert_num_queries(1):
        found = place_called(slug, member)
        assert found is not None and (found, found.engagement) == (led.participants[1], led.engagement)
    assert fields(found.engagement) == fields(Engagement.objects.get(pk=led.engagement.pk))
    with django_assert_num_queries(0):
        nowhere = ["nowhere", "", "../keys", "a\x00b"]
        assert [place_called(one, member) for one in nowhere] == [None] * 4
        assert place_called(slug, AnonymousUser()) is None
