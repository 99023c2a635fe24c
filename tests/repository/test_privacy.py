"""What is stored is what docs/privacy/tables.md says, and no table keeps a moment beside a member unless it must."""

from __future__ import annotations

import re

from django.apps import apps
from django.db import models
from django.template.loader import render_to_string

from real_data import REPOSITORY
from sayso.members.models import Member

PAGE = REPOSITORY / "docs" / "privacy" / "tables.md"
# Django's and allauth's own, named at the top of the page.
LEFT_EMPTY = {"Permission", "Group", "ContentType", "EmailAddress", "EmailConfirmation"}
# Beside the times of votes, a moment in a member's row could say who voted. These may have one:
MOMENTS = {
    "AccessRecord.at": "an act of office",
    "Keeper.granted_at": "an act of office",
    "Keeper.ended_at": "an act of office",
    "Role.granted_at": "an act of office",
    "Role.ended_at": "an act of office",
    "Connection.ended_at": "an act of office",
    "Connection.made_at": "an act of office",
    "KeyPointWish.at": "an act of office",
    "KeyPointWish.ended_at": "an act of office",
    "LetterBatch.created_at": "an act of office",
    "MandateChange.changed_at": "an act of office",
    "Role.accepted_at": "an act of office",
    "RosterFile.brought_at": "an act of office",
    "RosterJob.asked_at": "an act of office",
    "RosterUpdate.made_at": "an act of office",
    "LetterBatch.delete_at": "an hour after a lead fetched them: an act of office",
    "LetterBatch.lease_until": "a worker's lease",
    "Role.since": "a duty planned for days",
    "Role.until": "a duty planned for days",
    "RosterJob.lease_until": "a worker's lease",
    "Wave.lease_until": "a worker's lease",
    "Wave.retry_at": "a worker's, after trouble with the mail server",
    "Wave.send_at": "when a lead has it sent: an act of office, of the wave and of nobody in it",
    "EmailConfirmation.created": "a table left empty: nobody adds an address",
    "EmailConfirmation.sent": "a table left empty: nobody adds an address",
}


def stored() -> dict[str, set[str]]:
    return {
        model.__name__: {field.name for field in model._meta.get_fields() if field.concrete} - {"id"}
        for model in apps.get_models()
        if model.__name__ not in LEFT_EMPTY
    }


def listed() -> dict[str, set[str]]:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \| (?:yes|key|no) \|$", PAGE.read_text(), flags=re.MULTILINE)
    return {name: {column.strip() for column in columns.split(",")} for name, columns in rows}


def test_every_table_and_column_is_listed_and_none_that_is_gone() -> None:
    assert listed() == stored(), "mend docs/privacy/tables.md: say what it is for, and whether it leads to a person"


def test_the_tables_named_as_empty_are_there() -> None:
    assert {model.__name__ for model in apps.get_models()} >= LEFT_EMPTY
    assert all(f"`{name}`" in PAGE.read_text() for name in LEFT_EMPTY)


def beside_members() -> set[str]:
    """Date-time columns of tables whose rows name a member, themselves or over a table of the same library."""
    naming = {Member}
    while more := {model for model in apps.get_models() if _points_to(model, naming)} - naming:
        naming |= more
    return {
        f"{model.__name__}.{field.name}"
        for model in naming
        for field in model._meta.get_fields()
        if isinstance(field, models.DateTimeField)
    }


def _points_to(model: type[models.Model], targets: set[type[models.Model]]) -> bool:
    """By a key of its own to a person; what only belongs to an organisation or an engagement names nobody."""
    related = [field.related_model for field in model._meta.get_fields() if field.concrete and field.is_relation]
    return any(target in targets for target in related)


def test_no_moment_stands_beside_a_member_but_acts_of_office() -> None:
    assert beside_members() == MOMENTS.keys(), "keep the day, or nothing; or say here why the moment must be kept"


def test_what_members_read_in_the_app_is_what_the_docs_say() -> None:
    def plain(text: str) -> str:
        text = re.sub(r"<[^>]+>|\*\*|\[([^\]]+)\]\([^)]+\)", lambda found: found[1] or " ", text)
        return " ".join(re.sub(r"^[#>-]+ ", "", text, flags=re.MULTILINE).replace("&nbsp;", " ").split())

    shown = plain(render_to_string("web/privacy_text.html"))
    written = plain((REPOSITORY / "docs" / "privacy" / "members.md").read_text())
    assert shown == written, "docs/privacy/members.md and web/privacy_text.html are one text"
    sentences = re.split(r"(?<=[.!?]) ", shown)
    assert [sentence for sentence in sentences if len(sentence.split()) > 20] == []
