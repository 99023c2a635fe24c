"""Themes: key points that belong together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.likenesses import Texts
from sayso.engine.key_points.naming import names_of
from sayso.engine.votes import BoolArray

FEWEST_KEY_POINTS = 4  # fewer need no themes


@dataclass(frozen=True)
class Theme:
    """name : what sets it apart, most telling first; key_points : their numbers, in order"""

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
    Complete linkage (Sørensen 1948) of the senses: with the average, one theme took in half of all. Without an encoder
    average linkage of words and pieces. Names are `naming.names_of`'s. O(k² · dims + letters).

    Examples
    --------
    >>> points = ["Lunch is too dear", "Lunch is too small", "Parking is full", "Parking is far away"]
    >>> [(theme.name, theme.key_points) for theme in find_themes(points, points, np.eye(4, dtype=bool), encoder=None)]
    [('lunch', (0, 1)), ('parking', (2, 3))]
    """
    k = len(key_points)
    if k < FEWEST_KEY_POINTS:
        return ()
    likenesses = Texts.of(key_points, (), encoder).between(slice(0, k), slice(0, k))
    # Most that share no word are equally unlike: the farthest of them says nothing.
    alike, how = (np.mean(likenesses, axis=0), "average") if encoder is None else (likenesses[-1], "complete")
    alike = alike.round(9)
    apart = 1 - (alike + alike.T)[np.triu_indices(k, 1)] / 2
    label = fcluster(linkage(apart, how), round(k**0.5), "maxclust")
    members = [np.flatnonzero(label == theme) for theme in np.unique(label)]
    heard = [says[:, which].any(axis=1) for which in members]
    order = sorted(range(len(members)), key=lambda t: (-int(heard[t].sum()), int(members[t][0])))
    names = names_of([np.flatnonzero(heard[t]) for t in order], [members[t] for t in order], key_points, statements)
    return tuple(Theme(name, tuple(members[t].tolist())) for name, t in zip(names, order, strict=True))
