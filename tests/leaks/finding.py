"""Ways from what was said and voted to who did it, in what somebody sees. Knows a world and its traces."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from leaks import seen
from leaks.seen import Seen
from leaks.world import (
    ANSWERED,
    ANSWERED_TODAY,
    MOMENT,
    PARTICIPANT_NUMBER,
    REPLIES,
    SMALL_UNITS,
    STATEMENT_NUMBER,
    UNREAD,
    WORDS,
    World,
)
from sayso.engagements.models import Statement
from sayso.members.models import Member

# Differ at each look, whoever did what.
RANDOM = (
    re.compile(r'(?<=name="csrfmiddlewaretoken" value=")[^"]*'),
    re.compile(r'(?<=name="drawn" value=")[^"]*|(?<="drawn": ")[^"]*'),
    re.compile(r"(?<=sayso_csrf=)[^;\s]*|(?<=sayso_session=)[^;\s]*|(?<=messages=)[^;\s]*"),
    re.compile(r"expires=[^;\n]*|^Expires: .*$|^Date: .*$", re.MULTILINE),
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(\+00:00|Z)?"),
    re.compile(r'(?<=<time datetime="…">)[^<]*'),
    re.compile(r'(?<="challenge": ")[^"]*|(?<=id="shown-token">)[^<]*'),
    re.compile(r"(?<=sayso_frame=)[^;\s]*"),
    re.compile(r'(?<=name="proof" value=")[^"]*|(?<=data-pass=")[^"]*'),
    re.compile(r"(?<=sayso_guest=)[^;\s]*"),
    re.compile(r"^Message-ID: .*$|(?<=boundary=\")[^\"]*", re.MULTILINE),
    re.compile(r'(?<=name="undo" value=")[^"]*'),
    re.compile(r'(?<=<details name="act-)\d+'),
)
# Long enough to hold any number by chance, one in some thousands: hashes, what parts a mail, and a mail's own number.
CHANCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{40,}(?![0-9a-f])|={15}\d+==|(?<=Message-ID: <)[\d.]+(?=@)")
SAID = (*WORDS, *REPLIES, ANSWERED, ANSWERED_TODAY)
# Marks made with a key that is drawn anew in each world; what they give away is tried in tests/custody.
KEYED = ("/ballots/record", "/ballots/proof", "/ballots/receipt")
# Where it is known that more is asked of the database for some than for others, and why that is as it must be.
ASKED_FOR_SOME = {
    # What somebody gave is taken back when they are erased; who gave nothing is done sooner. It is the guardian who
    # waits for it, and everybody sees in the figures that somebody left.
    "post /e/silent/custody/erasures/",
}
FEW = re.compile(r'"(?:seen|size|holders|n_placed|groups_seen|n_answers|n_took_part|people)": [1-4](?!\d)')
FEW_IN_WORDS = re.compile(
    r"(?<![\d,.–])[1-4] (?:of [\d,]+ )?"
    r"(?:asked|people|persons?|answers|answered|have answered|of us|members|voters|wrote something)\b"
)


def everything(world: World, log: Iterable[str]) -> Iterator[Seen]:
    """The log comes last, since all else may write to it."""
    yield from seen.pages(world)
    yield from seen.commands()
    yield from beside_pages(world, log)


def beside_pages(world: World, log: Iterable[str]) -> Iterator[Seen]:
    yield from seen.snapshots()
    yield from seen.files()
    yield from seen.mails(world)
    yield from seen.sessions()
    yield from (Seen("whoever reads the log", "log", line) for line in log)


def leaks(world: World, things: Iterable[Seen]) -> Iterator[str]:
    """A line for each trace, as it is found; none is what one wants."""
    tracks = _Tracks(world)
    yield from (f"{thing.by} · {thing.what}: {trace}" for thing in things for trace in tracks.within(thing))


class _Tracks:
    """All that leads to somebody, made once for a world."""

    def __init__(self, world: World) -> None:
        self.pseudonyms = re.compile("|".join(world.pseudonyms))
        self.of = {member.pk: _named(member) for member in [*world.ordinary, *world.viewers.values()]}
        self.ordinary = {member.pk for member in world.ordinary}
        said = Statement.objects.in_bulk(world.author_of)
        author = {statement.text: world.author_of[pk].pk for pk, statement in said.items()}
        self.unread = {WORDS[number]: author[WORDS[number]] for number in UNREAD}

    def within(self, thing: Seen) -> Iterator[str]:
        yield from self._always(thing)
        if not thing.may_read_inbox and not thing.by.startswith("whoever"):
            reader = thing.own and thing.own.pk
            unread = (words for words, author in self.unread.items() if author != reader and words in thing.text)
            yield from (f"not read yet: {words}" for words in unread)
            yield from (f"reply not shown: {words}" for words in REPLIES[2:] if words in thing.text)
        if "/custody/log" in thing.what:  # members have no office, and their own say is no access
            yield from self._names(thing, self.ordinary)
        if thing.what == "log":
            yield from self._names(thing, self.of)
            yield from (f"words: {words}" for words in SAID if words in thing.text)
        elif thing.what == "session":
            yield from (f"statement {number}" for number in STATEMENT_NUMBER.findall(thing.text))
        elif speaks(thing.text):
            yield from self._names(thing, self.ordinary)
            yield from (f"small unit: {name}" for name in SMALL_UNITS if name in thing.text)
            if "/mine/" not in thing.what:  # there it is how much one said oneself
                yield from (f"few people: {words}" for words in FEW_IN_WORDS.findall(thing.text))
        if '"statement_id"' in thing.text:
            yield from (f"few people: {number}" for number in FEW.findall(_without_memory(thing.text)))
        if "statement_id," in thing.text:
            yield from (f"few people in the table: {row}" for row in _few_in_table(thing.text))

    def _always(self, thing: Seen) -> Iterator[str]:
        """What nobody ever sees, whatever stands beside it: numbers and pseudonyms of participants, moments."""
        yield from (f"pseudonym {found}" for found in self.pseudonyms.findall(thing.text))
        yield from (f"participant {found}" for found in PARTICIPANT_NUMBER.findall(CHANCE.sub("…", thing.text)))
        yield from (f"moment {found.group()}" for found in MOMENT.finditer(thing.text))
        if ANSWERED_TODAY in thing.text:
            yield f"answered today: {ANSWERED_TODAY}"
        if ANSWERED in thing.text and thing.by not in {"lead", "sponsor", "moderator"}:
            yield f"answer told to others: {ANSWERED}"

    def _names(self, thing: Seen, of: Iterable[int]) -> Iterator[str]:
        own = thing.own.pk if thing.own else None
        yield from (f"member: {trace}" for pk in of if pk != own for trace in self.of[pk] if trace in thing.text)


def _named(member: Member) -> list[str]:
    return [trace for trace in (member.full_name, member.email, member.staff_number, str(member.pk)) if trace]


# Where one goes on after choosing a language: the address that was asked for, numbers in it and all.
ASKED_FOR = re.compile(r'(?<=name="next" value=")[^"]*')


def speaks(text: str) -> bool:
    """Whether something that people said or answered stands there, in words or by number."""
    text = ASKED_FOR.sub("", text)
    return bool(STATEMENT_NUMBER.search(text)) or any(words in text for words in SAID)


def _few_in_table(text: str) -> list[str]:
    """Statements of a table file with figures of one to four people."""
    rows = csv.DictReader(io.StringIO(text[text.index("statement_id,") :]))
    return [
        row["statement_id"] for row in rows if (row.get("seen") or "0").isdecimal() and 0 < int(row["seen"] or 0) < 5
    ]


def _without_memory(text: str) -> str:
    """What is kept only to compare with later is not shown; a reply's head is cut off."""
    try:
        told: Any = json.loads(text.partition("\n\n")[2] or text)
    except ValueError:
        return text
    return json.dumps(told)


def differences(one: Iterable[Seen], other: Iterable[Seen]) -> list[str]:
    """Where two worlds look different to somebody, or ask other things of the database: who, where, and what."""
    first, second = ({(thing.by, thing.what): thing for thing in things} for things in (one, other))
    alone = [f"{by} · {what}: only in one world" for by, what in first.keys() ^ second.keys()]
    both = [key for key in first if key in second]
    told = [f"{by} · {what}: {how}" for by, what in both for how in _told_apart(first[by, what], second[by, what])]
    return told + sorted(alone)


def _told_apart(one: Seen, other: Seen) -> Iterator[str]:
    words, others_words = plain(one.text), plain(other.text)
    if words != others_words and not any(way in one.what for way in KEYED):
        yield f"shown: {_first_difference(words, others_words)}"
    if one.asked != other.asked and not one.what.startswith(tuple(ASKED_FOR_SOME)):
        yield f"asked: {len(one.asked)} / {len(other.asked)} queries, {_first_other_query(one.asked, other.asked)}"


def plain(text: str) -> str:
    for pattern in RANDOM:
        text = pattern.sub("…", text)
    return text


def _first_difference(one: str, other: str) -> str:
    """Of the words, or of the head when they are the same."""
    heads, words = zip(one.partition("\n\n")[::2], other.partition("\n\n")[::2], strict=True)
    one, other = words if words[0] != words[1] else heads
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"{one[max(at - 60, 0) : at + 60]!r} / {other[max(at - 60, 0) : at + 60]!r}"


def _first_other_query(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    pairs = zip_longest(one, other, fillvalue="nothing")
    return next(f"{first[-120:]!r} / {second[-120:]!r}" for first, second in pairs if first != second)
