"""Which texts an encoder that knows English only may read: told by small words, so that nothing needs installing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sayso.engine.key_points.small_words import ENGLISH, SMALL
from sayso.engine.votes import BoolArray
from sayso.engine.wording import words


def read_in_english(texts: Sequence[str], beside: Sequence[str] = ()) -> BoolArray:
    """Bool [n + m]: where most texts are surely English, all but those surely in another language; elsewhere none.

    Texts beside them are told likewise, and do not decide what most are.

    A text is surely English that holds more small words of English than of other languages alone; languages whose small
    words are not known here are never surely anything.

    >>> said = ["The lift is slow.", "We need more light.", "Too dear", "Das Essen ist zu teuer."]
    >>> read_in_english([*said, "It is too dear."]).tolist(), read_in_english(said[2:]).tolist()
    ([True, True, True, False, True], [False, False])
    """
    surely = np.array([np.sign(sum(_leaning(word) for word in words(text))) for text in (*texts, *beside)])
    mostly = 2 * np.count_nonzero(surely[: len(texts)] > 0) > len(texts)
    found: BoolArray = (surely >= 0) & mostly
    return found


def _leaning(word: str) -> int:
    return 1 if word in ENGLISH else -1 if word in SMALL else 0
