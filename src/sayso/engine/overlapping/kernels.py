"""Smallest cuts, compiled. A graph's edges lie by the node they leave, row_start[i] … row_start[i + 1] − 1, sorted by
where they lead; with each edge there is the one back."""

from __future__ import annotations

import numpy as np
from numba import njit

compiled = njit(cache=True, nogil=True)


@compiled
def is_any_cut_below(row_start, to, room, one, other, least):
    """Whether less than `least` flows from one[p] to other[p], for any pair p. Each edge lets its `room` through.

    Every path found carries at least one, so that `least` of them decide: O(pairs · least · edges).
    """
    back = _edges_back(row_start, to)
    came_by, queue = np.empty(len(row_start) - 1, np.int64), np.empty(len(row_start) - 1, np.int64)
    for p in range(len(one)):
        left, flow = room.copy(), 0
        while flow < least and _find_path(row_start, to, left, one[p], other[p], came_by, queue):
            flow += _send_along(to, back, left, one[p], other[p], came_by)
        if flow < least:
            return True
    return False


@compiled
def _edges_back(row_start, to):
    """Of each edge the one that leads back: nodes come in order, and so do the edges into each."""
    back, seen = np.empty(len(to), np.int64), np.zeros(len(row_start) - 1, np.int64)
    for node in range(len(row_start) - 1):
        for e in range(row_start[node], row_start[node + 1]):
            back[e] = row_start[to[e]] + seen[to[e]]
            seen[to[e]] += 1
    return back


@compiled
def _find_path(row_start, to, left, start, end, came_by, queue):
    """A shortest path with room left; writes by which edge each node was come to, −1 where none was."""
    came_by[:] = -1
    came_by[start] = len(to)  # no edge: it is where we begin
    queue[0] = start
    n_queued = 1
    at = 0
    while at < n_queued and came_by[end] < 0:
        node = queue[at]
        at += 1
        for e in range(row_start[node], row_start[node + 1]):
            if left[e] > 0 and came_by[to[e]] < 0:
                came_by[to[e]] = e
                queue[n_queued] = to[e]
                n_queued += 1
    return came_by[end] >= 0


@compiled
def _send_along(to, back, left, start, end, came_by):
    """Send as much as the path carries; returns how much."""
    sent, node = left[came_by[end]], end
    while node != start:
        e = came_by[node]
        sent = min(sent, left[e])
        node = to[back[e]]
    node = end
    while node != start:
        e = came_by[node]
        left[e] -= sent
        left[back[e]] += sent
        node = to[back[e]]
    return sent
