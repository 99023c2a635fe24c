"""Which statements share rare words with what is being typed, from an index that a web process keeps warm.

Knows words, not meaning, and nobody's state: whoever asks looks up in the database what is open, and for whom. It is
read in portions, a few a request, so that nobody waits for it; until all is read there is nothing to ask. After that,
each look reads the few statements that the log names since the last one.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from heapq import nlargest
from math import log
from threading import Lock

from django.db.models import Max

from sayso.engagements.models import Event, Statement

PORTION = 2_000  # statements read at one look: some 40 ms
MOST_STATEMENTS = 200_000  # of one engagement; beyond, the database is searched as without an index
MOST_KEPT = 4  # engagements in one process, the last asked for
POSTINGS = 20_000  # looked through for one question, those of its rarest words first
LOOKS_BACK = 1_000  # numbers of events: on PostgreSQL 7 may be seen after 8
# After these there may be words that were not there before.
BRINGS_WORDS = ("statement_said", "statement_seeded", "statement_published", "statement_split", "split_undone")


class Remembered:
    """Beginnings of words → statements, of one engagement."""

    def __init__(self, words_of: Callable[[str], list[str]]) -> None:
        self.words_of = words_of
        self.holding: dict[str, array[int]] = {}
        self.numbers: array[int] = array("q")
        self.known: set[int] = set()
        self.last_event: int | None = None  # of those the index follows; None before the first look
        self.read_to = 0  # the highest number read; −1 once all are
        self.lock = Lock()

    @property
    def is_whole(self) -> bool:
        return self.read_to < 0

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        for number, text in rows:
            if number in self.known:
                continue
            self.known.add(number)
            place = len(self.numbers)
            self.numbers.append(number)
            for word in set(self.words_of(text)):
                self.holding.setdefault(word, array("i")).append(place)

    def weight(self, words: Iterable[str]) -> dict[str, float]:
        """How much it tells that two statements share a word: the rarer, the more."""
        n = len(self.numbers)
        return {word: log(1 + (n + 1) / (len(self.holding.get(word, ())) + 1)) for word in words}

    def near(self, text: str, *, most: int) -> list[int]:
        """Numbers of statements that share most, by rare words; O(POSTINGS)."""
        weight = self.weight(set(self.words_of(text)))
        score: defaultdict[int, float] = defaultdict(float)
        looked = 0
        for word in sorted(weight, key=lambda word: (-weight[word], word)):
            held = self.holding.get(word, ())
            looked += len(held)
            if looked > POSTINGS and score:
                break
            for place in held[:POSTINGS]:
                score[place] += weight[word]
        best = nlargest(most, score.items(), key=lambda pair: (pair[1], -pair[0]))
        return [self.numbers[place] for place, _ in best]


_kept: OrderedDict[int, Remembered] = OrderedDict()
_keeping = Lock()


def remembered(engagement_id: int, words_of: Callable[[str], list[str]]) -> Remembered | None:
    """The engagement's index, with what came since; None while it is being read, or too much to keep."""
    with _keeping:
        index = _kept.setdefault(engagement_id, Remembered(words_of))
        _kept.move_to_end(engagement_id)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    with index.lock:
        _follow(engagement_id, index)
        _read_on(engagement_id, index)
        return index if index.is_whole and len(index.numbers) <= MOST_STATEMENTS else None


def forget_all() -> None:
    """For tests, in which the database hands out the same numbers again."""
    with _keeping:
        _kept.clear()


def _follow(engagement_id: int, index: Remembered) -> None:
    events = Event.objects.filter(engagement=engagement_id)
    newest = events.aggregate(newest=Max("id"))["newest"] or 0
    if index.last_event is not None and index.is_whole and newest > index.last_event:
        new = events.filter(id__gt=index.last_event - LOOKS_BACK, kind__in=BRINGS_WORDS)
        told = {number for payload in new.values_list("payload", flat=True) for number in _numbers_in(payload)}
        rows = Statement.objects.filter(engagement=engagement_id, pk__in=told - index.known)
        index.add(rows.order_by("pk").values_list("pk", "text"))
    if index.last_event is None or index.is_whole:
        index.last_event = newest


def _numbers_in(payload: dict[str, object]) -> Iterable[int]:
    for name in ("statement", "parts", "into"):
        value = payload.get(name)
        yield from (number for number in (value if isinstance(value, list) else [value]) if isinstance(number, int))


def _read_on(engagement_id: int, index: Remembered) -> None:
    """One portion more, while the first reading lasts; a little one is whole at once."""
    if index.is_whole or len(index.numbers) > MOST_STATEMENTS:
        return
    rows = Statement.objects.filter(engagement=engagement_id, pk__gt=index.read_to).order_by("pk")
    portion = list(rows.values_list("pk", "text")[:PORTION])
    index.add(portion)
    index.read_to = portion[-1][0] if len(portion) == PORTION else -1
