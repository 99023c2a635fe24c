"""From statements to key points: which few sentences say what many say, who says each, and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from sayso.engine.key_points.apart import SidesTaken, kept_apart
from sayso.engine.key_points.choosing import Choice, choose
from sayso.engine.key_points.encoders import Encoder
from sayso.engine.key_points.likenesses import Texts, evenly
from sayso.engine.key_points.matching import (
    log_odds_between,
    neighbours,
    propagated,
    scale_among_few,
    weights_of,
)
from sayso.engine.key_points.prevalence import Prevalence, prevalence_of
from sayso.engine.key_points.sentences import sentences_of
from sayso.engine.votes import BoolArray, FloatArray, IntArray

STATEMENTS, SENTENCES = 4_000, 1_500  # read for choosing, at most, evenly among all: what 1 % say is said 40 times
LEAST_GAIN = 0.004  # of all weight, newly covered: chosen out of fold
LISTENS = 0.5  # of a statement's probabilities is heard from those alike
HARDLY = 0.15  # below it nothing is covered: a sentence that covers a little of everything bars what is said clearly
SAME_WORDS = 0.999  # likeness of words, up to rounding: said word for word
SAYS = 0.2  # probability from which a statement is listed as a source
FEWEST_EXPECTED = 1.5  # statements, by the sum of probabilities: what only one says is that statement
FAITHFUL = 1.5  # an earlier key point is left only for a clearly better one: pages should not change for nothing


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
    sides: SidesTaken | None = None,
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
    sides : SidesTaken, optional
        How people voted on these statements. Two on which they took different sides are not the same, whatever words
        they have in common.
    progress : callable, optional
        Called with the share done, 0 to 1, and the step in words.

    Returns
    -------
    KeyPoints

    Notes
    -----
    Sentences of the statements are candidates; `choosing.choose` takes those that cover most people's statements, with
    the probability that one says the other, half of it heard from neighbours. Who says each is then told by
    `says_found`. Both are lowered where votes, or a "no" in only one of two, keep them apart (`apart`). Choosing reads
    at most 4,000 statements and 1,500 sentences that lie evenly; telling who says each is linear in n beyond 5,000. No
    chance is used: equal input gives equal output.

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
    choice, wordings, source = _chosen(statements, weight, encoder, at_most, kept, rejected, earlier, sides)
    if not choice.chosen:
        return _nothing(n)
    tell(0.3, "who says what")
    texts = tuple(wordings[j] for j in choice.chosen)
    own = np.array([source[j] for j in choice.chosen], dtype=np.int64)
    evidence = None if sides is None else sides.evidence(np.arange(n), own)
    probability = says_found(Texts.of(statements, texts, encoder), encoder, evidence)
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


def says_found(texts: Texts, encoder: Encoder | None, evidence: FloatArray | None = None) -> FloatArray:
    """P(statement says key point) to four digits, of key points that were found; float64 [n, k].

    Unlike given ones in `matching.match` they do not compete: found ones are narrow, many, and may say nearly the same.
    `evidence` as `SidesTaken.evidence` gives it.
    """
    return _said(texts, encoder, evidence)[0].round(4)


def _said(
    texts: Texts, encoder: Encoder | None, evidence: FloatArray | None
) -> tuple[FloatArray, list[tuple[float, float]]]:
    """P(statement says wording), and the scale of likenesses by which it was told."""
    statements, wordings = texts.asked, texts.points
    likenesses = texts.to_key_points()
    scale = scale_among_few(likenesses)
    alone = _alone(texts, statements, wordings, likenesses, encoder, scale)
    heard = propagated(alone, neighbours(texts), listens=LISTENS, rounds=1)
    return kept_apart(heard, texts.negated[statements], texts.negated[wordings], evidence), scale


def _alone(
    texts: Texts,
    rows: slice,
    others: slice,
    likenesses: Sequence[FloatArray],
    encoder: Encoder | None,
    scale: Sequence[tuple[float, float]],
) -> FloatArray:
    """P(one says the other) by these two alone; in the same words it surely does."""
    odds = log_odds_between(texts, rows, others, likenesses, weights_of(encoder).found, scale)
    probability: FloatArray = expit(odds)
    probability[likenesses[0] > SAME_WORDS] = 1.0
    return probability


def _chosen(
    statements: Sequence[str],
    weight: FloatArray,
    encoder: Encoder | None,
    at_most: int,
    kept: Sequence[str],
    rejected: Sequence[str],
    earlier: Sequence[str],
    sides: SidesTaken | None,
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
    said = np.array(source, dtype=np.int64)
    evidence = (None, None) if sides is None else (sides.evidence(read, said), sides.evidence(said, said))
    return choose_among(texts, plain, weight[read], encoder, at_most, first, barred, evidence), wordings, source


def choose_among(
    texts: Texts,
    plain: FloatArray,
    weight: FloatArray,
    encoder: Encoder | None,
    at_most: int,
    first: Sequence[int] = (),
    barred: Sequence[int] = (),
    evidence: tuple[FloatArray | None, FloatArray | None] = (None, None),
) -> Choice:
    """Choose among the wordings that stand as key points in `texts`.

    `evidence` by votes, of statements to wordings and among wordings.
    """
    if not len(plain):
        return Choice([], [], 1.0)
    says, scale = _said(texts, encoder, evidence[0])
    says[says < HARDLY] = 0
    wordings = texts.points
    no, likenesses = texts.negated[wordings], texts.between_in_blocks(wordings, wordings)
    same = kept_apart(_alone(texts, wordings, wordings, likenesses, encoder, scale), no, no, evidence[1])
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
