"""From snapshot to snapshot: themes go on under their number and name, and how much of what is new is new to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import linear_sum_assignment

RECENT = 100  # newest statements the rate is taken from: fewer say little, more are no longer new
SAME_THEME = 0.3  # statements shared, of those either has: less, and it is another theme
CONFIDENCE = 0.9


@dataclass(frozen=True)
class Earlier:
    """What an earlier snapshot knew.

    key_points : (topic, wording)
    themes : (number, name, topic, its statements)
    said : every statement there was
    recent : the newest ones, and whether each was new to the themes there were when it came
    """

    key_points: tuple[tuple[str, str], ...] = ()
    themes: tuple[tuple[int, str, str, frozenset[str]], ...] = ()
    said: frozenset[str] = frozenset()
    recent: tuple[tuple[str, bool], ...] = ()

    @classmethod
    def of(cls, likeness: Mapping[str, object] | None) -> Earlier | None:
        """Read back from `likeness`; None where it tells nothing of what was said."""
        if likeness is None or "said" not in likeness:
            return None
        found: Mapping[str, list[list[object]]] = likeness["said"]  # type: ignore[assignment]
        return cls(
            tuple((str(topic), str(text)) for topic, text in found["key_points"]),
            tuple(
                (int(str(number)), str(name), str(topic), frozenset(map(str, said)))  # type: ignore[call-overload]
                for number, name, topic, said in found["themes"]
            ),
            frozenset(map(str, found["statements"])),
            tuple((str(key), bool(is_new)) for key, is_new in found["recent"]),
        )


@dataclass(frozen=True)
class Novelty:
    """Of the newest statements, the share that said something no theme had; 90 % interval.

    n : statements it is taken from
    recent : those, and whether each was new
    """

    n: int
    share: float | None
    low: float | None
    high: float | None
    recent: tuple[tuple[str, bool], ...]


def carried_on(
    themes: Sequence[Collection[str]], topics: Sequence[str], earlier: Earlier | None
) -> list[tuple[int, str | None]]:
    """For each theme of today its number, and the earlier name where it goes on; None where it is new.

    Themes of one topic are matched one to one by the statements they share (Jaccard; Kuhn 1955). Only statements that
    were there before are looked at, so that a theme that grows stays itself.

    >>> before = Earlier(themes=((4, "lunch, dear", "", frozenset("ab")), (7, "parking", "", frozenset("cd"))),
    ...                  said=frozenset("abcd"))
    >>> carried_on([{"c", "d", "e", "f"}, {"g", "h"}], ["", ""], before)
    [(7, 'parking'), (8, None)]
    """
    before = earlier.themes if earlier else ()
    shared = np.zeros((len(themes), len(before)))
    for i, (said, topic) in enumerate(zip(themes, topics, strict=True)):
        old = frozenset(said) & earlier.said if earlier else frozenset()
        for j, (_, _, its_topic, its) in enumerate(before):
            if topic == its_topic and old | its:
                shared[i, j] = round(len(old & its) / len(old | its), 9)
    found = {
        int(i): before[int(j)]
        for i, j in zip(*linear_sum_assignment(-shared), strict=True)
        if shared[i, j] >= SAME_THEME
    }
    fresh = max((number for number, *_ in before), default=0)
    numbered: list[tuple[int, str | None]] = []
    for i in range(len(themes)):
        if i in found:
            numbered.append(found[i][:2])
        else:
            fresh += 1
            numbered.append((fresh, None))
    return numbered


def novelty_of(said: Sequence[str], in_known: Collection[str], earlier: Earlier | None) -> Novelty | None:
    """How much of what came last was new to the themes there were.

    Parameters
    ----------
    said : ids of all statements people have made
    in_known : ids of those that are in a theme, or say a key point, that the earlier snapshot had
    earlier : None for the first snapshot, of which there is no rate

    Notes
    -----
    Jeffreys' interval (Brown, Cai & DasGupta 2001). Once judged, a statement is judged no more. What fewer people say
    than are told of is in no theme, so the rate never falls to nothing where people differ.

    >>> before = Earlier(said=frozenset("ab"))
    >>> found = novelty_of(["a", "b", "c", "d"], {"a", "c"}, before)
    >>> found.share, found.recent
    (0.5, (('c', False), ('d', True)))
    """
    if earlier is None:
        return None
    there = set(said)
    fresh = sorted(there - earlier.said)
    recent = [(key, is_new) for key, is_new in earlier.recent if key in there]
    recent = (recent + [(key, key not in in_known) for key in fresh])[-RECENT:]
    n, n_new = len(recent), sum(is_new for _, is_new in recent)
    if not n:
        return Novelty(0, None, None, None, ())
    tail = (1 - CONFIDENCE) / 2
    low, high = (float(stats.beta.ppf(q, n_new + 0.5, n - n_new + 0.5)) for q in (tail, 1 - tail))
    low, high = (0.0 if n_new == 0 else low), (1.0 if n_new == n else high)
    return Novelty(n, round(n_new / n, 2), round(low, 2), round(high, 2), tuple(recent))
