"""Everything that anybody gets to see of a world: pages, files, mails, logs, sessions, what commands print.

Driven by the URL map and the list of commands, so that what is new is looked at from the day it is written.
"""

from __future__ import annotations

import html
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction

from house import House
from leaks.onlookers import Onlooker
from leaks.world import World
from sayso.cli import COMMANDS, main
from sayso.correspondence.tokens import answer_token, choice_token, feed_token
from sayso.distillations.models import Snapshot
from sayso.invitations.numbering import wish_token
from sayso.members.models import Member
from sayso.members.scim.ids import group_id
from sayso.members.ways_in.passes import letter_code, link_token
from sayso.replies.models import AuthorQuestion
from walk import Browser, fill, parameters, routes

# Addresses that sign out or in, for which a viewer would no longer be one.
LEAVES = ("accounts/logout", "accounts/login", "ways-in/end-sessions")
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
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


# What a token of these pages leads to: a link that is still good, one that was used, things of who is another member.
TOKENS: dict[str, Callable[[World], list[str]]] = {
    "in": lambda world: [link_token(world.viewers[who]) for who in ("another member", "ambassador")],
    "what-you-send-me": lambda world: [choice_token(world.house.engagement, world.viewers["another member"])],
    "answer": lambda world: [
        answer_token(world.house.engagement, world.viewers["another member"], world.house.statements[2].pk)
    ],
    "feeds": lambda world: [feed_token(world.house.engagement)],
    "no-reminders": lambda world: [
        wish_token(engagement=world.house.engagement.pk, member=world.viewers["another member"].pk)
    ],
}


@dataclass(frozen=True)
class Seen:
    """One thing that `by` sees; `own` is whose things may stand in it, `asked` what the database was asked for it.

    How long a page takes is not to be compared; what it asks of the database is, and takes most of the time.
    """

    by: str
    what: str
    text: str
    own: Member | None = None
    asked: tuple[str, ...] = ()
    may_read_inbox: bool = False


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


def by_onlookers(world: World, things: Iterable[Seen]) -> list[Seen]:
    """Those of the things that were seen on pages."""
    names = {onlooker.name for onlooker in world.onlookers}
    return [thing for thing in things if thing.by in names]


def pages(world: World, only: str = "") -> Iterator[Seen]:
    """Each address (with `only` in it), looked at by everybody in three ways and written to.

    Whatever a look writes is taken back, so that each begins in the same world, whichever others there were.
    """
    known = [parameters(house) for house in (world.house, *world.others)]
    Browser().get("/")  # what a process learns once, as that all is set up, it asks no more
    for route in sorted(route for route in set(routes()) if only in route and not route.startswith(LEAVES)):
        for address in list(addresses(world, route, known)):
            for onlooker in world.onlookers:
                yield from _looks(world, onlooker, route, address)


def addresses(world: World, route: str, known: list[dict[str, object]]) -> Iterator[str]:
    """In the house that is open; in what is prepared and what is closed; of each wave, since they differ by state."""
    tokens, (here, *elsewhere) = TOKENS.get(route.partition("/")[0]), known
    for token in tokens(world) if tokens else [here["token"]]:
        yield from (fill(route, {**here, "token": token, **more}) for more in _known(world.house, route))
    if "<slug:slug>" in route:
        yield from (fill(route, there) for there in elsewhere)


def _known(house: House, route: str) -> Iterator[dict[str, Any]]:
    if "<int:wave_id>" in route:
        yield from ({"wave_id": pk} for pk in house.engagement.waves.order_by("pk").values_list("pk", flat=True))
    elif "statements/<" in route:  # of the organisers, of an author who replied, of one who was asked
        said = house.engagement.statements.filter(is_seed=False, state="published").order_by("pk")
        yield from ({"statement_id": pk} for pk in (house.statements[3].pk, *said.values_list("pk", flat=True)[:2]))
    elif "questions/<" in route:
        asked = AuthorQuestion.objects.filter(statement__engagement=house.engagement).order_by("pk")
        yield from ({"question_id": pk} for pk in asked.values_list("pk", flat=True))
    elif "Groups/<" in route:
        yield from (
            {"scim_id": group_id(pk)} for pk in house.organisation.units.order_by("pk").values_list("pk", flat=True)
        )
    else:
        yield {}


def _looks(world: World, onlooker: Onlooker, route: str, address: str) -> Iterator[Seen]:
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
        with _look(world, onlooker) as look:
            reply, seen = look("get", f"{address}{way}", address, **how)
            status = status or reply.status_code
            yield seen
    if status not in WORTH_WRITING_TO:
        return
    with _look(world, onlooker) as look:
        as_json = {"content_type": "application/json"} if route.startswith(("api/", "scim/")) else {}
        sent = _message(route) if route.startswith("scim/") else sensible(world)
        reply, seen = look("post", address, address, data=sent, **as_json)
        yield seen
        if reply.status_code == 302:
            yield look("get", f"{address}, after a post", reply["Location"])[1]
    if onlooker.is_directory and route.startswith("scim/"):
        yield from _changes(world, onlooker, route, address)


def _changes(world: World, onlooker: Onlooker, route: str, address: str) -> Iterator[Seen]:
    patch = {"schemas": [PATCH], "Operations": [{"op": "replace", "path": "displayName", "value": "Changed"}]}
    for method, sent in {"put": _message(route), "patch": patch, "delete": {}}.items():
        with _look(world, onlooker) as look:
            yield look(method, address, address, data=sent, content_type="application/json")[1]


def _message(route: str) -> dict[str, Any]:
    """What a directory sends: a search, a group, a person."""
    if ".search" in route:
        return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 100}
    core = "urn:ietf:params:scim:schemas:core:2.0:"
    if "Groups" in route:
        return {"schemas": [core + "Group"], "displayName": "Made by the directory"}
    return {"schemas": [core + "User"], "userName": "new@silent.example", "displayName": "Somebody New"}


Look = Callable[..., tuple[Any, Seen]]


@contextmanager
def _look(world: World, onlooker: Onlooker) -> Iterator[Look]:
    """A browser for one look, which leaves nothing behind."""
    cache.clear()  # limits on tries would hide what is behind them
    browser = onlooker.browser()

    def look(method: str, what: str, address: str, **how: Any) -> tuple[Any, Seen]:
        n_mails = len(mail.outbox)
        with asked_of_database() as asked:
            reply = getattr(browser, method)(address, **how)
        text = "\n\n".join([text_of(reply), *map(_mail_words, mail.outbox[n_mails:])])  # with the mails it sent
        for drawn in world.drawn:
            text = text.replace(drawn, "…")
        seen = Seen(onlooker.name, f"{method} {what}", text, onlooker.own, tuple(asked), onlooker.may_read_inbox)
        return reply, seen

    with transaction.atomic():
        yield look
        transaction.set_rollback(True)


@contextmanager
def asked_of_database() -> Iterator[list[str]]:
    """Collect what the database is asked, without the values."""
    asked: list[str] = []

    def note(execute: Any, sql: str, values: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:  # they are numbered
            asked.append(sql)
        return execute(sql, values, many, context)

    with connection.execute_wrapper(note):
        yield asked


def sensible(world: World) -> dict[str, Any]:
    """What would do something, for whoever may: a decision, an answer, something said, a role, a letter's code."""
    waiting = max(world.author_of)
    member = world.viewers["another member"]
    role = {"known_as": member.email, "name": "sponsor"}
    entry = {"staff_number": member.staff_number, "code": letter_code(member)}
    said = {"topic": world.house.topic.pk, "text": "A viewer says this.", "statement": waiting, "stance": 1}
    talk = {"said": "read", "do": "decline", "wish": "none", "from": "list"}
    return {**role, **entry, **said, **talk, "decision": "approve"}


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
        yield Seen(f"mail to {to}", str(message.subject), _mail_words(message), people.get(to))


def _mail_words(message: mail.EmailMessage) -> str:
    """Headers and all parts, in words however they are packed for the way."""
    parts = list(message.message().walk())
    heads = [f"{name}: {make_header(decode_header(str(value)))}" for part in parts for name, value in part.items()]
    bodies = [part.get_payload(decode=True) for part in parts if not part.is_multipart()]
    return "\n".join([*heads, "", *(html.unescape(body.decode(errors="replace")) for body in bodies if body)])


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
