"""The link as a message for a channel: an Adaptive Card for Teams, Block Kit for Slack. Pure.

Both lead everybody to the same address, where each comes in as themselves: no personal link stands in a channel. What
organisers wrote is set as plain text, so that none of it is read as markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

Json = dict[str, Any]

SLACK_HEADER, SLACK_TEXT = 150, 3_000
BUTTON = "Have my say"


@dataclass(frozen=True)
class Told:
    """What the message says, of an engagement; `link` is the same for everybody."""

    title: str
    objective: str
    answers_due: date | None
    link: str

    @property
    def is_short(self) -> str:
        return "It takes about three minutes. Who said what is never shown to those in charge."

    @property
    def answers(self) -> str:
        due = self.answers_due
        return f"You have answers by {due.day} {due:%B %Y}." if due else ""


def message_for(program: str, told: Told) -> Json:
    return {"teams": teams_message, "slack": slack_message}[program](told)


def teams_message(told: Told) -> Json:
    """What a workflow of Teams takes: a message with the card as its attachment."""
    kind = "application/vnd.microsoft.card.adaptive"
    attachment = {"contentType": kind, "contentUrl": None, "content": adaptive_card(told)}
    return {"type": "message", "attachments": [attachment]}


def adaptive_card(told: Told) -> Json:
    """Version 1.4, which every Teams shows. Rich text, since a text block would read stars and brackets as markup."""
    lines = [_run(told.title, size="Large", weight="Bolder"), _run(told.objective)]
    lines += [_run(" ".join(filter(None, (told.is_short, told.answers))), isSubtle=True)]
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": f"{told.title}: {told.link}",
        "body": [{"type": "RichTextBlock", "inlines": [line]} for line in lines if line["text"]],
        "actions": [{"type": "Action.OpenUrl", "title": BUTTON, "url": told.link}],
    }


def _run(text: str, **how: Any) -> Json:
    return {"type": "TextRun", "text": text, **how}


def slack_message(told: Told) -> Json:
    """Blocks, and the text that notifications and screen readers take."""
    hint = " ".join(filter(None, (told.is_short, told.answers)))
    button = {
        "type": "button",
        "text": _plain(BUTTON),
        "url": told.link,
        "action_id": "have_my_say",
        "style": "primary",
    }
    blocks = [
        {"type": "header", "text": _plain(_cut(told.title, SLACK_HEADER))},
        *([{"type": "section", "text": _plain(_cut(told.objective, SLACK_TEXT))}] if told.objective else []),
        {"type": "actions", "elements": [button]},
        {"type": "context", "elements": [_plain(hint)]},
    ]
    return {"text": _escaped(f"{told.title}: {told.link}"), "blocks": blocks}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _escaped(text: str) -> str:
    """Slack reads three signs of this one field as its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
