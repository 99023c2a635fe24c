"""Whether figures told by unit and by role single out a few people who are in the one and not in the other.

Knows counts of people in cells, a cell being one unit and one role; knows no figures and nothing about who they are.

Units S and roles T that lie wholly within S leave over, by subtraction, those of S with another role. Every sum of told
figures in which nobody counts negatively is put together from such pairs, so it is enough that none of them leaves one
to `least` − 1 people. The fewest left over that hold a given cell are a smallest cut between its unit and its role
(Ford and Fulkerson 1956), in a graph with an edge of the cell's size from unit to role, and one back that is never cut.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sayso.engine.overlapping import kernels
from sayso.engine.votes import BoolArray, IntArray

NEVER_CUT = 10**8


def singles_out_few(
    people: IntArray, unit: IntArray, role: IntArray, unit_told: BoolArray, role_told: BoolArray, *, least: int
) -> bool:
    """Whether one to `least` − 1 people follow from what is told.

    Parameters
    ----------
    people : int64 [n_cells], who count here, such as those who voted on a statement
    unit, role : int64 [n_cells], the cell's
    unit_told, role_told : bool [n_units], [n_roles], of which a figure stands; the whole is always told
    least : int

    Notes
    -----
    Parts not told are one block, since the whole less the told ones gives their sum. O(n_cells) where the cells of
    `least` and more hang together, as they mostly do; else one cut for each pair of what does not.

    Examples
    --------
    Two wards of ten nurses and one clerk each; ten clerks elsewhere. The wards less the nurses are two people:

    >>> bool(singles_out_few(np.array([10, 1, 10, 1, 10]), np.array([0, 0, 1, 1, 2]), np.array([0, 1, 0, 1, 1]),
    ...                      np.ones(3, dtype=bool), np.ones(2, dtype=bool), least=5))
    True
    """
    if not (unit_told.any() and role_told.any()):
        return False
    there = people > 0
    source = np.where(unit_told[unit], unit, len(unit_told))[there]
    sink = len(unit_told) + 1 + np.where(role_told[role], role, len(role_told))[there]
    size = _summed(people[there], source, sink)
    graph = _joined(size, least)
    one, other = _may_be_parted(graph, least)
    return bool(kernels.is_any_cut_below(graph.indptr, graph.indices, graph.data, one, other, least))


def _may_be_parted(graph: csr_array, least: int) -> tuple[IntArray, IntArray]:
    """The pairs to look at: what flows straight and by one block between is there in any case, and mostly enough."""
    small = graph.tocoo()
    one, other = (at[small.data < NEVER_CUT] for at in small.coords)
    straight = small.data[small.data < NEVER_CUT]
    between = graph[one].minimum(graph.T.tocsr()[other]).sum(axis=1)
    few = straight + between < least
    return one[few], other[few]


def _summed(people: IntArray, source: IntArray, sink: IntArray) -> csr_array:
    n_nodes = int(max(sink.max(initial=0), source.max(initial=0))) + 1
    size = csr_array((people, (source, sink)), shape=(n_nodes, n_nodes))
    size.sum_duplicates()
    return size


def _joined(size: csr_array, least: int) -> csr_array:
    """The graph of small cells between blocks; what a cell of `least` joins is never parted, and is one block."""
    large = size * (size >= least)
    large.eliminate_zeros()  # a zero that is stored counts as an edge
    n_blocks, block = connected_components(large, directed=False)
    cells = size.tocoo()
    one, other = block[cells.coords[0]], block[cells.coords[1]]
    apart = one != other
    room = np.concatenate([cells.data[apart], np.full(int(apart.sum()), NEVER_CUT)])
    ways = (np.concatenate([one[apart], other[apart]]), np.concatenate([other[apart], one[apart]]))
    graph = csr_array((room, ways), shape=(n_blocks, n_blocks))
    graph.sum_duplicates()
    return csr_array((np.minimum(graph.data, NEVER_CUT).astype(np.int32), graph.indices, graph.indptr), graph.shape)
