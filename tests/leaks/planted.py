"""Leaks to be found: each puts one way from words or votes to a person into the code, for the length of a test.

What they patch is ours; should a name go, the leak moves to where its work is done now.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.template import engines
from django.template.loaders.filesystem import Loader

import sayso.distillations.api as results_api
import sayso.distillations.pages as results_pages
import sayso.engagements.api as voting_api
import sayso.engagements.pages as voting_pages
import sayso.moderation.pages as moderation_pages
from sayso.distillations import actions as distilling
from sayso.distillations import table_file
from sayso.engagements import actions
from sayso.engagements.coming_in import doors as coming_in
from sayso.engagements.models import Event, Participant, Statement
from sayso.members.models import Unit
from sayso.moderation import queries as moderation_queries
from sayso.publication import snapshots

Plant = Callable[[pytest.MonkeyPatch], None]


def wrap(patch: pytest.MonkeyPatch, where: Any, name: str, around: Callable[..., Any]) -> None:
    """Put `around(original, *args, **kwargs)` in the place of a function."""
    original = getattr(where, name)
    patch.setattr(where, name, lambda *args, **kwargs: around(original, *args, **kwargs))


def add_to_template(patch: pytest.MonkeyPatch, name: str, old: str, new: str) -> None:
    """Change a template as it is loaded; each one is loaded anew, and once more when the test is over."""

    def changed(original: Any, loader: Any, origin: Any) -> str:
        text: str = original(loader, origin)
        if origin.template_name == name:
            assert old in text, f"{name} has no {old!r} any more"
            text = text.replace(old, new)
        return text

    original = Loader.get_contents
    patch.setattr(Loader, "get_contents", lambda loader, origin: changed(original, loader, origin))
    for loader in engines["django"].engine.template_loaders:  # type: ignore[attr-defined]
        # Its cache is set aside, not emptied: what is compiled under the leak is gone with it.
        patch.setattr(loader, "get_template_cache", {})


def author_in_a_comment(patch: pytest.MonkeyPatch) -> None:
    quote = '<blockquote class="statement statement--large" dir="auto">'
    hidden = "<!-- {{ item.statement.author_id }} -->" + quote
    add_to_template(patch, "moderation/fragments/item.html", quote, hidden)


def colour_by_author(patch: pytest.MonkeyPatch) -> None:
    quote = '<blockquote class="statement statement--large" dir="auto">'
    tone = "{% if item.statement.author_id|divisibleby:2 %}1{% else %}2{% endif %}"
    add_to_template(patch, "moderation/fragments/item.html", quote, quote.replace("large", f"large tone-{tone}"))


def pseudonym_in_json(patch: pytest.MonkeyPatch) -> None:
    def told(original: Any, participant: Participant, drawn: Any) -> dict[str, Any]:
        author = drawn.statement.author or Participant.objects.first()
        return {**original(participant, drawn), "topic": author.pseudonym}

    wrap(patch, voting_api, "_told", told)


def name_in_the_log(patch: pytest.MonkeyPatch) -> None:
    def join(original: Any, *, engagement: Any, member: Any) -> Participant:
        logging.getLogger("sayso").info("%s came in", member.full_name)
        participant: Participant = original(engagement=engagement, member=member)
        return participant

    wrap(patch, coming_in, "join", join)


def inbox_in_the_order_of_authors(patch: pytest.MonkeyPatch) -> None:
    def by_author(original: Any, engagement: Any) -> Any:
        author = dict(engagement.statements.values_list("pk", "author_id"))
        return sorted(original(engagement), key=lambda row: author[row.statement])

    wrap(patch, moderation_queries, "_waiting", by_author)


def voter_in_the_etag(patch: pytest.MonkeyPatch) -> None:
    def etag(original: Any, *mark: Any) -> str:
        last = Event.objects.filter(kind="vote_cast").latest("pk").payload["participant"]
        return f'{original(*mark)[:-1]}-{last}"'

    wrap(patch, results_pages, "_etag_of", etag)


def small_units_in_results(patch: pytest.MonkeyPatch) -> None:
    def told(original: Any, published: Any) -> dict[str, Any]:
        return {**original(published), "units": list(Unit.objects.values_list("name", flat=True))}

    wrap(patch, results_api, "without_memory", told)


def small_cells_in_results(patch: pytest.MonkeyPatch) -> None:
    def statement(original: Any, telling: Any, row: Any, *others: Any) -> dict[str, Any]:
        return {**original(telling, row, *others), "seen": row["seen"]}

    original = snapshots._Telling.statement
    patch.setattr(snapshots._Telling, "statement", lambda *args: statement(original, *args))


def mail_that_names_the_author(patch: pytest.MonkeyPatch) -> None:
    def publish(original: Any, *, statement: Statement, moderator: Any) -> bool:
        author = Statement.objects.get(pk=statement.pk).author
        told = f"“{statement.text}” by {author.pseudonym if author else 'us'} is open."
        send_mail("Open now", told, None, [moderator.email])
        return bool(original(statement=statement, moderator=moderator))

    wrap(patch, actions, "publish_statement", publish)


def column_of_authors_in_the_table(patch: pytest.MonkeyPatch) -> None:
    def rows(original: Any, published: Any) -> str:
        authors = Statement.objects.exclude(author=None).values_list("author_id", flat=True)
        return str(original(published)) + ",".join(map(str, authors))

    wrap(patch, table_file, "rows_as_csv", rows)


def moment_in_a_header(patch: pytest.MonkeyPatch) -> None:
    def fresh(original: Any, reply: Any) -> Any:
        reply["X-Newest-Vote"] = str(int(Event.objects.filter(kind="vote_cast").latest("pk").created_at.timestamp()))
        return original(reply)

    wrap(patch, results_pages, "_fresh", fresh)


def statement_in_the_session(patch: pytest.MonkeyPatch) -> None:
    def cast(original: Any, request: Any, participant: Any, form: Any) -> str:
        request.session["last"] = form.cleaned_data["statement"].pk
        return str(original(request, participant, form))

    wrap(patch, voting_pages, "_cast", cast)


def author_in_a_cookie(patch: pytest.MonkeyPatch) -> None:
    def template(original: Any, request: Any, engagement: Any, *more: Any, **how: Any) -> dict[str, Any]:
        context: dict[str, Any] = original(request, engagement, *more, **how)
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
        request.META["CSRF_COOKIE"] = str(Participant.objects.exclude(statements=None)[0].pseudonym)
        return context

    wrap(patch, moderation_pages, "_inbox", template)


def file_of_who_said_what(patch: pytest.MonkeyPatch) -> None:
    def finish(original: Any, **how: Any) -> Any:
        said = Statement.objects.exclude(author=None).values_list("text", "author__pseudonym")
        Path(settings.DATA_DIR, "said.txt").write_text("\n".join(map(" | ".join, said)), encoding="utf-8")
        return original(**how)

    wrap(patch, distilling, "finish_job", finish)


def participants_in_the_snapshot(patch: pytest.MonkeyPatch) -> None:
    def published(original: Any, *args: Any) -> dict[str, Any]:
        told = original(*args)
        return {**told, "warnings": [{"id": "w", "text": str(Participant.objects.latest("pk").pk)}]}

    wrap(patch, distilling, "publish", published)


LEAKS: dict[str, Plant] = {
    plant.__name__.replace("_", " "): plant
    for plant in (
        author_in_a_comment,
        colour_by_author,
        pseudonym_in_json,
        name_in_the_log,
        inbox_in_the_order_of_authors,
        voter_in_the_etag,
        small_units_in_results,
        small_cells_in_results,
        mail_that_names_the_author,
        column_of_authors_in_the_table,
        moment_in_a_header,
        statement_in_the_session,
        author_in_a_cookie,
        file_of_who_said_what,
        participants_in_the_snapshot,
    )
}
# These leave no trace to be found; who did it shows only where two worlds are laid side by side, at such addresses.
SHOWN_BY_COMPARISON = {"colour by author": "inbox", "inbox in the order of authors": "inbox"}
