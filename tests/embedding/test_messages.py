"""What goes to Teams and Slack, held against what they publish: the schema of Adaptive Cards, and Slack's own models.

Slack publishes no schema; its SDK holds the limits of each block, and refuses what its servers refuse.
"""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import ActionsBlock, Block, ContextBlock, HeaderBlock, SectionBlock

from sayso.embedding.messages import Told, adaptive_card, slack_message, teams_message

LINK = "https://say.example.org/e/how-we-work/"
USUAL = Told("How we work together", "What should change?", date(2027, 3, 14), LINK)
NASTY = Told("*Bold* <!channel> [x](https://evil.example) " + "x" * 170, "& <b> _y_ `z`\n" * 400, None, LINK)
VERSIONS = ("1.4", "1.5", "1.6")

tolds = st.builds(
    Told, st.text(min_size=1, max_size=200), st.text(max_size=4_000), st.none() | st.dates(), st.just(LINK)
)


def schema(version: str) -> Any:
    text = (files("adaptive_cards") / "schemas" / f"schema-{version}.json").read_text(encoding="utf-8")
    return json.loads(text)


def faults(card: dict[str, Any], version: str) -> list[str]:
    return [error.message[:200] for error in Draft7Validator(schema(version)).iter_errors(card)]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("told", [USUAL, NASTY])
def test_the_card_keeps_the_published_schema(told: Told, version: str) -> None:
    assert faults(adaptive_card(told), version) == []


def test_the_schema_finds_what_is_wrong() -> None:
    card = adaptive_card(USUAL)
    assert faults({**card, "actions": [{"type": "Action.OpenUrl", "title": "x"}]}, "1.4"), "no address"
    assert faults({**card, "body": [{"type": "RichTextBlock"}]}, "1.4"), "no words"


@given(tolds)
def test_whatever_organisers_write_both_messages_hold(told: Told) -> None:
    assert faults(adaptive_card(told), "1.4") == []
    check_blocks(slack_message(told)["blocks"])


def check_blocks(blocks: list[dict[str, Any]]) -> list[Block]:
    """Each block read back as Slack's own SDK knows it, and checked by its rules."""
    read = Block.parse_all(blocks)
    for block in read:
        block.validate_json()
        for element in [*getattr(block, "elements", []), *filter(None, [getattr(block, "text", None)])]:
            element.validate_json()
    return read


def test_slack_reads_it_as_a_header_a_text_a_button_and_a_hint() -> None:
    for told in (USUAL, NASTY):
        read = check_blocks(slack_message(told)["blocks"])
        assert [type(block) for block in read] == [HeaderBlock, SectionBlock, ActionsBlock, ContextBlock]


def test_slacks_rules_find_what_is_wrong() -> None:
    message = slack_message(USUAL)
    message["blocks"][0]["text"]["text"] = "x" * 151
    with pytest.raises(SlackObjectFormationError):
        check_blocks(message["blocks"])


def test_the_envelope_is_what_a_workflow_of_teams_takes() -> None:
    message = teams_message(USUAL)
    assert message["type"] == "message" and len(message["attachments"]) == 1
    [attachment] = message["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["actions"] == [{"type": "Action.OpenUrl", "title": "Have my say", "url": LINK}]
    assert len(json.dumps(message)) < 28 * 1024, "Teams takes no more"


def test_nothing_organisers_write_is_read_as_markup() -> None:
    kinds = {part["type"] for part in adaptive_card(NASTY)["body"]}
    assert kinds == {"RichTextBlock"}, "a text block would read stars and brackets"
    message = slack_message(NASTY)
    assert "<" not in message["text"] and "mrkdwn" not in json.dumps(message)
