"""What is odd about statements, and what it does to their key points: told beside the result, never instead of it."""

from __future__ import annotations

from collections.abc import Sequence

from sayso.engine.files.problems import counted
from sayso.engine.key_points.encoders import MAX_LETTERS
from sayso.engine.key_points.sentences import FEWEST
from sayso.engine.wording import words

MANY_SHORT = 0.2  # of statements: fewer that are short are nothing to speak of


def oddities(statements: Sequence[str], *, n_key_points: int, meaning: bool) -> list[tuple[str, str]]:
    """Code and sentence of each oddity among the statements of one topic; O(letters).

    n_key_points : how many were found
    meaning : whether an encoder read them

    >>> oddities(["Yes", "🙂", "No"], n_key_points=0, meaning=False)[0]
    ('no_words', '1 statement has no words, and is listed under no key point.')
    """
    told: list[tuple[str, str]] = []
    blank = short = long = 0
    first, all_alike = None, len(statements) > 1
    for text in statements:
        spoken = words(text)
        first = spoken if first is None else first
        all_alike = all_alike and spoken == first
        blank += not spoken
        short += 0 < len(spoken) < FEWEST
        long += len(text) > MAX_LETTERS
    if blank:
        has = counted(blank, "statement has no words, and is", "statements have no words, and are")
        told.append(("no_words", f"{has} listed under no key point."))
    if short > MANY_SHORT * len(statements):
        has = counted(short, "statement has", "statements have")
        told.append(("short_statements", f"{has} fewer than {FEWEST} words, too few to stand for what many say."))
    if long and meaning:
        has = counted(long, "statement has", "statements have")
        told.append(("long_statements", f"{has} more than {MAX_LETTERS:,} letters; meaning is read from those."))
    if all_alike and first:
        told.append(("all_alike", "All statements are in the same words."))
    if not n_key_points:
        told.append(("nothing_shared", "No sentence was found that says what several say."))
    return told
