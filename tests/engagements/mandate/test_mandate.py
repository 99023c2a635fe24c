"""A mandate is typed into: kept as typed, taken over once it can be used, told where two write at once."""

from __future__ import annotations

import pytest

from house import Draft, draft_house, open_house, write, written
from sayso.engagements import rules
from sayso.engagements.mandate import actions as mandate_actions
from sayso.engagements.mandate.fields import MOST_TOPICS, PROMISES
from sayso.engagements.mandate.queries import fields_shown, mark_of, what_is_missing
from sayso.engagements.models import Engagement, Event, Phase, RoleName
from sayso.engagements.rules import Refused
from sayso.members.actions import add_member, add_organisation
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Draft:
    return draft_house()


def missing(engagement: Engagement) -> list[str]:
    return [one.text for one in what_is_missing(engagement)]


def test_a_keeper_begins_and_leads_and_nobody_else_can(draft: Draft) -> None:
    engagement = draft.engagement
    assert (engagement.slug, engagement.phase, engagement.is_opened) == ("how-we-work", Phase.MANDATE, False)
    assert list(engagement.roles.held().values_list("member", "name")) == [(draft.lead.pk, RoleName.LEAD)]
    assert [event.kind for event in engagement.events.all()] == ["mandate_begun"]
    with pytest.raises(Refused, match="Only roster keepers"):
        mandate_actions.begin_engagement(title="Mine", by=draft.members[1])
    assert Engagement.objects.count() == 1


@pytest.mark.parametrize(
    ("title", "slug"),
    [("How we work", "how-we-work-2"), ("كيف نعمل", "our-say"), ("<b>!</b>", "bb"), ("x" * 80, "x" * 50)],
)
def test_an_address_is_made_of_any_name_and_never_twice(draft: Draft, title: str, slug: str) -> None:
    assert mandate_actions.begin_engagement(title=title, by=draft.lead).slug == slug


def test_a_new_mandate_lacks_everything_that_opening_needs_and_a_written_one_nothing(draft: Draft) -> None:
    begun = mandate_actions.begin_engagement(title="Another", by=draft.lead)
    assert missing(begun) == [
        "Say which problem you are solving.",
        "Say what is open.",
        "Say what is fixed.",
        "Say who decides.",
        "Say by when people will have answers.",
        "Say when listening begins.",
        "Say when listening ends.",
        "Add a topic: a question people can say something about.",
    ]
    assert missing(draft.engagement) == []


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("answers_due", written(-1), "The reply date is in the past."),
        ("answers_due", written(14), "Answers are promised before listening ends."),
        ("answers_due", "soon", "Answers by: “soon” is no date."),
        ("answers_due", "31.2.2027", "“31.2.2027” is no date."),
        ("listen__ends", written(-1), "Listen would end in the past."),
        ("listen__begins", written(20), "Listen ends before it begins."),
        ("map__begins", written(3), "Listen begins before map does."),
        ("title", "  ", "It needs a short name."),
        ("title", "x" * 90, "10 characters too long"),
        ("objective", "\u200b", "Say which problem you are solving."),
        ("languages", "", "Pick at least one language."),
        ("languages", "en,klingon", "Pick from these."),
        ("identity_level", "everybody", "Pick one of these."),
        ("min_group_scores", "4", "Write a number from 5 to 500."),
        ("min_group_words", "9", "Write a number from 10 to 500."),
        ("min_votes_to_place", "³", "Write a number from 7 to 60."),
        ("cards_per_sitting", "9" * 40, "Write a number from 5 to 60."),
    ],
)
def test_what_cannot_be_meant_bars_the_opening_and_says_why(draft: Draft, field: str, typed: str, told: str) -> None:
    write(draft.engagement, draft.lead, **{field: typed})
    found = missing(draft.now())
    assert any(told in one for one in found), found


def test_a_topic_without_its_words_bars_the_opening(draft: Draft) -> None:
    write(draft.engagement, draft.lead, **{f"topic__{draft.topic.pk}__question": ""})
    assert missing(draft.now()) == ["Topic 1 needs its question."]


def test_an_empty_roster_bars_the_opening(draft: Draft) -> None:
    Member.objects.update(is_active=False)
    assert missing(draft.now()) == ["Nobody is on the roster yet. Bring your people first."]


def test_what_cannot_be_used_is_kept_as_typed_and_the_last_good_value_holds(draft: Draft) -> None:
    due = draft.engagement.answers_due
    shown = mandate_actions.save_field(
        engagement=draft.engagement, name="answers_due", typed="31.2.2027", seen="", by=draft.lead
    )
    assert shown and "is no date" in shown.problem
    kept = fields_shown(draft.now(), "promise")["answers_due"]
    assert (kept.typed, kept.problem) == ("31.2.2027", shown.problem)
    assert draft.now().answers_due == due


def test_days_are_read_as_people_write_them(draft: Draft) -> None:
    for typed in ("14.3.2040", "14/3/2040", "2040-03-14", " 14. 3. 2040 "):
        write(draft.engagement, draft.lead, answers_due=typed)
        assert str(draft.now().answers_due) == "2040-03-14"


def test_two_leads_at_once_the_last_word_counts_and_both_are_told(draft: Draft) -> None:
    seen = mark_of(draft.engagement.objective)
    first, second = draft.lead, draft.members[1]
    road = {"engagement": draft.engagement, "name": "objective", "seen": seen}
    assert mandate_actions.save_field(typed="First.", by=first, **road).told == ""
    told = mandate_actions.save_field(typed="Second.", by=second, **road).told
    assert told == "Person 1 had changed this meanwhile to: “First.”. Yours stands now."
    assert draft.now().objective == "Second."
    for_first = fields_shown(draft.now(), "question", reader=first)["objective"]
    assert for_first.told == "Person 2 changed this after you. You had written: “First.”"
    assert fields_shown(draft.now(), "question", reader=second)["objective"].told == ""


def test_a_field_left_as_it_was_shown_writes_over_nobody(draft: Draft) -> None:
    seen = draft.engagement.objective
    write(draft.engagement, draft.members[1], objective="Changed meanwhile.")
    untouched = {"name": "objective", "typed": seen.replace("\n", "\r\n"), "seen": mark_of(seen)}
    assert mandate_actions.save_field(engagement=draft.engagement, by=draft.lead, **untouched) is None
    assert draft.now().objective == "Changed meanwhile."


def test_the_promise_follows_the_level_until_somebody_writes_their_own(draft: Draft) -> None:
    begun = mandate_actions.begin_engagement(title="Another", by=draft.lead)
    write(begun, draft.lead, identity_level="guest")
    assert Engagement.objects.get(pk=begun.pk).promise == PROMISES["guest"]
    own = draft.now().promise
    write(draft.engagement, draft.lead, identity_level="open")
    assert draft.now().promise == own


def test_topics_are_added_moved_and_taken_out(draft: Draft) -> None:
    engagement = draft.engagement
    added = [mandate_actions.add_empty_topic(engagement=engagement) for _ in range(MOST_TOPICS - 1)]
    with pytest.raises(Refused, match="6 topics are the most"):
        mandate_actions.add_empty_topic(engagement=engagement)
    mandate_actions.move_topic(topic=added[0], up=True)
    mandate_actions.move_topic(topic=added[0], up=True)
    mandate_actions.move_topic(topic=added[-1], up=False)
    mandate_actions.remove_topic(topic=added[1])
    order = list(engagement.topics.values_list("pk", "position"))
    assert order == [(pk, n) for n, pk in enumerate([added[0].pk, draft.topic.pk, *(t.pk for t in added[2:])], 1)]
    with pytest.raises(Refused, match="First statements stand under this topic"):
        mandate_actions.remove_topic(topic=draft.topic)


def test_words_for_a_topic_that_is_gone_are_refused_and_say_where_they_are(draft: Draft) -> None:
    gone = mandate_actions.add_empty_topic(engagement=draft.engagement)
    name = f"topic-{gone.pk}-title"
    mandate_actions.remove_topic(topic=gone)
    with pytest.raises(Refused, match="Your words are still in this box"):
        mandate_actions.save_field(engagement=draft.engagement, name=name, typed="Late", seen="", by=draft.lead)


def test_nobody_writes_into_anothers_topic(draft: Draft) -> None:
    elsewhere = open_house("elsewhere").topic
    with pytest.raises(Refused):
        mandate_actions.save_field(
            engagement=draft.engagement, name=f"topic-{elsewhere.pk}-title", typed="Mine", seen="", by=draft.lead
        )


def test_first_statements_are_brought_one_a_line_and_stay_out_of_the_log(draft: Draft) -> None:
    name = f"seeds__{draft.topic.pk}"
    kept = draft.topic.statements.get(text="We meet too often.").pk
    write(draft.engagement, draft.lead, **{name: "We meet too often.\r\n\r\n We meet too often. \nMore  tea."})
    seeds = draft.topic.statements.order_by("pk")
    assert [(seed.text, seed.is_seed, seed.author) for seed in seeds] == [
        ("We meet too often.", True, None),
        ("More tea.", True, None),
    ]
    assert seeds[0].pk == kept
    write(draft.engagement, draft.lead, **{name: "Fine.\n" + "x" * 281})
    assert any("Line 2: That is 1 too many characters" in one for one in missing(draft.now()))
    assert draft.topic.statements.count() == 2, "all or nothing"
    assert not Event.objects.filter(kind="statement_seeded").exists()


def test_a_keeper_of_another_organisation_sees_and_begins_only_there(draft: Draft) -> None:
    other = add_member(organisation=add_organisation(name="Elsewhere"), full_name="Else", email="else@else.example")
    appoint_keeper(member=other)
    assert mandate_actions.begin_engagement(title="Ours", by=other).organisation_id == other.organisation_id
    assert not rules.may_come_near(other, draft.engagement) and not rules.may_take_part(other, draft.engagement)
