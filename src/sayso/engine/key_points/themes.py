"""Themes: key points that belong together, named by the words that set them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.likenesses import Texts
from sayso.engine.votes import BoolArray, IntArray
from sayso.engine.wording import words

FEWEST_KEY_POINTS = 4  # fewer need no themes
MOST_COMMON = 0.25  # a word in more statements than this says nothing about one theme
SHORTEST_WORD, WORDS_IN_NAME = 4, 3


@dataclass(frozen=True)
class Theme:
    """name : the words that set it apart, most telling first; key_points : their numbers, in order"""

    name: str
    key_points: tuple[int, ...]


def find_themes(
    key_points: Sequence[str], statements: Sequence[str], says: BoolArray, *, encoder: Encoder | None
) -> tuple[Theme, ...]:
    """Gather key points into about √k themes, the one with most statements first.

    Parameters
    ----------
    key_points : sequence of str [k]
    statements : sequence of str [n]
    says : bool [n, k]
        Which statement is listed under which key point.
    encoder : Encoder or None

    Returns
    -------
    tuple of Theme
        Empty for fewer than four key points. Each key point is in one theme.

    Notes
    -----
    Average linkage (Sokal & Michener 1958) of the mean likeness. A name's words are those whose share in the theme's
    statements most exceeds their share elsewhere, in log-odds with one half added, times how often they are said.
    O(k² · dims + letters).

    Examples
    --------
    >>> points = ["Lunch costs too much", "Lunch costs more each year", "Parking is full", "Parking is far away"]
    >>> [(theme.name, theme.key_points) for theme in find_themes(points, points, np.eye(4, dtype=bool), encoder=None)]
    [('costs, lunch, each', (0, 1)), ('parking, away, full', (2, 3))]
    """
    k = len(key_points)
    if k < FEWEST_KEY_POINTS:
        return ()
    alike = np.mean(Texts.of(key_points, (), encoder).between(slice(0, k), slice(0, k)), axis=0).round(9)
    apart = 1 - (alike + alike.T)[np.triu_indices(k, 1)] / 2
    label = fcluster(linkage(apart, "average"), round(k**0.5), "maxclust")
    members = [np.flatnonzero(label == theme) for theme in np.unique(label)]
    heard = [says[:, which].any(axis=1) for which in members]
    order = sorted(range(len(members)), key=lambda t: (-int(heard[t].sum()), int(members[t][0])))
    names = _names([np.flatnonzero(heard[t]) for t in order], [members[t] for t in order], key_points, statements)
    return tuple(Theme(name, tuple(members[t].tolist())) for name, t in zip(names, order, strict=True))


def _names(
    heard: list[IntArray], members: list[IntArray], key_points: Sequence[str], statements: Sequence[str]
) -> list[str]:
    own = [{word for j in which for word in words(key_points[j])} for which in members]
    column = {word: number for number, word in enumerate(sorted(set().union(*own)))}
    holds = _holding(statements, column)
    everywhere, n_statements, found = holds.sum(axis=0), len(statements), []
    for listed, which, its in zip(heard, members, own, strict=True):
        here = holds[listed].sum(axis=0)
        n, rest = len(listed), n_statements - len(listed)

        def telling(word: str, here: IntArray = here, n: int = n, rest: int = rest) -> float:
            said, elsewhere = int(here[column[word]]), int(everywhere[column[word]] - here[column[word]])
            inside = np.log((said + 0.5) / (n - said + 0.5))
            return float((inside - np.log((elsewhere + 0.5) / (rest - elsewhere + 0.5))) * np.log1p(said))

        fit = [word for word in sorted(its) if len(word) >= SHORTEST_WORD and not word.isdecimal()]
        rare = [word for word in fit if everywhere[column[word]] <= max(MOST_COMMON * n_statements, n)] or fit
        best = sorted(rare, key=lambda word: (-round(telling(word), 9), word))[:WORDS_IN_NAME]
        found.append(", ".join(best) or key_points[int(which[0])])
    return found


def _holding(statements: Sequence[str], column: dict[str, int]) -> sparse.csr_array:
    """Which statement holds which of these words, int64 [n, n_words]; no other word is kept."""
    ends, columns = [0], []
    for text in statements:
        columns += sorted({column[word] for word in words(text) if word in column})
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.int64)
    return sparse.csr_array((ones, columns, ends), shape=(len(statements), len(column)))
