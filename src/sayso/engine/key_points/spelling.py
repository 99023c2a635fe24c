"""Whether letters follow each other as in words, learnt from what is said here. Knows no meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log

from sayso.engine.key_points.small_words import NODS, SMALL, carrying
from sayso.engine.wording import words

# Mean log-probability of a letter after another. Statements of twelve conversations lie above −3.4, single sentences in
# nine languages none was learnt from above −3.9, rows of letters below −4.4.
AS_IN_NO_WORD = -4.2
HALF_SEEN = 0.1  # added to each count
FEWEST_SEEN = 20  # of a letter, before anything is said of it: nothing is known of an alphabet nobody writes here
_CAPITALS = re.compile(r"\b[^\W\d_]*[A-Z]{2,}[^\W_]*\b")  # "GDP", "SKYCTC" spell nothing


@dataclass(frozen=True)
class Spelling:
    """How often letters follow each other, in words that two statements hold and in small words."""

    pairs: Counter[str]
    letters: Counter[str]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelling:
        """O(letters)."""
        held = Counter(word for text in texts for word in set(words(text)))
        pairs: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for word in {word for word, n in held.items() if n > 1} | SMALL | NODS:
            line = f" {word} "
            letters.update(line[:-1])
            pairs.update(line[at : at + 2] for at in range(len(line) - 1))
        return cls(pairs, letters)

    def is_no_word(self, text: str) -> bool:
        """Whether the letters of a text, small words and capitals left out, follow each other as in no word.

        >>> spelling = Spelling.of([])
        >>> [spelling.is_no_word(text) for text in ("Więcej ścieżek rowerowych", "ajsdofijsdf.a sdjfsoidfj", "LGBTQ")]
        [False, True, False]
        """
        total, n = 0.0, 0
        for word in dict.fromkeys(carrying(words(_CAPITALS.sub(" ", text)))):
            line = f" {word} "
            for one, other in pairwise(line):
                if self.letters[one] >= FEWEST_SEEN <= self.letters[other]:
                    seen = self.pairs[one + other] + HALF_SEEN
                    total += log(seen / (self.letters[one] + HALF_SEEN * len(self.letters)))
                    n += 1
        return n > 0 and total / n < AS_IN_NO_WORD
