"""What a theme is called: things that many of its statements speak of and others do not. Knows words, no meaning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sayso.engine.key_points.small_words import BEFORE_VERBS, BEHIND_NOUNS, NODS, SMALL, TESTS
from sayso.engine.votes import IntArray
from sayso.engine.wording import WORD

Phrase = tuple[str, ...]

MOST_COMMON = 0.15  # a phrase in more statements than this says nothing about one theme
SHORTEST, MOST_PHRASES = 3, 3
# Of a theme's statements, so many and such a share hold a phrase: else it is one statement's.
FEWEST_HOLDING, SHARE_HOLDING = 2, 0.1
AS_A_PAIR = 0.5  # of the statements that hold a word hold the pair: then the pair is meant
MOSTLY_BEFORE = 0.6  # of a word's places are before another that carries something: "public", of which more is to come
NOUNS_IN_CAPITALS = 0.3  # of different words, within sentences: more, and nouns are written so here, as in German
ENDS = re.compile(r"[.!?:;…\n]")


@dataclass
class _Places:
    """Where a word stands: within sentences and how it is written there; what speaks for a thing, what for a doing."""

    written: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)
    as_thing: int = 0
    as_doing: int = 0
    first_as_doing: int = 0
    before_another: int = 0
    n: int = 0


def names_of(
    heard: Sequence[IntArray], members: Sequence[IntArray], key_points: Sequence[str], statements: Sequence[str]
) -> list[str]:
    """A name for each theme: at most three words, or pairs of words, of its key points; O(letters).

    Parameters
    ----------
    heard : of each theme, its statements
    members : of each theme, its key points
    key_points, statements : sequences of str

    Notes
    -----
    A phrase tells by how much its share in the theme's statements exceeds its share elsewhere, in log-odds with one
    half added, times how often it is said; the next one by what it adds. It is a thing rather than a doing or a
    quality, as far as its places tell: not mostly after "to", "we", "should"; not mostly before another word; in
    capitals where nouns are. It is written as most write it. What only one statement holds is taken where nothing else
    is left.
    """
    own = [_phrases(key_points[k] for k in which) for which in members]
    wanted = {phrase for its in own for phrase in its}
    read = _Read.of(statements, wanted)
    found = []
    for listed, which, its in zip(heard, members, own, strict=True):
        best = _told_best(its, listed, read)
        found.append(", ".join(map(read.as_written, best)) or key_points[int(which[0])])
    return found


@dataclass
class _Read:
    """Statements as far as names need them.

    holding : statements that hold a phrase; places : of each word; n : statements
    """

    holding: dict[Phrase, list[int]]
    places: dict[str, _Places]
    n: int
    capitals: bool

    @classmethod
    def of(cls, statements: Sequence[str], wanted: set[Phrase]) -> _Read:
        its = {word for phrase in wanted for word in phrase}
        places: dict[str, _Places] = {word: _Places() for word in its}
        holding: dict[Phrase, list[int]] = {phrase: [] for phrase in wanted}
        capitals: Counter[str] = Counter()
        for number, text in enumerate(statements):
            held: set[Phrase] = set()
            before = ""
            tokens = _tokens(text)
            for at, (written, word, starts) in enumerate(tokens):
                before = "" if starts else before
                after = tokens[at + 1][1] if at + 1 < len(tokens) and not tokens[at + 1][2] else ""
                if before and word not in SMALL:
                    capitals[word] += 1 if written[0].isupper() else -1
                if word in its:
                    held |= {(word,), (before, word)}
                    _note(places[word], written, before, after)
                before = word
            for phrase in held & wanted:
                holding[phrase].append(number)
        in_capitals = sum(n > 0 for n in capitals.values())
        return cls(holding, places, len(statements), in_capitals > NOUNS_IN_CAPITALS * len(capitals))

    def names_a_thing(self, phrase: Phrase) -> bool:
        place = self.places[phrase[-1]]
        if any(self.places[word].as_doing > self.places[word].as_thing for word in phrase[:-1]):
            return False
        if self.capitals and (said := place.written.total()):
            in_capitals = sum(n for form, n in place.written.items() if form[0].isupper())
            return in_capitals > said / 2
        return (
            place.before_another <= MOSTLY_BEFORE * place.n and place.as_doing + place.first_as_doing <= place.as_thing
        )

    def as_written(self, phrase: Phrase) -> str:
        return " ".join(self._written(word) for word in phrase)

    def _written(self, word: str) -> str:
        place = self.places[word]
        if place.written:
            return max(sorted(place.written), key=place.written.__getitem__)
        form = max(sorted(place.first), key=place.first.__getitem__, default=word)
        return form if self.capitals or not form[1:].islower() else form.lower()


def _note(place: _Places, written: str, before: str, after: str) -> None:
    (place.written if before else place.first)[written] += 1
    place.n += 1
    place.before_another += bool(after) and after not in SMALL
    if before in BEFORE_VERBS:
        place.as_doing += 1
    elif before or after in BEHIND_NOUNS:
        place.as_thing += 1
    else:
        place.first_as_doing += 1


def _told_best(phrases: Sequence[Phrase], listed: IntArray, read: _Read) -> list[Phrase]:
    """The phrases of a theme's name, most telling first."""
    n, rest = len(listed), read.n - len(listed)
    inside = {int(number) for number in listed}
    here = {phrase: [number for number in read.holding[phrase] if number in inside] for phrase in phrases}

    def telling(phrase: Phrase, said: int) -> float:
        elsewhere = len(read.holding[phrase]) - len(here[phrase])
        odds = np.log((said + 0.5) / (n - said + 0.5)) - np.log((elsewhere + 0.5) / (rest - elsewhere + 0.5))
        return round(float(odds * np.log1p(said)), 9)

    def fits(phrase: Phrase) -> bool:
        rare = len(read.holding[phrase]) <= max(MOST_COMMON * read.n, 2 * n)
        return bool(here[phrase]) and rare and read.names_a_thing(phrase)

    def is_part(word: Phrase) -> bool:
        """Whether a pair is meant where the word is said: "Green" of Bowling Green."""
        pairs = [pair for pair in phrases if len(pair) > 1 and word[0] in pair]
        return any(len(here[pair]) >= max(AS_A_PAIR * len(here[word]), FEWEST_HOLDING) for pair in pairs)

    fit = [phrase for phrase in phrases if fits(phrase) and (len(phrase) > 1 or not is_part(phrase))]
    shared = [phrase for phrase in fit if len(here[phrase]) >= max(FEWEST_HOLDING, SHARE_HOLDING * n)]
    chosen: list[Phrase] = []
    covered: set[int] = set()
    while len(chosen) < (MOST_PHRASES if shared else 1):
        worth = {}
        for phrase in shared or fit:
            fresh = len(set(here[phrase]) - covered)
            if fresh and not any(set(phrase) & set(other) for other in chosen):
                worth[phrase] = telling(phrase, len(here[phrase])) * fresh / len(here[phrase])
        if not worth or (chosen and max(worth.values()) <= 0):  # said elsewhere as often
            break
        best = max(worth, key=lambda phrase: (round(worth[phrase], 9), len(phrase)))  # the first said, of equals
        chosen.append(best)
        covered |= set(here[best])
    return chosen


def _phrases(texts: Iterable[str]) -> list[Phrase]:
    """Words that carry something, and pairs of them that stand side by side, in their order."""
    found: dict[Phrase, None] = {}
    for text in texts:
        before = ""
        for written, word, starts in _tokens(text):
            fit = _carries(written, word)
            if fit:
                found[word,] = None
                if before and not starts:
                    found[before, word] = None
            before = word if fit else ""
    return list(found)


def _carries(written: str, word: str) -> bool:
    if word in SMALL or word in NODS or word in TESTS or not any(map(str.isalpha, word)):
        return False
    return len(word) >= SHORTEST or (len(word) > 1 and written.isupper())


def _tokens(text: str) -> list[tuple[str, str, bool]]:
    """Words as written, in small letters, and whether a sentence or part of one starts there."""
    plain = unicodedata.normalize("NFKC", text)
    found, end = [], 0
    for word in WORD.finditer(plain):
        between = plain[end : word.start()]
        found.append((word[0], word[0].casefold(), not end or ENDS.search(between) is not None))
        end = word.end()
    return found
