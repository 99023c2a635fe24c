"""Leaks to be found: each puts one way from words or votes to a person into the code, for the length of a test.

Above each stands where it shows and by which trace: a leak that is found by another trace was found by accident. Only
there is looked, which is part of the whole walk. What they patch is ours; should a name go, the leak moves to where its
work is done now.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage, send_mail
from django.template import engines
from django.template.loaders.filesystem import Loader
from django.utils.http import http_date

import sayso.distillations.api as results_api
import sayso.distillations.pages as results_pages
import sayso.engagements.api as voting_api
import sayso.engagements.coming_in.kiosk_pages as kiosk_pages
import sayso.engagements.pages as voting_pages
import sayso.moderation.pages as moderation_pages
from leaks.world import WORDS
from sayso.distillations import actions as distilling
from sayso.distillations import table_file
from sayso.engagements import actions
from sayso.engagements.coming_in import doors
from sayso.engagements.models import Event, Participant, Statement
from sayso.members.access import record_access
from sayso.members.models import AccessKind, Member, Unit
from sayso.members.pseudonyms import pseudonym_of
from sayso.members.scim import users
from sayso.moderation import queries as moderation_queries
from sayso.publication import snapshots
from sayso.replies import queries as replies
from sayso.replies import rules as replying

Put = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Leak:
    """put : plants it
    trace : what each line found is to match
    at : a part of the addresses that are looked at; empty for all that is no page
    swap : for a leak that shows only where two worlds are laid side by side: in what they differ
    """

    put: Put
    trace: str
    at: str
    swap: str


LEAKS: dict[str, Leak] = {}


def found_by(trace: str, *, at: str = "", swap: str = "") -> Callable[[Put], Put]:
    def kept(put: Put) -> Put:
        LEAKS[put.__name__.replace("_", " ")] = Leak(put, trace, at, swap)
        return put

    return kept


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


@found_by(r"^(lead|moderator) · .* /e/silent/inbox/.*: participant 58200\d\d$", at="inbox/")
def author_in_a_comment(patch: pytest.MonkeyPatch) -> None:
    quote = '<blockquote class="statement statement--large"{% said_in item.statement %}>'
    hidden = "<!-- {{ item.statement.author_id }} -->" + quote
    add_to_template(patch, "moderation/fragments/item.html", quote, hidden)


@found_by(r" · .* /e/silent/inbox/.*: shown: .*tone-", at="inbox/", swap="others said it")
def colour_by_author(patch: pytest.MonkeyPatch) -> None:
    quote = '<blockquote class="statement statement--large"{% said_in item.statement %}>'
    tone = "{% if item.statement.author_id|divisibleby:2 %}1{% else %}2{% endif %}"
    add_to_template(patch, "moderation/fragments/item.html", quote, quote.replace("large", f"large tone-{tone}"))


@found_by(r" · get /api/e/\w+/next.*: pseudonym \w{32}$", at="/next")
def pseudonym_in_json(patch: pytest.MonkeyPatch) -> None:
    def told(original: Any, participant: Participant, drawn: Any) -> dict[str, Any]:
        author = drawn.statement.author or Participant.objects.first()
        return {**original(participant, drawn), "topic": author.pseudonym}

    wrap(patch, voting_api, "_told", told)


@found_by(r"^whoever reads the log · log: member: (Quirin|Holder)")
def name_in_the_log(patch: pytest.MonkeyPatch) -> None:
    def join(original: Any, *, engagement: Any, member: Any) -> Participant:
        logging.getLogger("sayso").info("%s came in", member.full_name)
        participant: Participant = original(engagement=engagement, member=member)
        return participant

    wrap(patch, doors, "join", join)


@found_by(r" · .* /e/silent/inbox/.*: shown: ", at="inbox/", swap="others said it")
def inbox_in_the_order_of_authors(patch: pytest.MonkeyPatch) -> None:
    def by_author(original: Any, engagement: Any, *more: Any) -> Any:
        author = dict(engagement.statements.values_list("pk", "author_id"))
        return sorted(original(engagement, *more), key=lambda row: author[row.statement])

    wrap(patch, moderation_queries, "_waiting", by_author)


@found_by(r" · get /e/\w+/results/live/.*: participant 58200\d\d$", at="results/live/")
def voter_in_the_etag(patch: pytest.MonkeyPatch) -> None:
    def etag(original: Any, mark: Any, *more: Any) -> str:
        last = Event.objects.filter(kind="vote_cast").latest("pk").payload["participant"]
        return f'{original(mark, *more)[:-1]}-{last}"'

    wrap(patch, results_pages, "_etag", etag)


@found_by(r" · get /api/e/\w+/snapshot.*: small unit: ", at="/snapshot")
def small_units_in_results(patch: pytest.MonkeyPatch) -> None:
    def told(original: Any, published: Any) -> dict[str, Any]:
        return {**original(published), "units": list(Unit.objects.values_list("name", flat=True))}

    wrap(patch, results_api, "without_memory", told)


@found_by(r"^whoever reads the database · published snapshot: few people: ")
def small_cells_in_results(patch: pytest.MonkeyPatch) -> None:
    def statement(original: Any, telling: Any, row: Any, *others: Any) -> dict[str, Any]:
        return {**original(telling, row, *others), "seen": row["seen"]}

    original = snapshots._Telling.statement
    patch.setattr(snapshots._Telling, "statement", lambda *args: statement(original, *args))


@found_by(r"^whoever reads the database · published snapshot: few people: ")
def a_key_point_told_of_a_small_unit(patch: pytest.MonkeyPatch) -> None:
    def published(original: Any, *args: Any) -> dict[str, Any]:
        told = original(*args)
        small = {"part": 0, "people": 3, "share": 0.33, "share_low": 0.1, "share_high": 0.8}
        point = {"topic": "", "text": "We say so.", "share": 0.5, "statement_ids": [], "by_unit": [small]}
        return {**told, "key_points": [point]}

    wrap(patch, distilling, "publish", published)


@found_by(r"^mail to moderator@.*: pseudonym \w{32}$")
def mail_that_names_the_author(patch: pytest.MonkeyPatch) -> None:
    def publish(original: Any, *, statement: Statement, moderator: Any) -> bool:
        author = Statement.objects.get(pk=statement.pk).author
        told = f"“{statement.text}” by {author.pseudonym if author else 'us'} is open."
        send_mail("Open now", told, None, [moderator.email])
        return bool(original(statement=statement, moderator=moderator))

    wrap(patch, actions, "publish_statement", publish)


@found_by(r" · get /e/\w+/results/statements.csv.*: participant 58200\d\d$", at="statements.csv")
def column_of_authors_in_the_table(patch: pytest.MonkeyPatch) -> None:
    def rows(original: Any, published: Any) -> str:
        authors = Statement.objects.exclude(author=None).values_list("author_id", flat=True)
        return str(original(published)) + ",".join(map(str, authors))

    wrap(patch, table_file, "rows_as_csv", rows)


@found_by(r" · get /e/\w+/results/live/.*: moment 1551\d{6}$", at="results/live/")
def moment_in_a_header(patch: pytest.MonkeyPatch) -> None:
    def fresh(original: Any, reply: Any) -> Any:
        reply["X-Newest-Vote"] = str(int(Event.objects.filter(kind="vote_cast").latest("pk").created_at.timestamp()))
        return original(reply)

    wrap(patch, results_pages, "_fresh", fresh)


@found_by(r"^whoever reads the database · session: statement 46400\d\d$")
def statement_in_the_session(patch: pytest.MonkeyPatch) -> None:
    def cast(original: Any, request: Any, participant: Any, form: Any) -> str:
        request.session["last"] = form.cleaned_data["statement"].pk
        return str(original(request, participant, form))

    wrap(patch, voting_pages, "_cast", cast)


@found_by(r" · .* /e/\w+/inbox/.*: pseudonym \w{32}$", at="inbox/")
def author_in_a_cookie(patch: pytest.MonkeyPatch) -> None:
    def template(original: Any, request: Any, engagement: Any, *more: Any, **how: Any) -> dict[str, Any]:
        context: dict[str, Any] = original(request, engagement, *more, **how)
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
        request.META["CSRF_COOKIE"] = str(Participant.objects.exclude(statements=None)[0].pseudonym)
        return context

    wrap(patch, moderation_pages, "_inbox", template)


@found_by(r"^whoever reads the data folder · said.txt: pseudonym \w{32}$")
def file_of_who_said_what(patch: pytest.MonkeyPatch) -> None:
    def finish(original: Any, **how: Any) -> Any:
        said = Statement.objects.exclude(author=None).values_list("text", "author__pseudonym")
        Path(settings.DATA_DIR, "said.txt").write_text("\n".join(map(" | ".join, said)), encoding="utf-8")
        return original(**how)

    wrap(patch, distilling, "finish_job", finish)


@found_by(r"^whoever reads the database · published snapshot: participant 58200\d\d$")
def participants_in_the_snapshot(patch: pytest.MonkeyPatch) -> None:
    def published(original: Any, *args: Any) -> dict[str, Any]:
        told = original(*args)
        return {**told, "warnings": [{"id": "w", "text": str(Participant.objects.latest("pk").pk)}]}

    wrap(patch, distilling, "publish", published)


@found_by(r" · get /e/\w+/results/live/.*: shown: .*ETag", at="results/live/", swap="others said it")
def hash_over_the_author_in_the_etag(patch: pytest.MonkeyPatch) -> None:
    def etag(original: Any, *told: Any) -> str:
        author = Statement.objects.get(text=WORDS[0]).author_id
        return f'"{hashlib.sha256(str(author).encode()).hexdigest()}"'

    wrap(patch, results_pages, "_etag", etag)


@found_by(r" · .* /e/silent/inbox/.*: asked: (\d+) / (?!\1)\d+ queries", at="inbox/", swap="others said it")
def one_query_more_for_some_authors(patch: pytest.MonkeyPatch) -> None:
    """Nothing is shown of it; only the time tells."""

    def waiting(original: Any, engagement: Any, *more: Any) -> Any:
        for statement in engagement.statements.filter(text=WORDS[-1]):
            if statement.author_id % 2:
                statement.author.unit  # noqa: B018 - it is fetched
        return original(engagement, *more)

    wrap(patch, moderation_queries, "_waiting", waiting)


@found_by(r" · .* /e/silent/inbox/.*: (shown: '20|only in one world)", at="inbox/", swap="others said it")
def status_by_author(patch: pytest.MonkeyPatch) -> None:
    def inbox(original: Any, request: Any, *more: Any, **how: Any) -> Any:
        reply = original(request, *more, **how)
        last = Statement.objects.filter(text=WORDS[-1]).first()
        if last and last.author_id % 2 and request.path == "/e/silent/inbox/" and reply.status_code == 200:
            reply.status_code = 203
        return reply

    wrap(patch, moderation_pages, "render", inbox)


@found_by(r"^a directory · \w+ /scim/v2/Users.*: shown: .*has said something", at="scim/", swap="others did everything")
def who_spoke_told_to_the_directory(patch: pytest.MonkeyPatch) -> None:
    def shown(original: Any, member: Member, *more: Any) -> Any:
        person = original(member, *more)
        pseudonym = pseudonym_of(member=member, engagement_slug="silent")
        if Statement.objects.filter(author__pseudonym=pseudonym).exists():
            person.display_name = f"{person.display_name}, has said something"
        return person

    wrap(patch, users, "shown", shown)


@found_by(r"^(a kiosk|.* at a kiosk).* · .* /e/silent/kiosk/.*: not read yet: ", at="kiosk/")
def last_words_on_the_kiosk(patch: pytest.MonkeyPatch) -> None:
    """A cookie of the device outlives who said it."""

    def thank(original: Any, request: Any, participant: Participant, said: Statement) -> Any:
        reply = original(request, participant, said)
        reply.set_cookie("draft", str(said.pk))
        return reply

    def start_page(original: Any, request: Any, *more: Any) -> Any:
        reply = original(request, *more)
        for last in Statement.objects.filter(pk=request.COOKIES.get("draft", 0)):
            reply.content += f"<p>{last.text}</p>".encode()
        return reply

    wrap(patch, voting_pages, "_thank", thank)
    wrap(patch, kiosk_pages, "_start_page", start_page)


@found_by(r"^guardian · get /e/silent/custody/log.*: member: ", at="custody/log")
def voters_in_the_record_of_accesses(patch: pytest.MonkeyPatch) -> None:
    def cast(original: Any, request: Any, participant: Participant, form: Any) -> str:
        engagement = participant.engagement
        record_access(
            organisation=engagement.organisation,
            by=request.user,
            kind=AccessKind.WORDS_READ,
            engagement_slug=engagement.slug,
            detail="while answering",
        )
        return str(original(request, participant, form))

    wrap(patch, voting_pages, "_cast", cast)


@found_by(r"^mail to moderator@.*: member: zebulon\d\d@silent.example$")
def author_in_the_head_of_a_mail(patch: pytest.MonkeyPatch) -> None:
    def publish(original: Any, *, statement: Statement, moderator: Any) -> bool:
        people = Member.objects.filter(full_name__startswith="Quirin")
        names = {pseudonym_of(member=member, engagement_slug="silent"): member.email for member in people}
        author = Statement.objects.get(pk=statement.pk).author
        reply_to = [str(names.get(author.pseudonym))] if author else []
        EmailMessage("Open now", f"“{statement.text}” is open.", None, [moderator.email], reply_to=reply_to).send()
        return bool(original(statement=statement, moderator=moderator))

    wrap(patch, actions, "publish_statement", publish)


@found_by(r" · get /e/\w+/results/live/.*: moment 07 Mar 2019$", at="results/live/")
def last_vote_in_last_modified(patch: pytest.MonkeyPatch) -> None:
    def fresh(original: Any, reply: Any) -> Any:
        reply["Last-Modified"] = http_date(Event.objects.filter(kind="vote_cast").earliest("pk").created_at.timestamp())
        return original(reply)

    wrap(patch, results_pages, "_fresh", fresh)


@found_by(r" · .* /e/\w+/say/.*: not read yet: ", at="say/")
def anothers_words_in_the_form(patch: pytest.MonkeyPatch) -> None:
    def said_before(original: Any, request: Any, participant: Participant) -> dict[str, Any]:
        return dict(Statement.objects.filter(text=WORDS[-1]).values("text").first() or {})

    wrap(patch, voting_pages, "_said_before", said_before)


@found_by(r" · .* /e/silent/inbox/replies/.*: shown: ", at="inbox/replies", swap="others said it")
def replies_in_the_order_of_their_authors(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, replies, "replies_waiting", lambda original, engagement: original(engagement).order_by("author_id"))


@found_by(r"^(lead|sponsor|moderator) · .*: answered today: ", at="questions/")
def an_answer_told_at_once(patch: pytest.MonkeyPatch) -> None:
    wrap(patch, replying, "is_told", lambda original, question, today: question.settled_on is not None)


@found_by(r" · \w+ /e/silent/statements/.*: participant 58200\d\d$", at="statements/")
def participant_beside_a_reply(patch: pytest.MonkeyPatch) -> None:
    def thread(original: Any, statement: Statement) -> Any:
        found = list(original(statement))
        for reply in found:
            reply.text = f"{reply.text} ({reply.author_id})"
        return found

    wrap(patch, replies, "thread_of", thread)
