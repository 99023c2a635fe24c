"""The fast fit on several machines: participants in partitions, each held by a worker of a Dask cluster.

Only tables of the statements travel: each sweep sends every worker two of them and gets sums of the same size back,
whatever the number of votes. Why Dask: docs/scaling.md. Needs `sayso[cluster]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from sayso.engine.posterior.crowd import VOTES_FOR_START, LocalCrowd, Sums
from sayso.engine.posterior.factors import Posterior
from sayso.engine.posterior.statements import Statements
from sayso.engine.votes import FloatArray, IntArray, VoteMatrix


class _Partition(LocalCrowd):
    """A worker's participants."""

    def __init__(self, votes: VoteMatrix) -> None:
        super().__init__(votes, map)


class DaskCrowd:
    """Participants on the workers of a `distributed.Client`, one partition of votes (agree and disagree only) each.

    Rows of the result are those of the partitions, one after the other. All partitions have the same columns.
    """

    def __init__(self, client: Any, partitions: Sequence[VoteMatrix]) -> None:
        if not partitions or len({votes.n_statements for votes in partitions}) > 1:
            raise ValueError("partitions must be at least one, all with the same number of statements.")
        sent = [client.submit(_Partition, votes, actor=True, pure=False) for votes in partitions]
        self.actors = [future.result() for future in sent]

    def counts(self) -> tuple[IntArray, IntArray]:
        each = self._ask("counts")
        return sum(agree for agree, _ in each), sum(disagree for _, disagree in each)

    def sample(self, rng: np.random.Generator) -> VoteMatrix:
        drawn = [actor.sample(rng).result() for actor in self.actors]
        whole = _stacked(drawn)
        if whole.n_votes <= VOTES_FOR_START:
            return whole
        n_rows = max(1, whole.n_participants * VOTES_FOR_START // whole.n_votes)
        return whole.take_rows(np.sort(rng.permutation(whole.n_participants)[:n_rows]))

    def step(self, before: Statements, statements: Statements, prior: FloatArray) -> Sums:
        sums: Sums = reduce(add, self._ask("step", before, statements, prior))
        return sums

    def posterior(self, turn: FloatArray) -> Posterior:
        each = self._ask("posterior", turn)
        return Posterior(np.concatenate([p.mean for p in each]), np.concatenate([p.covariance for p in each]))

    def _ask(self, name: str, *arguments: Any) -> list[Any]:
        asked = [getattr(actor, name)(*arguments) for actor in self.actors]
        return [answer.result() for answer in asked]


def _stacked(parts: Sequence[VoteMatrix]) -> VoteMatrix:
    first = np.cumsum([0, *(votes.n_participants for votes in parts)])
    return VoteMatrix.from_arrays(
        np.concatenate([votes.participant + start for votes, start in zip(parts, first, strict=False)]),
        np.concatenate([votes.statement for votes in parts]),
        np.concatenate([votes.stance for votes in parts]),
        n_participants=int(first[-1]),
        n_statements=parts[0].n_statements,
    )
