"""From statements to key points: which few sentences say what many say, who says each, and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sayso.engine.key_points.alike import Alike, side
from sayso.engine.key_points.choosing import Choice, choose
from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.likenesses import Texts, evenly
from sayso.engine.key_points.matching import heard_log_odds, neighbours, propagated, weights_of
from sayso.engine.key_points.prevalence import Prevalence, prevalence_of
from sayso.engine.key_points.sentences import sentences_of
from sayso.engine.votes import BoolArray, FloatArray, IntArray

STATEMENTS, SENTENCES = 4_000, 1_500  # read for choosing, at most, evenly among all: what 1 % say is said 40 times
LEAST_GAIN = 0.004  # of all weight, newly covered: chosen out of fold
LISTENS = 0.5  # of a statement's probabilities is heard from those alike, while choosing
# Key points found are narrower than those the matcher learnt from: by labels .36 of arguments say them, by the sum of
# probabilities .06. Not all of that is missed, since labels are of the broader key point: odds are drawn in by a third.
SOFTER = 2 / 3
SAYS = 0.4  # probability from which a statement is listed as a source
FEWEST_EXPECTED = 2.0  # statements, by the sum of probabilities: what only one says is that statement
FAITHFUL = 1.25  # an earlier key point is left only for a clearly better one: pages should not change for nothing


@dataclass(frozen=True, eq=False)
class KeyPoints:
    """Key points of one topic, the most said first.

    texts : str [k]
    source : int64 [k], the statement whose words they are, −1 for a wording of the lead's
    probability : float64 [n, k], P(statement says key point), to four digits
    prevalence : of each key point, among people and among statements
    at_least : what the choice covers, as a share of what any so many sentences could; a lower bound
    """

    texts: tuple[str, ...]
    source: IntArray
    probability: FloatArray
    prevalence: Prevalence
    at_least: float

    @property
    def says(self) -> BoolArray:
        """Which statement is listed under which key point, [n, k]; nobody under none: see `unmatched`."""
        listed: BoolArray = self.probability >= SAYS
        return listed

    def sources(self, k: int) -> IntArray:
        """Statements listed under a key point, the likeliest first."""
        listed = np.flatnonzero(self.probability[:, k] >= SAYS)
        found: IntArray = listed[np.argsort(-self.probability[listed, k], kind="stable")]
        return found

    @property
    def unmatched(self) -> IntArray:
        """Statements that say none of them."""
        return np.flatnonzero(~self.says.any(axis=1))


def find_key_points(
    statements: Sequence[str],
    *,
    encoder: Encoder | None,
    author: IntArray | None = None,
    least_share: float = 0.0,
    at_most: int = 40,
    kept: Sequence[str] = (),
    rejected: Sequence[str] = (),
    earlier: Sequence[str] = (),
    progress: Callable[[float, str], None] | None = None,
) -> KeyPoints:
    """Find what many say, in the words of some of them.

    Parameters
    ----------
    statements : sequence of str [n]
        Of one topic, in any language the encoder knows.
    encoder : Encoder or None
        `encoders.installed_encoder()`; without one, words and pieces of words alone are compared.
    author : int64 [n], optional
        A number for each person, −1 where unknown (then a person of its own). A person counts once, however much said.
    least_share : float
        Key points that a smaller share of people say are left out; 0 to 1.
    at_most : int
    kept, rejected : sequences of str
        Wordings a lead wants listed whatever they cover, and ones that are not to come back, nor what says the same.
    earlier : sequence of str
        Key points of the snapshot before: kept unless others are clearly better.
    progress : callable, optional
        Called with the share done, 0 to 1, and the step in words.

    Returns
    -------
    KeyPoints

    Notes
    -----
    Sentences of the statements are candidates; `choosing.choose` takes those that cover most people's statements, with
    the probability that one says the other (`alike`), half of it heard from neighbours. Who says each is then matched
    as in `matching.match`, less where only one of two says no. Choosing reads at most 4,000 statements and
    1,500 sentences that lie evenly; matching is linear in n beyond 5,000. No chance is used: equal input gives equal
    output.

    Examples
    --------
    >>> said = ["Lunch is too dear.", "Our lunch is too dear.", "Lunch is much too dear.", "Too few places to park.",
    ...         "Too few places to park my car.", "There are too few places to park.", "Nobody asked me."]
    >>> found = find_key_points(said, encoder=None)
    >>> sorted(found.texts), found.unmatched.tolist()
    (['Lunch is too dear.', 'Too few places to park.'], [6])
    """
    tell = progress or (lambda share, step: None)
    n = len(statements)
    weight = _one_each(np.full(n, -1) if author is None else author)
    if n < FEWEST_EXPECTED and not kept:
        return _nothing(n)
    tell(0.0, "reading what was said")
    choice, wordings, source = _chosen(statements, weight, encoder, at_most, kept, rejected, earlier)
    if not choice.chosen:
        return _nothing(n)
    tell(0.3, "who says what")
    texts = tuple(wordings[j] for j in choice.chosen)
    probability = says_found(Texts.of(statements, texts, encoder), encoder)
    own = np.array([source[j] for j in choice.chosen], dtype=np.int64)
    at = np.flatnonzero(own >= 0)
    probability[own[at], at] = 1.0  # whose words they are says so
    tell(0.9, "how many say it")
    prevalence = prevalence_of(probability, probability >= SAYS, author)
    is_kept = np.arange(len(texts)) < len(kept)
    enough = (probability.sum(axis=0) >= FEWEST_EXPECTED) & (prevalence.share >= least_share)
    listed = np.flatnonzero(enough | is_kept)
    listed = listed[np.argsort(-prevalence.share[listed].round(9), kind="stable")]
    tell(1.0, "done")
    return KeyPoints(
        tuple(texts[j] for j in listed),
        own[listed],
        probability[:, listed],
        prevalence.of(listed),
        choice.at_least,
    )


def says_found(texts: Texts, encoder: Encoder | None) -> FloatArray:
    """P(statement says key point) to four digits: as `matching.match`, less where only one of them says no."""
    weights = weights_of(encoder)
    slope, constant = weights.sure
    statements, key_points = slice(0, texts.n_statements), slice(texts.n_statements, None)
    odds = SOFTER * slope * heard_log_odds(texts, weights.pair) + constant
    # Last, not before key points compete: else whatever says no would flock to the one key point that does.
    probability: FloatArray = np.round(expit(odds) * side(texts, statements, key_points), 4)
    return probability


def _chosen(
    statements: Sequence[str],
    weight: FloatArray,
    encoder: Encoder | None,
    at_most: int,
    kept: Sequence[str],
    rejected: Sequence[str],
    earlier: Sequence[str],
) -> tuple[Choice, list[str], list[int]]:
    """The choice, among the lead's wordings, earlier ones and sentences; the wordings; where each was said, or −1."""
    read = evenly(len(statements), STATEMENTS)
    found = sentences_of(statements, read, SENTENCES)
    first, barred = list(range(len(kept))), list(range(len(kept), len(kept) + len(rejected)))
    column = {text: number for number, text in enumerate(found.texts, len(barred) + len(first))}
    before = [column[text] for text in earlier if text in column and text not in kept and text not in rejected]
    wordings = [*kept, *rejected, *found.texts]
    source = [*(-1 for _ in (*kept, *rejected)), *found.source.tolist()]
    plain = np.concatenate([np.ones(len(kept) + len(rejected)), found.plain])
    plain[before] *= FAITHFUL
    texts = Texts.of([statements[i] for i in read], wordings, encoder)
    return choose_among(texts, plain, weight[read], encoder, at_most, first, barred), wordings, source


def choose_among(
    texts: Texts,
    plain: FloatArray,
    weight: FloatArray,
    encoder: Encoder | None,
    at_most: int,
    first: Sequence[int] = (),
    barred: Sequence[int] = (),
) -> Choice:
    """Choose among the wordings that stand as key points in `texts`."""
    alike = Alike.here(texts, weights_of(encoder).alike)
    statements, wordings = slice(0, texts.n_statements), slice(texts.n_statements, None)
    says = alike(texts, statements, wordings)
    says = propagated(says, neighbours(texts), listens=LISTENS, rounds=1)
    says *= side(texts, statements, wordings)
    same = alike(texts, wordings, wordings) * side(texts, wordings, wordings)
    least = LEAST_GAIN * float(weight.sum())
    return choose(says, plain, same, weight, least=least, at_most=at_most, first=first, barred=barred)


def _one_each(author: IntArray) -> FloatArray:
    """Weights of statements such that each person has one, however much they said; float64 [n]."""
    known = author >= 0
    said = np.bincount(author[known], minlength=1)
    return np.where(known, 1 / np.maximum(said[np.where(known, author, 0)], 1), 1.0)


def _nothing(n: int) -> KeyPoints:
    none = np.zeros((n, 0))
    return KeyPoints((), np.zeros(0, dtype=np.int64), none, prevalence_of(none, none >= SAYS, None), 1.0)
