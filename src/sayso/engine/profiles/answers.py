"""Votes that take a side, laid out person by person.

Knows which side everybody took on what; knows no kinds of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from sayso.engine.votes import FloatArray, IntArray, VoteMatrix


@dataclass(frozen=True, eq=False)
class Answers:
    """Votes that take a side, row by row: `cell` of a vote is 2 · statement + (1 where it agrees)."""

    row_start: IntArray
    cell: IntArray
    n_statements: int

    @classmethod
    def of(cls, votes: VoteMatrix) -> Answers:
        """The agree and disagree votes of everybody; O(n_votes)."""
        stated = votes.select(votes.is_stated)
        return cls(stated.row_start, 2 * stated.statement + (stated.stance > 0), stated.n_statements)

    @property
    def n_people(self) -> int:
        """Number of rows, with or without votes."""
        return len(self.row_start) - 1

    @property
    def length(self) -> IntArray:
        """Votes of each person, int64 [n_people]."""
        return np.diff(self.row_start)

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """1 where somebody gave an answer, [n_people, 2 · n_statements]."""
        shape = (self.n_people, 2 * self.n_statements)
        return sparse.csr_array((np.ones(len(self.cell)), self.cell, self.row_start), shape=shape)

    @cached_property
    def transposed(self) -> sparse.csr_array:
        """The same, cells × people."""
        return self.matrix.T.tocsr()

    @cached_property
    def rate(self) -> FloatArray:
        """Share of each answer among all on its statement, smoothed, float64 [2 · n_statements]."""
        given = np.bincount(self.cell, minlength=2 * self.n_statements).reshape(-1, 2) + 1.0
        share: FloatArray = (given / given.sum(axis=1, keepdims=True)).ravel()
        return share

    def some(self, max_votes: int, min_people: int, rng: np.random.Generator) -> IntArray:
        """Everybody who took a side, or as many of them, by chance, as have cast `max_votes` together."""
        told = np.flatnonzero(self.length > 0)
        if self.length.sum() <= max_votes or len(told) <= min_people:
            return told
        mixed = rng.permutation(told)
        n_people = int(np.searchsorted(np.cumsum(self.length[mixed]), max_votes))
        return np.sort(mixed[: max(min_people, n_people)])

    def take(self, people: IntArray) -> Answers:
        """These people only, in this order; somebody may be taken twice."""
        length = self.length[people]
        row_start = np.zeros(len(people) + 1, dtype=np.int64)
        np.cumsum(length, out=row_start[1:])
        entry = np.arange(row_start[-1]) + np.repeat(self.row_start[people] - row_start[:-1], length)
        return Answers(row_start, self.cell[entry], self.n_statements)


def sum_by_row(values: FloatArray, row_start: IntArray) -> FloatArray:
    """Sums of `values` [n_votes, k] over each person's votes, float64 [n_people, k]."""
    n_votes = len(values)
    ones = sparse.csr_array((np.ones(n_votes), np.arange(n_votes), row_start), shape=(len(row_start) - 1, n_votes))
    total: FloatArray = ones @ values
    return total
