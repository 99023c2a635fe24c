"""The cells whose agreement routing wants to know, and what a snapshot knows of who belongs to which.

Knows the space and groups; knows no votes.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from sayso.engine.groups import Groups
from sayso.engine.opinion_space import OpinionSpace
from sayso.engine.votes import FloatArray

MAIN_AXIS = 0.15  # share of the spread of opinion from which an axis has two sides worth telling apart
MAX_AXES = 2


def cell_shares(space: OpinionSpace, groups: Groups | None) -> FloatArray:
    """Share of all people in each cell, float64 [n_cells], adding up to 1: groups, sides of axes, or everybody.

    With one main axis there are two sides, with two four quarters.
    """
    if groups is not None and groups.n_groups >= 2:
        size = groups.sizes + 1.0
        return np.asarray(size / size.sum())
    n_cells = 2 ** len(_main_axes(space))
    return np.full(n_cells, 1 / n_cells)


def known_belonging(n_participants: int, space: OpinionSpace, groups: Groups | None) -> FloatArray:
    """Probability of each cell for each participant, float64 [n_participants, n_cells]; NaN where nothing is known."""
    if groups is not None and groups.n_groups >= 2:
        known = np.where(groups.probability.sum(axis=1, keepdims=True) > 0, groups.probability, np.nan)
    else:
        known = _sides(space)
    belonging = np.full((n_participants, known.shape[1]), np.nan)
    belonging[: len(known)] = known[:n_participants]
    return belonging


def _main_axes(space: OpinionSpace) -> list[int]:
    return [axis for axis in range(min(MAX_AXES, space.n_dims)) if space.explained[axis] >= MAIN_AXIS]


def _sides(space: OpinionSpace) -> FloatArray:
    """Probability of standing on each side of each main axis, normal doubt about each axis taken by itself."""
    cells = np.ones((len(space.positions), 1))
    for axis in _main_axes(space):
        right = ndtr(space.positions[:, axis] / np.maximum(space.position_sd[:, axis], 1e-9))
        cells = np.concatenate([cells * right[:, None], cells * (1 - right)[:, None]], axis=1)
    return cells
