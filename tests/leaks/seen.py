"""Everything that anybody gets to see of a world: pages, files, mails, logs, sessions, what commands print.

Driven by the URL map and the list of commands, so that what is new is looked at from the day it is written.
"""

from __future__ import annotations

import html
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from leaks.world import World
from sayso.cli import COMMANDS, main
from sayso.correspondence.tokens import answer_token, choice_token, feed_token
from sayso.distillations.models import Snapshot
from sayso.invitations.numbering import wish_token
from sayso.members.models import Member
from sayso.members.ways_in.passes import link_token
from walk import filled, routes

# Addresses that sign out or in, for which a viewer would no longer be one.
LEAVES = ("accounts/logout", "accounts/login", "ways-in/end-sessions")
# Where reading finds nothing, writing is refused as well: the strangers' test tries that.
WORTH_WRITING_TO = {200, 405}
# What the command line prints of a world; a new command is added here, or given a reason.
RUN = {"doctor": ["--json"], "replay": ["{snapshot}", "--json"], "setup": []}
NOT_RUN = {
    "bounces": "reads mails that somebody chose; prints how many",
    "check-ballot": "reads a record that somebody chose, and the secret of whoever runs it; no database",
    "demo": "made-up people",
    "distil": "reads files that somebody chose",
    "integrity": "reads files that somebody chose",
    "keypoints": "reads files that somebody chose",
    "mail-in": "takes in one mail; prints what became of it in a word",
    "match": "reads files that somebody chose",
    "roster": "prints people by its purpose, and knows nothing of what was said",
    "serve": "a process that stays; its log is looked at through the pages",
    "simulate": "made-up people",
    "worker": "a process that stays; its log is looked at while the world is built",
}


# What a token of these pages leads to: things of the one who is another member to everybody else.
TOKENS: dict[str, Callable[[World], str]] = {
    "in": lambda world: link_token(world.viewers["another member"]),
    "what-you-send-me": lambda world: choice_token(world.house.engagement, world.viewers["another member"]),
    "answer": lambda world: answer_token(
        world.house.engagement, world.viewers["another member"], world.house.statements[2].pk
    ),
    "feeds": lambda world: feed_token(world.house.engagement),
    "no-reminders": lambda world: wish_token(
        engagement=world.house.engagement.pk, member=world.viewers["another member"].pk
    ),
}


@dataclass(frozen=True)
class Seen:
    """One thing that `by` sees; `own` is whose things may stand in it."""

    by: str
    what: str
    text: str
    own: Member | None = None


@contextmanager
def listening() -> Iterator[list[str]]:
    """Collect every log record, with its traceback if it has one."""
    lines: list[str] = []

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    ear, root = Ear(logging.DEBUG), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(ear)
        root.setLevel(before)


def pages(world: World, only: str = "") -> Iterator[Seen]:
    """Each address (with `only` in it), looked at by everybody in three ways and written to, each write taken back."""
    for route in sorted(route for route in set(routes()) if only in route and not route.startswith(LEAVES)):
        for role, member in [*world.viewers.items(), ("nobody", None)]:
            for address in addresses(world, route):
                yield from _looks(world, role, member, route, address)


def addresses(world: World, route: str) -> Iterator[str]:
    """In the house that is open; in what is prepared and what is closed; of each wave, since they differ by state."""
    house, tokens = world.house, TOKENS.get(route.partition("/")[0])
    known = {"token": tokens(world)} if tokens else {}
    waves = house.engagement.waves.order_by("pk").values_list("pk", flat=True) if "<int:wave_id>" in route else [0]
    for wave in waves:
        yield filled(route, house, **known, **({"wave_id": wave} if wave else {}))
    if "<slug:slug>" in route:
        yield from (filled(route, other) for other in world.others)


def _looks(world: World, role: str, member: Member | None, route: str, address: str) -> Iterator[Seen]:
    a_statement = world.house.statements[3].pk
    more = {"sort": "said", "all": "1", "again": a_statement, "last": a_statement, "more": "", "page": "1"}
    ways: dict[str, dict[str, Any]] = {
        "": {},
        "?…": {"data": more},
        " as a fragment": {"headers": {"HX-Request": "true"}},
    }
    status = 0
    for way, how in ways.items():
        if way and status != 200:  # refused is refused, however it is asked
            continue
        client = _client(member)
        reply = client.get(address, **how)
        status = status or reply.status_code
        yield Seen(role, f"get {address}{way}", text_of(reply), member)
    if status not in WORTH_WRITING_TO:
        return
    with _taken_back():
        client = _client(member)
        as_json = {"content_type": "application/json"} if route.startswith("api/") else {}
        reply = client.post(address, sensible(world), **as_json)
        yield Seen(role, f"post {address}", text_of(reply), member)
        if reply.status_code == 302:
            yield Seen(role, f"post {address}, then", text_of(client.get(reply["Location"])), member)


def _client(member: Member | None) -> Client:
    cache.clear()  # limits on tries would hide what is behind them
    client = Client()
    if member:
        client.force_login(member)
    return client


@contextmanager
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sensible(world: World) -> dict[str, Any]:
    """What would do something, for whoever may: a decision, an answer, something said, a role."""
    waiting = max(world.author_of)
    role = {"known_as": world.viewers["another member"].email, "name": "sponsor"}
    said = {"topic": world.house.topic.pk, "text": "A viewer says this.", "statement": waiting, "stance": 1}
    return {**role, **said, "decision": "approve"}


def text_of(reply: Any) -> str:
    """Status, headers, cookies and all words of a reply, whatever they are wrapped in."""
    body = b"".join(reply.streaming_content) if reply.streaming else reply.content
    kind = reply.get("Content-Type", "")
    readers = {"application/pdf": _pdf_words, "application/zip": _zip_words}
    words = readers.get(kind, _plain_words)(body)
    if "json" in kind:
        words = json.dumps(json.loads(words), ensure_ascii=False, sort_keys=True) if words else words
    # How small a zip gets depends on drawn names in it.
    told = [item for item in sorted(reply.items()) if (kind, item[0]) != ("application/zip", "Content-Length")]
    head = "\n".join(f"{name}: {value}" for name, value in told)
    cookies = "\n".join(cookie.OutputString() for _, cookie in sorted(reply.cookies.items()))
    return f"{reply.status_code}\n{head}\n{cookies}\n\n{html.unescape(words)}"


def _plain_words(body: bytes) -> str:
    return body.decode(errors="replace")


def _zip_words(body: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return "\n".join(f"{name}\n{packed.read(name).decode(errors='replace')}" for name in packed.namelist())


def _pdf_words(body: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def mails(world: World) -> Iterator[Seen]:
    """Each mail that was sent, with its headers and attachments, by whoever gets it."""
    people = {member.email: member for member in [*world.ordinary, *world.viewers.values()]}
    for message in mail.outbox:
        to = message.recipients()[0] if message.recipients() else ""
        yield Seen(f"mail to {to}", str(message.subject), message.message().as_string(), people.get(to))


def sessions() -> Iterator[Seen]:
    for session in Session.objects.all():
        yield Seen("whoever reads the database", "session", json.dumps(session.get_decoded()))


def files() -> Iterator[Seen]:
    """All in the data folder but the database and the keys, which are the operator's."""
    for path in sorted(Path(settings.DATA_DIR).rglob("*")):
        if path.is_file() and ".sqlite3" not in path.name and path.parent.name != "keys":
            text = path.read_bytes().decode("utf-8", errors="replace")
            yield Seen("whoever reads the data folder", path.name, f"{path.name}\n{text}")


def snapshots() -> Iterator[Seen]:
    for row in Snapshot.objects.all():
        yield Seen("whoever reads the database", "published snapshot", row.published)


def commands() -> Iterator[Seen]:
    assert RUN.keys() | NOT_RUN.keys() == COMMANDS.keys(), "a command is new: run it here, or say why not"
    known = {"snapshot": Snapshot.objects.latest("pk").pk}
    for name, words in RUN.items():
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            main([name, *(word.format(**known) for word in words)])
        assert out.getvalue(), name
        yield Seen("whoever runs commands", f"sayso {name}", out.getvalue())
