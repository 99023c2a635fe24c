"""Statements that say something like what is being typed: shared words, rare ones more. Knows words; not meaning.

An index of words narrows it down (`remembered`), or, until that is read, the database by the longest words; what is
left is compared here. Nothing heavy in a web process: meaning is found in the engine, which web processes do not load.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from math import log
from pathlib import Path

from django.db import connection
from django.db.models import Q

from sayso.engagements.models import Participant, Statement
from sayso.engagements.queries import unanswered
from sayso.engagements.saying.remembered import remembered

MOST_SHOWN = 3
LEAST_ALIKE = 0.45  # among the demo's statements: what shares a theme stays below, what says the same lies above
MOST_COMPARED = 400
MOST_NEAR = 100  # by rare words, of which those already answered fall out
WORDS_SOUGHT = 5
BEGINNING = 6  # letters: what languages change in a word stands mostly at its end
SMALL = frozenset(Path(__file__).with_name("small_words.txt").read_text(encoding="utf-8").split())
_WORD = re.compile(r"[^\W\d_]{3,}")


def words_of(text: str) -> list[str]:
    """Its telling words, each as its beginning, in plain letters.

    >>> words_of("The meetings are too long, the meeting rooms too small.")
    ['meetin', 'long', 'meetin', 'rooms', 'small']
    """
    return [_beginning(word) for word in _telling(text)]


def _telling(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word not in SMALL]


def _beginning(word: str) -> str:
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
    if plain.startswith("ال") and len(plain) > 4:
        plain = plain[2:]
    return plain[:BEGINNING]


def most_alike(
    text: str, others: Sequence[tuple[int, str]], weigh: Callable[[set[str]], dict[str, float]] | None = None
) -> list[tuple[int, float]]:
    """(number, likeness 0 to 1) of those of `others` that share enough, the most alike first.

    `weigh` tells how much each word counts; without it the rarity is that among `others`.
    """
    mine = set(words_of(text))
    if len(mine) < 2:
        return []
    theirs = {number: set(words_of(words)) for number, words in others}
    weight = weigh(mine.union(*theirs.values())) if weigh else _weights(theirs.values())
    found = []
    for number, words in theirs.items():
        shared, all_words = _sum(mine & words, weight), _sum(mine, weight) + _sum(words, weight)
        if len(mine & words) > 1 and 2 * shared / all_words >= LEAST_ALIKE:
            found.append((number, 2 * shared / all_words))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _weights(sets: Iterable[set[str]]) -> dict[str, float]:
    sets = list(sets)
    counted = Counter(word for words in sets for word in words)
    return {word: log(1 + (len(sets) + 1) / (number + 1)) for word, number in counted.items()}


def _sum(words: Iterable[str], weight: dict[str, float]) -> float:
    return sum(weight.get(word, 1.0) for word in words)


def alike_for(participant: Participant, text: str) -> list[Statement]:
    """Open statements of others that say something like it and that this participant has not answered, best first."""
    sought = sorted(set(_telling(text)), key=len, reverse=True)[:WORDS_SOUGHT]
    if not sought:
        return []
    index, rows = remembered(participant.engagement_id, words_of), unanswered(participant)
    if index is not None:
        near = list(rows.filter(pk__in=index.near(text, most=MOST_NEAR)).order_by("pk").values_list("pk", "text"))
        alike = most_alike(text, near, index.weight)
    else:
        held = rows.filter(_holds_any(sought)).order_by("pk").values_list("pk", "text")[:MOST_COMPARED]
        alike = most_alike(text, list(held))
    best = [number for number, _ in alike[:MOST_SHOWN]]
    found = Statement.objects.in_bulk(best)
    return [found[number] for number in best]


def _holds_any(words: Sequence[str]) -> Q:
    beginnings = [word[:BEGINNING] for word in words]
    if connection.vendor == "postgresql":  # one pass over each text, not one a word: 26 ms for 155 at 18,800 statements
        return Q(text__iregex="|".join(beginnings))
    holds = Q()
    for beginning in beginnings:
        holds |= Q(text__icontains=beginning)
    return holds
